"""The status of a standard on a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.catalog.status import STATUSES, next_change, standard_status

# A(2004) is replaced by B(2012) on the day B comes into force.
A = {
    "published_on": date(2004, 8, 30), "effective_on": date(2005, 1, 1), "withdrawn_on": None,
    "superseded_on": date(2012, 8, 1),
}  # fmt: skip
B = {"published_on": date(2012, 3, 9), "effective_on": date(2012, 8, 1), "withdrawn_on": None, "superseded_on": None}
UNKNOWN = {"published_on": None, "effective_on": None, "withdrawn_on": None, "superseded_on": None}
DAYS = st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1))


@pytest.mark.parametrize(("on", "of_a", "of_b"), [
    (date(2004, 8, 29), "draft", "draft"),
    (date(2004, 12, 31), "upcoming", "draft"),
    (date(2005, 1, 1), "current", "draft"),
    (date(2012, 7, 31), "current", "upcoming"),
    (date(2012, 8, 1), "replaced", "current"),
])  # fmt: skip
def test_standard_status_turns_on_the_day(on: date, of_a: str, of_b: str) -> None:
    assert standard_status(on=on, **A) == of_a
    assert standard_status(on=on, **B) == of_b


def test_standard_status_is_withdrawn_from_its_day() -> None:
    dates = B | {"withdrawn_on": date(2020, 1, 1)}

    assert standard_status(on=date(2019, 12, 31), **dates) == "current"
    assert standard_status(on=date(2020, 1, 1), **dates) == "withdrawn"


@pytest.mark.parametrize("stated", ["replaced", "withdrawn", "draft", "upcoming", "current"])
def test_standard_status_believes_the_source_where_dates_are_silent(stated: str) -> None:
    assert standard_status(on=date(2024, 1, 4), stated=stated, **UNKNOWN) == stated


def test_standard_status_lets_dates_win_over_the_source() -> None:
    assert standard_status(on=date(2012, 7, 31), stated="current", **B) == "upcoming"
    assert standard_status(on=date(2013, 1, 1), stated="upcoming", **B) == "current"
    assert standard_status(on=date(2012, 7, 31), stated="replaced", **A) == "current"


@given(DAYS, DAYS, DAYS, DAYS, st.sampled_from(["", *STATUSES]), st.dates(date(1995, 1, 1), date(2029, 1, 1)))
def test_status_changes_by_itself_only_on_the_days_announced(
    published: date | None,
    effective: date | None,
    withdrawn: date | None,
    superseded: date | None,
    stated: str,
    on: date,
) -> None:
    dates = {
        "published_on": published, "effective_on": effective, "withdrawn_on": withdrawn, "superseded_on": superseded,
    }  # fmt: skip
    change = next_change(on=on, **dates)

    status = standard_status(on=on, stated=stated, **dates)

    assert status in STATUSES
    last_day = (change or date(2031, 1, 1)) - timedelta(days=1)
    assert standard_status(on=last_day, stated=stated, **dates) == status


def test_next_change_is_none_when_nothing_is_to_come() -> None:
    assert next_change(on=date(2012, 8, 1), **A) is None
    assert next_change(on=date(2012, 7, 31), **A) == date(2012, 8, 1)
