"""How far people are: lessons attended, examinations sat, and whether they may sit."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from pinzhi.engine.texts import Text
from pinzhi.engine.training.enrolments import Attempt, bars, has_attended
from pinzhi.records.training.models import Attendance, Enrolment, Lesson, Mark, Session, Sitting
from pinzhi.records.training.rules import course_of


@dataclass(frozen=True, slots=True)
class Progress:
    """Lessons attended of those held until a day, and the examinations with the latest mark of each."""

    attended: int
    held: int
    sittings: tuple[Sitting, ...]
    marks: Mapping[int, Mark]  # by sitting; released or not

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The examinations as the engine takes them."""
        return tuple(
            Attempt(one.exam.held_on, self.marks[one.pk].passed if one.pk in self.marks else None)
            for one in self.sittings
        )


def latest_marks(sittings: Iterable[int]) -> dict[int, Mark]:
    """Return the mark that counts of each sitting that has one."""
    found: dict[int, Mark] = {}
    for one in Mark.objects.filter(sitting__in=list(sittings)).order_by("sitting_id", "number"):
        found[one.sitting_id] = one
    return found


def progress(session: Session, on: date) -> dict[int, Progress]:
    """Return how far everybody of a session is, by enrolment, in a few looks however many there are."""
    return progress_of(session.enrolments.all(), on)


def progress_of(enrolments: Iterable[Enrolment], on: date) -> dict[int, Progress]:
    """Return how far some enrolments are."""
    rows = list(enrolments)
    held = dict(
        Lesson.objects.filter(session__in={one.session_id for one in rows}, on__lte=on)
        .values_list("session")
        .annotate(Sum("hours"))
    )
    attended = dict(
        Attendance.objects.filter(enrolment__in=[one.pk for one in rows], present=True, lesson__on__lte=on)
        .values_list("enrolment")
        .annotate(Sum("lesson__hours"))
    )
    sittings: dict[int, list[Sitting]] = defaultdict(list)
    found = Sitting.objects.filter(enrolment__in=[one.pk for one in rows]).defer("answers", "paper")
    for sitting in found.select_related("exam").order_by("exam__number"):
        sittings[sitting.enrolment_id].append(sitting)
    marks = latest_marks(one.pk for several in sittings.values() for one in several)
    return {
        one.pk: Progress(
            attended.get(one.pk, 0),
            held.get(one.session_id, 0),
            tuple(sittings[one.pk]),
            {sitting.pk: marks[sitting.pk] for sitting in sittings[one.pk] if sitting.pk in marks},
        )
        for one in rows
    }


def bars_for(enrolment: Enrolment, session: Session, done: Progress, on: date) -> tuple[Text, ...]:
    """Return what keeps somebody from sitting an examination on a day."""
    return bars(
        course_of(session),
        state=enrolment.state,
        attended=done.attended,
        held=done.held,
        attempts=done.attempts,
        on=on,
    )


def is_attended(session: Session, done: Progress) -> bool:
    """Tell whether enough lessons were attended."""
    return has_attended(course_of(session), done.attended, done.held)
