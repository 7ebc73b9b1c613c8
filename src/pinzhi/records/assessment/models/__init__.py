"""Tables of the assessment room. What was once said stays: rows are added, and later ones count.

Percentages are kept exactly, as text of a fraction such as ``175/3``; rows keep the edition they were made under.
"""

from pinzhi.records.assessment.models.decisions import Ballot, Member, Motion
from pinzhi.records.assessment.models.entries import (
    DepartmentAnswer,
    Entry,
    EntryFact,
    EntryFile,
    EntryStep,
    ProfileVersion,
    RuleWord,
    SectionVersion,
    SelfAssessment,
    StoredFile,
)
from pinzhi.records.assessment.models.experts import (
    Assignment,
    AssignmentRun,
    Declaration,
    Expert,
    ExpertRelative,
    ExpertTie,
    Panellist,
)
from pinzhi.records.assessment.models.grants import Exhibit, Grant, Stand
from pinzhi.records.assessment.models.marks import Question, Settlement, SheetVersion, StageResult, SurveyAnswer
from pinzhi.records.assessment.models.notices import Notice, NoticeItem, Objection, ObjectionFile
from pinzhi.records.assessment.models.rounds import Round, RoundStage

__all__ = [
    "Assignment",
    "AssignmentRun",
    "Ballot",
    "Declaration",
    "DepartmentAnswer",
    "Entry",
    "EntryFact",
    "EntryFile",
    "EntryStep",
    "Exhibit",
    "Expert",
    "ExpertRelative",
    "ExpertTie",
    "Grant",
    "Member",
    "Motion",
    "Notice",
    "NoticeItem",
    "Objection",
    "ObjectionFile",
    "Panellist",
    "ProfileVersion",
    "Question",
    "Round",
    "RoundStage",
    "RuleWord",
    "SectionVersion",
    "SelfAssessment",
    "Settlement",
    "SheetVersion",
    "StageResult",
    "Stand",
    "StoredFile",
    "SurveyAnswer",
]
