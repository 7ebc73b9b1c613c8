"""Continuing education: periods, grace, lapse."""

from datetime import date

import pytest

from pinzhi.engine.training.continuing import Hours, months_after, standing
from tests.engine.training.bank import course

GRANTED, UNTIL = date(2024, 1, 4), date(2027, 1, 3)


@pytest.mark.parametrize(
    ("taken", "on", "state", "missing"),
    [
        ([], date(2024, 6, 1), "valid", 8),
        ([(date(2024, 5, 1), 5)], date(2024, 6, 1), "valid", 3),
        ([], date(2025, 1, 3), "valid", 8),
        ([], date(2025, 1, 4), "due", 8),
        ([], date(2025, 4, 3), "due", 8),
        ([], date(2025, 4, 4), "lapsed", 8),
        ([(date(2025, 2, 1), 8)], date(2025, 4, 4), "valid", 8),
        ([(date(2025, 2, 1), 12)], date(2025, 4, 4), "valid", 4),
        ([(date(2025, 4, 4), 8)], date(2025, 4, 4), "lapsed", 8),
        ([(date(2024, 2, 1), 40)], date(2025, 4, 4), "valid", 8),
        ([(date(2024, 2, 1), 8), (date(2025, 2, 1), 8)], date(2026, 3, 1), "valid", 8),
        ([(date(2024, 2, 1), 8), (date(2025, 2, 1), 8)], UNTIL, "valid", 8),
        ([(date(2024, 2, 1), 8), (date(2025, 2, 1), 8), (date(2026, 2, 1), 8)], date(2027, 1, 4), "expired", 0),
    ],
)
def test_standing(taken: list[tuple[date, int]], on: date, state: str, missing: int) -> None:
    found = standing(course(), GRANTED, UNTIL, [Hours(*one) for one in taken], on)

    assert (found.standing, found.missing) == (state, missing)


def test_a_course_without_continuing_hours_never_lapses() -> None:
    found = standing(course(continuing_hours=0), GRANTED, UNTIL, [], date(2026, 12, 1))

    assert (found.standing, found.wanted, found.lapses_on) == ("valid", 0, None)


def test_months_after_keeps_to_the_month() -> None:
    assert months_after(date(2023, 11, 30), 3) == date(2024, 2, 29)
    assert months_after(date(2024, 1, 4), 36) == date(2027, 1, 4)
