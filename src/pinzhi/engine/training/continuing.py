"""Continuing education: how many hours are due by when, and when a certificate lapses for want of them."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pinzhi.engine.rulebook.courses import Course

Standing = Literal["valid", "due", "lapsed", "expired"]


@dataclass(frozen=True, slots=True)
class Hours:
    """Lessons of continuing education taken on a day."""

    on: date
    lessons: int


@dataclass(frozen=True, slots=True)
class Continuing:
    """How a certificate stands on a day: hours of the running period, its last day, and the standing.

    ``due``: a period ended without its hours and the days of grace run, until ``lapses_on``, the first day on which
    the certificate no longer holds.
    """

    standing: Standing
    period_from: date
    period_until: date
    lessons: int
    wanted: int
    lapses_on: date | None = None

    @property
    def missing(self) -> int:
        """Lessons still to take in the period shown."""
        return max(0, self.wanted - self.lessons)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of that month.

    >>> months_after(date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)
    """
    whole = day.year * 12 + day.month - 1 + months
    year, month = divmod(whole, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def standing(course: Course, granted_on: date, until: date | None, taken: Iterable[Hours], on: date) -> Continuing:
    """Return how a certificate stands on a day.

    Periods follow one another from the day of the grant. The hours of a period may still be made up in its days of
    grace; those hours then count for it and not again for the next.
    """
    hours = sorted(taken, key=lambda one: one.on)
    wanted, number, left = course.continuing_hours, 0, 0
    spent: list[int] = [one.lessons for one in hours]
    while True:
        begins = months_after(granted_on, number * course.continuing_months)
        ends = months_after(granted_on, (number + 1) * course.continuing_months) - timedelta(days=1)
        lapses = ends + timedelta(days=course.grace_days + 1)
        is_running = on <= ends
        left = _spend(hours, spent, begins, lapses - timedelta(days=1), wanted, on, is_running=is_running)
        if until is not None and on > until:
            return Continuing("expired", begins, ends, left, wanted)
        if is_running or not wanted:
            return Continuing("valid", begins, ends, left, wanted)
        if left < wanted:
            return Continuing("lapsed" if on >= lapses else "due", begins, ends, left, wanted, lapses)
        number += 1


def _spend(
    hours: list[Hours], left: list[int], first: date, last: date, wanted: int, on: date, *, is_running: bool
) -> int:
    """Count hours of a period up to what is wanted, and take them away from what later periods may count."""
    count = 0
    for place, one in enumerate(hours):
        if not first <= one.on <= min(last, on) or (count >= wanted and not is_running):
            continue
        use = left[place] if is_running else min(left[place], wanted - count)
        left[place] -= use
        count += use
    return count
