"""Tables of the attestation room: what was signed. Nothing signed is ever changed or removed."""

from pinzhi.records.attestation.models.credentials import Credential, StatusTicket, SubjectState

__all__ = ["Credential", "StatusTicket", "SubjectState"]
