"""Working days: the examples of the Civil Code's way of counting, made-up weekends, clocks that stand still."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.errors import BadInput, Unavailable
from pinzhi.engine.periods import (
    Day,
    Stop,
    Unit,
    closing_moment,
    is_in_time,
    latest_with_months_until,
    months_after,
    whole_years,
    years_before,
)
from pinzhi.engine.rulebook.calendars import Calendar, working_days
from pinzhi.engine.rulebook.load import open_rulebook

DAYS = working_days(open_rulebook(Path(__file__).parents[2] / "rulebook", "qingdao").all_of(Calendar))
STARTS = st.dates(date(2023, 1, 1), date(2026, 6, 1))


def february(*days: int) -> tuple[date, ...]:
    return tuple(date(2024, 2, day) for day in days)


def test_closes_counts_past_a_holiday_and_a_worked_sunday() -> None:
    period = DAYS.closes(date(2024, 2, 8), 5, "wd")

    assert period.counted == february(9, 18, 19, 20, 21)
    assert period.last_day == date(2024, 2, 21)


def test_closes_counts_past_the_new_year() -> None:
    period = DAYS.closes(date(2023, 12, 28), 5, "wd")

    assert period.counted == (date(2023, 12, 29), *(date(2024, 1, day) for day in (2, 3, 4, 5)))
    assert period.last_day == date(2024, 1, 5)


def test_closes_moves_a_last_day_off_to_the_next_working_day() -> None:
    period = DAYS.closes(date(2024, 2, 8), 7, "day")

    assert period.last_day == date(2024, 2, 18)
    assert period.counted == february(9, 10, 11, 12, 13, 14, 18)


def test_closes_leaves_out_the_days_on_which_the_clock_stands_still() -> None:
    stop = Stop(date(2024, 2, 19), date(2024, 2, 22))

    period = DAYS.closes(date(2024, 2, 8), 5, "wd", [stop])

    assert period.counted == february(9, 18, 23, 26, 27)


def test_closes_has_no_end_while_the_clock_stands_still() -> None:
    period = DAYS.closes(date(2024, 2, 8), 5, "wd", [Stop(date(2024, 2, 20), None)])

    assert (period.counted, period.last_day, period.remaining) == (february(9, 18, 19), None, 2)
    assert not period.is_over(date(2030, 1, 1))
    assert period.holds(date(2024, 3, 1))


def test_a_stop_after_the_end_changes_nothing() -> None:
    assert DAYS.closes(date(2024, 2, 8), 5, "wd", [Stop(date(2024, 2, 22), None)]).last_day == date(2024, 2, 21)


def test_a_period_is_open_on_its_last_day_and_over_on_the_next() -> None:
    period = DAYS.closes(date(2024, 2, 8), 5, "wd")

    assert [period.is_over(day) for day in february(20, 21, 22)] == [False, False, True]
    assert [period.holds(day) for day in february(7, 8, 21, 22)] == [False, True, True, False]


def test_strip_pictures_every_day_once() -> None:
    stop = Stop(date(2024, 2, 19), date(2024, 2, 19))
    period = DAYS.closes(date(2024, 2, 16), 2, "wd", [stop])

    picture = DAYS.strip(period, date(2024, 2, 15), date(2024, 2, 21))

    assert picture == (
        Day(date(2024, 2, 15), "outside"),
        Day(date(2024, 2, 16), "posted"),
        Day(date(2024, 2, 17), "off"),
        Day(date(2024, 2, 18), "counted", 1),
        Day(date(2024, 2, 19), "suspended"),
        Day(date(2024, 2, 20), "last", 2),
        Day(date(2024, 2, 21), "outside"),
    )


def test_a_year_without_a_calendar_is_refused_by_the_name_of_its_file() -> None:
    with pytest.raises(Unavailable) as refused:
        DAYS.closes(date(2026, 12, 30), 5, "wd")

    assert refused.value.code == "periods.year"
    assert "calendars/2027.toml" in refused.value.text.zh
    assert "2023, 2024, 2025, 2026" in refused.value.text.en


@pytest.mark.parametrize("length", [0, -1, 367])
def test_closes_refuses_lengths_that_are_none(length: int) -> None:
    with pytest.raises(BadInput):
        DAYS.closes(date(2024, 2, 8), length, "wd")


def test_strip_refuses_a_picture_of_years() -> None:
    with pytest.raises(BadInput):
        DAYS.strip(DAYS.closes(date(2024, 2, 8), 5, "wd"), date(2023, 1, 1), date(2026, 1, 1))


def test_add_and_between_agree() -> None:
    assert DAYS.add(date(2024, 9, 27), 2) == date(2024, 9, 30)  # Sunday the 29th is worked
    assert DAYS.between(date(2024, 9, 27), date(2024, 9, 30)) == 2
    assert DAYS.add(date(2024, 10, 1), 0) == date(2024, 10, 8)
    assert DAYS.between(date(2024, 9, 30), date(2024, 9, 27)) == 0


def test_the_last_second_is_in_time_and_the_next_is_not() -> None:
    last_day = date(2024, 2, 21)

    assert is_in_time(datetime(2024, 2, 21, 23, 59, 59, 999999, tzinfo=UTC), last_day, UTC)
    assert not is_in_time(datetime(2024, 2, 22, tzinfo=UTC), last_day, UTC)
    assert closing_moment(last_day, UTC) == datetime(2024, 2, 22, tzinfo=UTC)


def test_years_before_and_whole_years_know_leap_days() -> None:
    assert years_before(date(2024, 2, 29), 3) == date(2021, 2, 28)
    assert whole_years(date(2019, 3, 1), date(2024, 2, 29)) == 4
    assert whole_years(date(2019, 3, 1), date(2024, 3, 1)) == 5
    assert whole_years(date(2025, 1, 1), date(2024, 3, 1)) == 0


@given(posted=STARTS, length=st.integers(1, 20), unit=st.sampled_from(["wd", "day"]))
def test_a_period_is_as_long_as_it_says_and_ends_on_a_working_day(posted: date, length: int, unit: Unit) -> None:
    period = DAYS.closes(posted, length, unit)

    assert len(period.counted) == length
    assert posted not in period.counted
    assert list(period.counted) == sorted(set(period.counted))
    assert period.last_day == period.counted[-1]
    assert DAYS.is_working(period.counted[-1])
    if unit == "wd":
        assert period.last_day == DAYS.add(posted, length)


@given(posted=STARTS, length=st.integers(1, 15), after=st.integers(0, 20), held=st.integers(0, 20))
def test_a_stop_never_shortens_a_period(posted: date, length: int, after: int, held: int) -> None:
    first = posted + timedelta(days=after)
    stop = Stop(first, first + timedelta(days=held))

    plain = DAYS.closes(posted, length, "wd").last_day
    longer = DAYS.closes(posted, length, "wd", [stop])

    assert plain is not None
    assert longer.last_day is not None
    assert longer.last_day >= plain
    assert not any(stop.covers(day) for day in longer.counted)


@given(st.dates(date(2, 1, 1), date(9990, 12, 31)), st.integers(1, 60))
def test_latest_with_months_until_is_the_last_day_that_is_through(day: date, months: int) -> None:
    found = latest_with_months_until(day, months)

    if found > date.min:
        assert months_after(found, months) <= day < months_after(found + timedelta(days=1), months)


def test_months_after_ends_with_the_calendar() -> None:
    assert months_after(date(9999, 6, 1), 12) == date.max
    assert months_after(date(2024, 1, 31), 1) == date(2024, 2, 29)
