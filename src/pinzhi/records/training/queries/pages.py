"""What the pages of training show: courses in public, one's own, a session, an examination as it runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Count, Q

from pinzhi.engine.rulebook.courses import Course
from pinzhi.engine.texts import Text
from pinzhi.engine.training.clock import honest, remaining_s
from pinzhi.engine.training.enrolments import LIVE, SESSION_STATES, STATES, session_state
from pinzhi.engine.training.rates import Coverage, PassRate
from pinzhi.engine.training.signals import Signals, signals
from pinzhi.records.accounts.permissions import Actor, may, require
from pinzhi.records.catalog.queries.shapes import State
from pinzhi.records.training.models import (
    Attendance,
    Enrolment,
    Exam,
    Mark,
    Session,
    Sitting,
    TrainingCertificate,
)
from pinzhi.records.training.personal import masked_id
from pinzhi.records.training.queries.learning import Progress, bars_for, latest_marks, progress_of
from pinzhi.records.training.queries.outcomes import coverage_of, rate
from pinzhi.records.training.queries.standing import CertificateLine, certificate_lines
from pinzhi.records.training.queries.visible import enrolments_visible_to
from pinzhi.records.training.rules import course_of, courses, dates_of, deadline_of, is_over

MOST_LINES = 500  # enrolments on one page
_SHAPES = {"open": "run", "running": "run", "full": "warn", "planned": "wait", "enrolled": "wait", "exam": "wait",
           "closed": "past", "cancelled": "bad"}  # fmt: skip
_ENROLMENT_SHAPES = {"applied": "wait", "admitted": "ok", "waiting": "warn", "rejected": "bad", "withdrawn": "past",
                     "cancelled": "past"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session with its state on a day and its places."""

    row: Session
    code: str
    applied: int
    admitted: int
    waiting: int

    @property
    def state(self) -> State:
        """The state as a word with its shape."""
        return State(self.code, SESSION_STATES[self.code], _SHAPES[self.code])

    @property
    def left(self) -> int:
        """Places left."""
        return max(0, self.row.capacity - self.admitted)

    @property
    def title(self) -> Text:
        """The course's title."""
        return course_of(self.row).title


@dataclass(frozen=True, slots=True)
class CourseView:
    """A course in public: its rules, what is to come, and its counts."""

    course: Course
    sessions: tuple[SessionLine, ...]
    rate: PassRate
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class EnrolmentLine:
    """An enrolment as those see it who handle it or enrolled it: no number of a person but masked."""

    row: Enrolment
    done: Progress
    bars: tuple[Text, ...]
    mark: Mark | None  # the latest that is confirmed
    certificate: CertificateLine | None
    masked: str

    @property
    def state(self) -> State:
        """The state of the enrolment as a word with its shape."""
        return State(self.row.state, STATES[self.row.state], _ENROLMENT_SHAPES[self.row.state])


