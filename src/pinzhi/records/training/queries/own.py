"""What a learner sees of his own training: the sessions, their lessons with his attendance, his certificates."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.training.models import Attendance, Learner, Lesson, TrainingCertificate
from pinzhi.records.training.queries.pages import EnrolmentLine, SessionLine, lines_of, session_lines
from pinzhi.records.training.queries.standing import CertificateLine, certificate_lines
from pinzhi.records.training.queries.visible import own_enrolments


@dataclass(frozen=True, slots=True)
class OwnLesson:
    """A lesson and whether the learner came: None before it is held, or while nobody has taken the roll."""

    row: Lesson
    present: bool | None


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A session of the learner's; its classroom on line is shown to who is admitted alone."""

    enrolment: EnrolmentLine
    session: SessionLine
    lessons: tuple[OwnLesson, ...]
    online_at: str


def own_sessions(actor: Actor, on: date) -> tuple[OwnSession, ...]:
    """Return the sessions that the actor is enrolled in, the latest first."""
    lines = lines_of(own_enrolments(actor), on)
    sessions = {one.row.pk: one for one in session_lines({line.row.session for line in lines}, on)}
    lessons: dict[int, list[Lesson]] = defaultdict(list)
    for one in Lesson.objects.filter(session__in=sessions).order_by("number"):
        lessons[one.session_id].append(one)
    rows = Attendance.objects.filter(enrolment__in=[line.row.pk for line in lines])
    came = {(row.enrolment_id, row.lesson_id): row.present for row in rows}
    return tuple(
        OwnSession(
            line,
            sessions[line.row.session_id],
            tuple(OwnLesson(one, came.get((line.row.pk, one.pk))) for one in lessons[line.row.session_id]),
            line.row.session.online_at if line.row.state == "admitted" else "",
        )
        for line in lines
    )


def own_learner(actor: Actor) -> Learner | None:
    """Return the person that the actor's account has claimed."""
    return Learner.objects.filter(user_id=actor.account_id).first()


def own_certificates(actor: Actor, on: date) -> tuple[CertificateLine, ...]:
    """Return the actor's own certificates."""
    rows = TrainingCertificate.objects.filter(learner__user_id=actor.account_id).order_by("-granted_on")
    return certificate_lines(rows.select_related("learner"), on)
