"""Figures over people: small groups, small steps and what subtraction would give are never shown."""

from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from pinzhi.engine.errors import BadInput, BadRulebook
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.publishing.definitions import figure_named, figures
from pinzhi.records.publishing.queries.listing import records
from pinzhi.records.publishing.queries.protected import protected_parts
from pinzhi.records.publishing.queries.values import Value, figure_value
from pinzhi.records.publishing.times import AsOf
from pinzhi.records.training.models import Attendance, Enrolment, Exam, Learner, Lesson, Mark, Session, Sitting
from tests.build_publishing import D, make_figures

pytestmark = pytest.mark.django_db
AT = datetime(2023, 1, 1, tzinfo=UTC)
NUMBERS = count(1)
ATTENDED = """
privacy = "group"
[count]
from = "enrolments"
where = [{ field = "attended", is = true }]
period = { field = "finished_on", span = "to-date" }
[dimensions]
by = ["session"]
"""
PASSED = """
privacy = "group"
[ratio]
from = "enrolments"
where = [{ field = "sat", is = true }]
part = [{ field = "passed", is = true }]
[wording]
style = "percent"
[dimensions]
by = ["session"]
"""


def _session(key: str, ends_on: date, people: int, *, passing: int | None = None, absent: int = 0) -> None:
    """A session that so many attended, sat and passed; ``absent`` more were admitted and never came."""
    session = Session.objects.create(
        key=key, course_id="chief-quality-officer", edition="1", digest="", body_code="", body_name="", mode="site",
        capacity=500, enrol_from=ends_on, enrol_until=ends_on, starts_on=ends_on, ends_on=ends_on, exam_on=ends_on,
        recorded_at=AT,
    )  # fmt: skip
    lesson = Lesson.objects.create(session=session, number=1, on=ends_on, title="课", hours=8, code=key[:16])
    exam = Exam.objects.create(
        session=session, number=1, held_on=ends_on, opens_at=AT, ends_at=AT, seed="", released_on=ends_on
    )
    for number in range(people + absent):
        key_of_person = f"P{next(NUMBERS)}"
        learner = Learner.objects.create(
            key=key_of_person, name="某", sealed=b"", id_digest=key_of_person, phone_tail=""
        )
        enrolment = Enrolment.objects.create(
            session=session, learner=learner, number=key_of_person, organisation_code="", organisation_name="",
            state="admitted", place=number, by="test", at=AT,
        )  # fmt: skip
        if number >= people:
            continue
        Attendance.objects.create(enrolment=enrolment, lesson=lesson, present=True, how="roll", by="test", at=AT)
        sitting = Sitting.objects.create(exam=exam, enrolment=enrolment, began_at=AT, latest_at=AT, holder="")
        passed = passing is None or number < passing
        Mark.objects.create(sitting=sitting, number=1, percent="80", shown=80, passed=passed, actor="test", at=AT)


@pytest.fixture
def one(settings: Any, tmp_path: Path) -> Any:
    def value(body: str, at: AsOf = D) -> Value:
        make_figures(settings, tmp_path, T1=body)
        cache.clear()
        return figure_value("T1", at)

    return value


def test_who_came_is_counted_and_who_did_not_is_not(one: Any) -> None:
    _session("a", date(2023, 6, 1), 20, absent=3)

    assert one(ATTENDED).number == 20


def test_few_people_are_not_shown(one: Any) -> None:
    _session("a", date(2023, 6, 1), 4)

    value = one(ATTENDED)

    assert (value.number, value.words.zh) == (None, "—")
    assert value.problem is not None
    assert "人数太少" in value.problem.zh


def test_a_few_more_wait_for_the_next_release(one: Any) -> None:
    _session("a", date(2023, 6, 1), 20)
    _session("b", date(2023, 9, 1), 3)

    assert one(ATTENDED).number == 20
    _session("c", date(2023, 12, 1), 10)
    assert one(ATTENDED).number == 33
    assert one(ATTENDED, AsOf(date(2023, 11, 30))).number == 20


def test_between_two_releases_the_day_changes_nothing(one: Any) -> None:
    _session("a", date(2023, 6, 1), 20)
    _session("b", date(2023, 7, 10), 30)

    assert one(ATTENDED, AsOf(date(2023, 9, 29))).number == 20
    assert one(ATTENDED, AsOf(date(2023, 9, 30))).number == 50


def test_a_share_with_few_who_failed_is_not_shown(one: Any) -> None:
    _session("a", date(2023, 6, 1), 30, passing=28)
    assert one(PASSED).number is None

    _session("b", date(2023, 6, 2), 30, passing=27)
    assert one(PASSED).number == Fraction(55, 60)


def test_parts_hide_what_subtraction_would_give(one: Any) -> None:
    _session("a", date(2023, 6, 1), 30)
    _session("b", date(2023, 6, 1), 3)
    _session("c", date(2023, 6, 1), 12)

    assert one(ATTENDED).number == 45
    assert protected_parts(figure_named("T1", D.on), "session", D) == {"a": 30, "b": None, "c": None}


def test_nobody_lists_people(one: Any) -> None:
    _session("a", date(2023, 6, 1), 30)
    one(ATTENDED)

    with pytest.raises(BadInput):
        records("T1", D, actor=SYSTEM)


@pytest.mark.parametrize(
    "body",
    [
        ATTENDED.replace('"group"', '"public"'),
        'privacy = "group"\n[list]\nfrom = "enrolments"\nshow = "person"\n',
        'privacy = "group"\n[value]\nfrom = "enrolments"\nof = "organisation"\n',
    ],
)
def test_people_are_only_ever_counted(body: str, settings: Any, tmp_path: Path) -> None:
    make_figures(settings, tmp_path, T1=body)

    with pytest.raises(BadRulebook):
        figures(D.on)
