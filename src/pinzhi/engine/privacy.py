"""Withhold what would tell of too few people: small cells, cells that subtraction would give, small steps in time."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from pinzhi.engine.periods import months_after

MINIMUM = 5  # a group of fewer people than this is never shown
FIRST_RELEASE = date(2020, 12, 31)
_QUARTER_MONTHS = 3
_DAY = timedelta(days=1)


def is_small(number: int, minimum: int = MINIMUM) -> bool:
    """Tell whether a number stands for so few people that they could be known; nobody is no group.

    >>> [is_small(one) for one in (0, 1, 4, 5, -3)]
    [False, True, True, False, True]
    """
    return 0 < abs(number) < minimum


def withheld(cells: Mapping[str, int], minimum: int = MINIMUM, *, also: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return the cells of a table with its total that must not be shown.

    First the small ones and those in ``also``; then, while subtracting the cells shown from the total would give one
    cell alone or a small sum, the smallest cell still shown: the least is lost. Cells without anybody are shown, unless
    nothing else is left to hide the others behind.
    """
    hidden = {code for code, number in cells.items() if is_small(number, minimum)} | (also & cells.keys())
    while hidden and (len(hidden) == 1 or is_small(_sum(cells, hidden), minimum)):
        shown = sorted((number == 0, number, code) for code, number in cells.items() if code not in hidden)
        if not shown:
            break
        hidden.add(shown[0][2])
    return frozenset(hidden)


def last_released(releases: Sequence[Sequence[int]], minimum: int = MINIMUM) -> int | None:
    """Return which of the releases in order of time is the newest that may be shown; None for none.

    Each release is some numbers that are shown together. One is shown if no number is small by itself, and none has
    changed by a small number since the last release shown: else the difference of two releases would tell of a few
    people. What may not be shown waits for the next release.

    >>> last_released([[20], [22], [30]]), last_released([[20], [22]]), last_released([[3], [4]])
    (2, 0, None)
    """
    last: int | None = None
    for number, release in enumerate(releases):
        steps = release if last is None else [new - old for new, old in zip(release, releases[last], strict=True)]
        if not any(is_small(one, minimum) for one in (*release, *steps)):
            last = number
    return last


def release_days(on: date) -> tuple[date, ...]:
    """Return the ends of quarters up to a day, the days on which figures over people are released.

    >>> release_days(date(2021, 4, 1))
    (datetime.date(2020, 12, 31), datetime.date(2021, 3, 31))
    """
    days: list[date] = []
    day = FIRST_RELEASE
    while day <= on:
        days.append(day)
        day = _quarter_after(day)
    return tuple(days)


def _quarter_after(end: date) -> date:
    """Return the end of the next quarter."""
    return months_after(end + _DAY, _QUARTER_MONTHS) - _DAY


def _sum(cells: Mapping[str, int], codes: set[str]) -> int:
    return sum(cells[code] for code in codes)
