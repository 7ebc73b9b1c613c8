"""Tables of the room."""

from pinzhi.records.casework.models.cases import (
    Case,
    CaseFile,
    CaseStep,
    DeadlineExtension,
    NumberSeries,
    Remark,
)
from pinzhi.records.casework.models.figures import Rating, SavingClaim, SavingFinding, VisitDay

__all__ = [
    "Case",
    "CaseFile",
    "CaseStep",
    "DeadlineExtension",
    "NumberSeries",
    "Rating",
    "Remark",
    "SavingClaim",
    "SavingFinding",
    "VisitDay",
]
