"""Tables of the room."""

from pinzhi.records.inspections.models.draws import Draw
from pinzhi.records.inspections.models.plans import FieldExpert, InspectorTie, Plan, RiskTarget
from pinzhi.records.inspections.models.visits import (
    Capture,
    Finding,
    Inspection,
    Member,
    Photo,
    Signature,
    Trip,
)

__all__ = [
    "Capture",
    "Draw",
    "FieldExpert",
    "Finding",
    "Inspection",
    "InspectorTie",
    "Member",
    "Photo",
    "Plan",
    "RiskTarget",
    "Signature",
    "Trip",
]
