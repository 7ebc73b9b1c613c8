"""Tables of the attestation room: what was signed. Nothing signed is ever changed or removed."""

from pinzhi.records.attestation.models.credentials import Credential, StatusTicket, SubjectState
from pinzhi.records.attestation.models.measures import Measure, MeasureEvent, RegisterWatch
from pinzhi.records.attestation.models.surveillance import EvidenceFile, Finding, SurveillanceTask

__all__ = [
    "Credential",
    "EvidenceFile",
    "Finding",
    "Measure",
    "MeasureEvent",
    "RegisterWatch",
    "StatusTicket",
    "SubjectState",
    "SurveillanceTask",
]