@dataclass(frozen=True, slots=True)
class LiveLine:
    """A sitting as the invigilator sees it: how far, how long, and signals, which are counts and no verdict."""

    sitting: Sitting
    answered: int
    left_s: int
    over: bool
    signals: Signals
    mark: Mark | None

    @property
    def left_minutes(self) -> int:
        """Minutes left, rounded up."""
        return -(-self.left_s // 60)


def session_lines(rows: Iterable[Session], on: date) -> tuple[SessionLine, ...]:
    """Return sessions with their states and places."""
    listed = list(rows)
    counts = Enrolment.objects.filter(session__in=[one.pk for one in listed], state__in=LIVE)
    found = {(session, state): n for session, state, n in counts.values_list("session", "state").annotate(Count("pk"))}
    return tuple(
        SessionLine(
            one,
            session_state(
                dates_of(one),
                on=on,
                capacity=one.capacity,
                admitted=found.get((one.pk, "admitted"), 0),
                is_cancelled=one.cancelled_on is not None,
            ),
            *(found.get((one.pk, state), 0) for state in ("applied", "admitted", "waiting")),
        )
        for one in listed
    )


def public_courses(on: date) -> tuple[CourseView, ...]:
    """Return every course in force with the sessions that are not over."""
    rows = Session.objects.filter(Q(exam_on=None, ends_on__gte=on) | Q(exam_on__gte=on)).order_by("starts_on", "key")
    lines = session_lines(rows, on)
    version = _version()
    return tuple(
        CourseView(
            one,
            tuple(line for line in lines if line.row.course_id == one.id),
            _rate(one.id, on, version),
            coverage_of(one.role, on),
        )
        for one in courses(on)
    )


def others_open(session: Session, on: date) -> tuple[SessionLine, ...]:
    """Return the other sessions of a course in which people can be enrolled on a day, the first to begin first."""
    rows = Session.objects.filter(
        course_id=session.course_id, enrol_from__lte=on, enrol_until__gte=on, cancelled_on=None
    )
    return session_lines(rows.exclude(pk=session.pk).order_by("starts_on", "key"), on)


def all_rate(on: date) -> PassRate:
    """Return the counts of all courses together."""
    return _rate("", on, _version())


def _version() -> tuple[object, ...]:
    """Return what a rate depends on, in short: it is counted anew when any of it has grown."""
    return (
        Enrolment.objects.count(),
        Enrolment.objects.filter(state="admitted").count(),
        Mark.objects.count(),
        Sitting.objects.filter(ended_at=None).count(),
        Exam.objects.filter(released_on=None).count(),
        _attendance_version(),
    )


def _attendance_version() -> tuple[int, int]:
    rows = Attendance.objects.aggregate(n=Count("pk"), present=Count("pk", filter=Q(present=True)))
    return rows["n"], rows["present"]


@lru_cache(maxsize=32)
def _rate(course_id: str, on: date, version: tuple[object, ...]) -> PassRate:
    return rate(on=on, course_id=course_id)


def enrolment_lines(actor: Actor, on: date, *, session: Session | None = None) -> tuple[EnrolmentLine, ...]:
    """Return the enrolments that an actor sees, of one session or of his own organisations."""
    seen = enrolments_visible_to(actor)
    rows = (
        seen.filter(session=session).order_by("place")
        if session is not None
        else seen.filter(organisation_code__in=sorted(actor.organisation_codes)).order_by(
            "-session__starts_on", "place"
        )
    )
    return lines_of(rows[:MOST_LINES], on)


def lines_of(rows: Iterable[Enrolment], on: date) -> tuple[EnrolmentLine, ...]:
    """Return some enrolments with how far they are, in a few looks however many there are."""
    listed = list(rows)
    done = progress_of(listed, on)
    held = TrainingCertificate.objects.filter(enrolment__in=[one.pk for one in listed]).select_related("learner")
    certificates = {one.row.enrolment_id: one for one in certificate_lines(held, on)}
    return tuple(
        EnrolmentLine(one, done[one.pk], bars_for(one, one.session, done[one.pk], on),
                      _confirmed(done[one.pk]), certificates.get(one.pk), masked_id(one.learner))
        for one in listed
    )  # fmt: skip


def _confirmed(done: Progress) -> Mark | None:
    """Return the latest mark that is confirmed: nobody sees one before."""
    found = [done.marks[one.pk] for one in done.sittings if one.exam.released_on is not None and one.pk in done.marks]
    return found[-1] if found else None


def exams_of(session: Session) -> tuple[Exam, ...]:
    """Return the examinations of a session."""
    return tuple(session.exams.order_by("number"))


def live(actor: Actor, exam: Exam, at: datetime) -> tuple[LiveLine, ...]:
    """Return how every sitting of an examination stands, to who runs it."""
    require(actor, "training.run", exam.session)
    minutes = course_of(exam.session).minutes
    rows = list(exam.sittings.select_related("enrolment__learner", "exam").defer("paper").order_by("enrolment__place"))
    marks = latest_marks(one.pk for one in rows)
    return tuple(
        LiveLine(
            one,
            sum(1 for _saved, chosen in one.answers.values() if chosen),
            0 if one.ended_at else remaining_s(deadline_of(one, minutes), honest(at, one.latest_at)),
            is_over(one, minutes, at),
            _signals(one),
            marks.get(one.pk),
        )
        for one in rows
    )


def _signals(one: Sitting) -> Signals:
    paces = [name for name, times in one.paces.items() for _ in range(times)]
    return signals(one.left, one.taken_over, paces)


def may_be_cancelled(session: Session, on: date) -> bool:
    """Tell whether a session has neither begun nor been cancelled."""
    return on < session.starts_on and session.cancelled_on is None


def runs(actor: Actor, session: Session) -> bool:
    """Tell whether the actor runs a session."""
    return may(actor, "training.run", session)


def session_rate(session: Session, on: date) -> PassRate:
    """Return the counts of one session."""
    return rate(on=on, session=session)
