"""Outcomes of enrolments for the figures: enrolments attended, persons, sat, passed, coverage."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum

from pinzhi.engine.training.enrolments import has_attended
from pinzhi.engine.training.rates import Coverage, Outcome, PassRate, coverage, pass_rate
from pinzhi.records.training.models import (
    Attendance,
    Enrolment,
    Lesson,
    Session,
    Sitting,
)
from pinzhi.records.training.queries.appointed import serving_by
from pinzhi.records.training.queries.learning import latest_marks
from pinzhi.records.training.queries.targets import listed_on
from pinzhi.records.training.rules import course_of


def rate(*, on: date, course_id: str = "", session: Session | None = None) -> PassRate:
    """Return the counts and the pass rate of sessions until a day: of all, of a course, or of one session.

    What is not confirmed yet counts as sat and unmarked: nobody learns a result from a rate before the candidate does.
    """
    return pass_rate(outcomes(on=on, course_id=course_id, session=session))


def rates_by_course(on: date) -> dict[str, PassRate]:
    """Return the rate of each course that was held."""
    ids = Session.objects.filter(starts_on__lte=on).values_list("course_id", flat=True).distinct().order_by("course_id")
    return {one: rate(on=on, course_id=one) for one in ids}


def outcomes(*, on: date, course_id: str = "", session: Session | None = None) -> Iterable[Outcome]:
    """Yield what came of each admitted enrolment until a day, in a fixed number of looks."""
    wanted = Q(state="admitted", session__starts_on__lte=on)
    if course_id:
        wanted &= Q(session__course_id=course_id)
    if session is not None:
        wanted &= Q(session=session)
    rows = Enrolment.objects.filter(wanted).select_related("session").order_by("pk")
    held = dict(Lesson.objects.filter(on__lte=on).values_list("session").annotate(Sum("hours")))
    attended = dict(
        Attendance.objects.filter(present=True, lesson__on__lte=on, enrolment__in=rows.values("pk"))
        .values_list("enrolment")
        .annotate(Sum("lesson__hours"))
    )
    sat = _sat(rows.values("pk"), on)
    for one in rows.iterator():
        enough = has_attended(course_of(one.session), attended.get(one.pk, 0), held.get(one.session_id, 0))
        passed = sat.get(one.pk)
        yield Outcome(str(one.learner_id), one.session.course_id, enough, one.pk in sat, passed)


def _sat(enrolments: QuerySet[Any, Any], on: date) -> dict[int, bool | None]:
    """Return who sat, and whether the confirmed marks say that he passed; None where none is confirmed."""
    sittings = list(
        Sitting.objects.filter(enrolment__in=enrolments, exam__held_on__lte=on, ended_at__isnull=False).values_list(
            "pk", "enrolment_id", "exam__released_on"
        )
    )
    marks = latest_marks(pk for pk, _enrolment, released in sittings if released is not None and released <= on)
    found: dict[int, bool | None] = {}
    for pk, enrolment, _released in sittings:
        passed = marks[pk].passed if pk in marks else None
        before = found.get(enrolment)
        found[enrolment] = True if before or passed else (passed if before is None else before)
    return found


def coverage_of(role: str, on: date) -> Coverage:
    """Return how many of the enterprises listed for a role have a serving filed officer."""
    serving = serving_by(on).filter(role=role)
    return coverage(
        listed_on(role, on).values_list("organisation_code", flat=True),
        serving.values_list("organisation_code", flat=True),
    )
