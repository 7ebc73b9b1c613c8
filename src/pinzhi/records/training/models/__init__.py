"""Tables of the training room. Percentages are kept exactly, as text of a fraction; later marks count."""

from pinzhi.records.training.models.bank import Question, QuestionVersion
from pinzhi.records.training.models.exams import Exam, Mark, Sitting
from pinzhi.records.training.models.officers import (
    Appointment,
    AppointmentStep,
    ContinuingHours,
    TargetEnterprise,
    TrainingCertificate,
)
from pinzhi.records.training.models.sessions import Attendance, Enrolment, Learner, Lesson, Session

__all__ = [
    "Appointment",
    "AppointmentStep",
    "Attendance",
    "ContinuingHours",
    "Enrolment",
    "Exam",
    "Learner",
    "Lesson",
    "Mark",
    "Question",
    "QuestionVersion",
    "Session",
    "Sitting",
    "TargetEnterprise",
    "TrainingCertificate",
]
