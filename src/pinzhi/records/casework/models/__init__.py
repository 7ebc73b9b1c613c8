"""Tables of the room."""

from pinzhi.records.casework.models.cases import (
    Case,
    CaseFile,
    CaseStep,
    DeadlineExtension,
    NumberSeries,
    Remark,
    SavedFilter,
)

__all__ = ["Case", "CaseFile", "CaseStep", "DeadlineExtension", "NumberSeries", "Remark", "SavedFilter"]
