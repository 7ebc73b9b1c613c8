"""Which period a brief is due for, and its words."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.publishing.schedules import Period, period_due, words_for
from pinzhi.engine.rulebook.briefs import Brief, Schedule
from pinzhi.engine.texts import Text


@pytest.mark.parametrize(
    ("every", "day", "on", "first", "last"),
    [
        ("month", 3, date(2024, 1, 4), date(2023, 12, 1), date(2023, 12, 31)),
        ("month", 3, date(2024, 1, 2), date(2023, 11, 1), date(2023, 11, 30)),
        ("month", 1, date(2024, 3, 1), date(2024, 2, 1), date(2024, 2, 29)),
        ("quarter", 10, date(2024, 1, 10), date(2023, 10, 1), date(2023, 12, 31)),
        ("quarter", 10, date(2024, 1, 9), date(2023, 7, 1), date(2023, 9, 30)),
        ("quarter", 10, date(2024, 3, 31), date(2023, 10, 1), date(2023, 12, 31)),
    ],
)
def test_the_newest_period_whose_day_has_come_is_due(every: str, day: int, on: date, first: date, last: date) -> None:
    schedule = Schedule.model_validate({"every": every, "day": day})

    assert period_due(schedule, on) == Period(first, last)


@given(st.sampled_from(["month", "quarter"]), st.integers(1, 28), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_periods_follow_one_another_without_gap_and_never_end_in_the_future(every: str, day: int, on: date) -> None:
    schedule = Schedule.model_validate({"every": every, "day": day})
    today, tomorrow = period_due(schedule, on), period_due(schedule, on + timedelta(days=1))

    assert today.last < on
    assert tomorrow == today or tomorrow.first == today.last + timedelta(days=1)


def test_an_issue_has_the_words_of_its_period() -> None:
    brief = Brief(
        id="monthly", title=Text("月报", "Monthly"), source="own", checked_on=date(2024, 1, 1),
        owner=Text("质量处", "Quality"), schedule=Schedule(every="month", day=3),
        headline=Text("{year}年{month}月（第{issue}期）", "{month} {year} ({issue})"),
        body=Text("截至{last}有[[A60]]张。", "By {last}: [[A60]]."),
    )  # fmt: skip

    headline, body = words_for(brief, Period(date(2023, 12, 1), date(2023, 12, 31)), 2)

    assert headline == Text("2023年12月（第2期）", "December 2023 (2)")
    assert body == Text("截至2023年12月31日有[[A60]]张。", "By 2023-12-31: [[A60]].")


def test_a_place_that_nothing_fills_is_told() -> None:
    brief = Brief(
        id="monthly", title=Text("月报", "Monthly"), source="own", checked_on=date(2024, 1, 1),
        owner=Text("质量处", "Quality"), schedule=Schedule(every="month", day=3),
        headline=Text("{week}", "x"), body=Text("好", "x"),
    )  # fmt: skip

    (fault,) = brief.faults()
    assert fault.key == "headline"
    assert "{week}" in fault.text.en
