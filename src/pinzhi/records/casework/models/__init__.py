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
from pinzhi.records.casework.models.points import Shift, WalkIn
from pinzhi.records.casework.models.quotes import Quote, QuoteRequest
from pinzhi.records.casework.models.sources import Source

__all__ = [
    "Case",
    "CaseFile",
    "CaseStep",
    "DeadlineExtension",
    "NumberSeries",
    "Quote",
    "QuoteRequest",
    "Rating",
    "Remark",
    "SavingClaim",
    "SavingFinding",
    "Shift",
    "Source",
    "VisitDay",
    "WalkIn",
]
