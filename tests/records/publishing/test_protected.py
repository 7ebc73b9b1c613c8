"""Figures over people: they are released once for each quarter, and no question tells of a few of them."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from pinzhi.engine.errors import BadInput, BadRulebook
from pinzhi.engine.periods import Moment
from pinzhi.engine.privacy import is_small
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.journal.models import Entry
from pinzhi.records.publishing.actions.releasing import release_groups
from pinzhi.records.publishing.definitions import figure_named, figures
from pinzhi.records.publishing.models import GroupRelease
from pinzhi.records.publishing.queries.listing import is_listed, records
from pinzhi.records.publishing.queries.protected import protected_parts
from pinzhi.records.publishing.queries.snapshots import record_keys, snapshot
from pinzhi.records.publishing.queries.trends import trend
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


def released(on: date, hour: int = 1) -> Moment:
    """A day on which what is due is released."""
    when = Moment(datetime(on.year, on.month, on.day, hour, tzinfo=UTC), on)
    release_groups(when)
    cache.clear()
    return when


@pytest.fixture
def one(settings: Any, tmp_path: Path) -> Any:
    """Return the value of a figure given as text, after what was due at the start of 2024 was released."""

    def value(body: str, at: AsOf = D) -> Value:
        make_figures(settings, tmp_path, T1=body)
        released(date(2024, 1, 1))
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
    _session("c", date(2023, 12, 1), 10)

    assert one(ATTENDED).number == 33
    assert figure_value("T1", AsOf(date(2023, 11, 30))).number == 20


def test_between_two_releases_the_day_changes_nothing(one: Any) -> None:
    _session("a", date(2023, 6, 1), 20)
    _session("b", date(2023, 7, 10), 30)

    assert one(ATTENDED, AsOf(date(2023, 9, 29))).number == 20
    assert figure_value("T1", AsOf(date(2023, 9, 30))).number == 50


def test_before_the_first_release_it_says_so(one: Any) -> None:
    _session("a", date(2019, 6, 1), 20)

    value = one(ATTENDED, AsOf(date(2020, 6, 30)))

    assert value.problem is not None
    assert value.problem.zh == "还没有发布：每季度结束后发布一次。"


def test_what_was_released_stays_whatever_is_recorded_later(one: Any) -> None:
    _session("a", date(2023, 6, 1), 20)
    before, kept = one(ATTENDED), snapshot("T1", D)

    _session("b", date(2023, 6, 2), 1)
    Enrolment.objects.filter(session__key="a", place__lt=9).update(state="withdrawn")
    released(date(2024, 1, 4))

    assert figure_value("T1", D) == before
    assert snapshot("T1", D) == kept
    assert (kept.count, list(record_keys("T1", D))) == (20, [])


def test_a_release_is_made_once_and_noted(one: Any) -> None:
    _session("a", date(2023, 6, 1), 20)
    one(ATTENDED)

    assert release_groups(Moment(datetime(2024, 3, 31, tzinfo=UTC), date(2024, 3, 31))) == ()
    assert GroupRelease.objects.count() == 13
    noted = Entry.objects.filter(action="publishing.release").order_by("-pk")
    assert (noted.count(), noted[0].object_key, noted[0].detail["on"]) == (13, "T1", "2023-12-31")


def test_an_attacker_who_asks_for_all_days_and_moments_learns_of_no_few_people(one: Any) -> None:
    moments = []
    one(ATTENDED)
    for number, people in enumerate((9, 2, 1, 14, 3, 30)):  # sessions, some of a few, recorded between releases
        day = date(2024, 1 + 2 * number, 10)
        _session(f"s{number}", day, people)
        moments.append(released(day + timedelta(days=40)).at)
    days = [date(2024, 1, 1) + timedelta(days=29 * step) for step in range(18)]

    values = {
        (on, known): figure_value("T1", AsOf(on, known)).number for on in days for known in (None, *moments)
    }  # fmt: skip
    learned = {number for number in values.values() if number is not None}
    learned |= {point.number for point in trend("T1", days[-1]) if point.number is not None}  # type: ignore[misc]

    assert len(learned) > 2
    assert not any(is_small(int(a - b)) for a in learned for b in learned)  # type: ignore[operator]


def test_a_share_with_few_who_failed_is_not_shown(one: Any) -> None:
    _session("a", date(2023, 6, 1), 30, passing=28)
    assert one(PASSED).number is None


def test_a_share_of_enough_people_is_shown(one: Any) -> None:
    _session("a", date(2023, 6, 1), 60, passing=55)
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
        ATTENDED.replace('["session"]', '["session", "course"]'),
        'privacy = "group"\n[list]\nfrom = "enrolments"\nshow = "person"\n',
        'privacy = "group"\n[value]\nfrom = "enrolments"\nof = "organisation"\n',
    ],
)
def test_people_are_only_ever_counted(body: str, settings: Any, tmp_path: Path) -> None:
    make_figures(settings, tmp_path, T1=body)

    with pytest.raises(BadRulebook):
        figures(D.on)


def test_bulletins_offer_no_list_of_people_and_lists_of_what_everybody_may_read() -> None:
    on = date(2023, 12, 31)

    assert [is_listed(one, on) for one in ("A21", "A34", "Z99")] == [True, False, False]
