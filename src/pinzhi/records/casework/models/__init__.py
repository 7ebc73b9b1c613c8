"""Tables of the room."""

from pinzhi.records.casework.models.cases import (
    Case,
    CaseFile,
    CaseStep,
    DeadlineExtension,
    NumberSeries,
    Remark,
)

__all__ = ["Case", "CaseFile", "CaseStep", "DeadlineExtension", "NumberSeries", "Remark"]
