"""Calendars: what is refused, and the years that are shipped."""

from datetime import date
from pathlib import Path

import pytest

from pinzhi.engine.rulebook.calendars import Calendar, Holiday, working_days
from pinzhi.engine.rulebook.load import open_rulebook
from pinzhi.engine.texts import Text

RULEBOOK = open_rulebook(Path(__file__).parents[3] / "rulebook", "qingdao")
WORDS = Text("假", "off")


def calendar(*holidays: tuple[date, date], worked: tuple[date, ...] = (), edition: str = "2024") -> Calendar:
    return Calendar(
        id="working-days", edition=edition, title=WORDS, source="a notice", checked_on=date(2026, 1, 1), year=2024,
        holiday=tuple(Holiday(name=WORDS, first=first, last=last) for first, last in holidays), worked=worked,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("bad", "key"),
    [
        (calendar(edition="2025"), "edition"),
        (calendar((date(2024, 5, 5), date(2024, 5, 1))), "holiday.1.last"),
        (calendar((date(2023, 12, 30), date(2024, 1, 1))), "holiday.1"),
        (calendar((date(2024, 5, 1), date(2024, 5, 5)), (date(2024, 5, 5), date(2024, 5, 6))), "holiday.2"),
        (calendar(worked=(date(2024, 5, 10),)), "worked.1"),
        (calendar(worked=(date(2025, 5, 11),)), "worked.1"),
        (calendar((date(2024, 5, 4), date(2024, 5, 5)), worked=(date(2024, 5, 5),)), "worked.1"),
    ],
)
def test_calendars_that_contradict_themselves_are_refused(bad: Calendar, key: str) -> None:
    assert [fault.key for fault in bad.faults()][:1] == [key]


def test_four_years_are_shipped_without_a_fault() -> None:
    calendars = RULEBOOK.all_of(Calendar)

    assert working_days(calendars).years == (2023, 2024, 2025, 2026)
    assert all(not list(one.faults()) for one in calendars)


@pytest.mark.parametrize(("year", "days"), [(2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_years_have_as_many_working_days_as_their_notices_leave(year: int, days: int) -> None:
    found = working_days(RULEBOOK.all_of(Calendar))

    # Weekdays of the year, less weekdays off, plus weekend days worked.
    first, last = date(year, 1, 1), date(year, 12, 31)
    assert found.between(first, last) + found.is_working(first) == days


def test_the_citys_own_calendar_of_a_year_stands_for_the_national_one() -> None:
    own = calendar((date(2024, 3, 1), date(2024, 3, 1)))

    assert not working_days([*RULEBOOK.all_of(Calendar), own]).is_working(date(2024, 3, 1))
