"""Withhold what would tell of too few people: small groups, small steps between releases, what subtraction gives."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pinzhi.engine.periods import months_after

MINIMUM = 5  # a group of fewer people than this is never shown
FIRST_RELEASE = date(2020, 12, 31)
_QUARTER_MONTHS = 3
_DAY = timedelta(days=1)
Numbers = tuple[int, ...]  # what is shown together of a group of people: of a share its whole, its part and the rest


@dataclass(frozen=True, slots=True)
class Table:
    """A figure over people by a dimension as it was released: the numbers of each part, and which are withheld."""

    cells: Mapping[str, Numbers]
    hidden: frozenset[str]


def is_small(number: int) -> bool:
    """Tell whether a number stands for so few people that they could be known; nobody is no group.

    >>> [is_small(one) for one in (0, 1, 4, 5, -3)]
    [False, True, True, False, True]
    """
    return 0 < abs(number) < MINIMUM


def may_be_shown(numbers: Numbers, earlier: Iterable[Numbers]) -> bool:
    """Tell whether a release may be shown beside all that were shown before.

    No number is small, and none differs by a small number from that of any earlier release: else the difference of
    the two would tell of a few people.

    >>> may_be_shown((20,), []), may_be_shown((22,), [(20,)]), may_be_shown((30,), [(20,), (28,)])
    (True, False, False)
    """
    return not any(is_small(one) for one in numbers) and not any(
        is_small(step) for one in earlier for step in _steps(numbers, one)
    )


def withheld(cells: Mapping[str, Numbers], earlier: Sequence[Table] = ()) -> frozenset[str]:
    """Return the parts of a release that must not be shown, given the total and the tables released before.

    First those that are small, and those that differ by a few from a release in which they were shown. Then, while
    subtraction would still give one part alone, a small group or a small step between two releases, the smallest part
    that is still shown: the least is lost. Parts without anybody are withheld last.

    >>> sorted(withheld({"a": (3,), "b": (20,), "c": (90,)}))
    ['a', 'b']
    """
    width = max((len(one) for one in cells.values()), default=0)
    nothing = (0,) * width
    full = {code: cells.get(code, nothing) for table in ({}, *(one.cells for one in earlier), cells) for code in table}
    hidden = {code for code, numbers in full.items() if not _may_be_shown_alone(code, numbers, earlier)}
    while _tells(full, hidden, earlier, nothing):
        shown = sorted((not any(numbers), numbers, code) for code, numbers in full.items() if code not in hidden)
        if not shown:
            break
        hidden.add(shown[0][2])
    return frozenset(hidden)


def release_days(before: date) -> tuple[date, ...]:
    """Return the ends of quarters before a day, the days for which figures over people are released.

    >>> release_days(date(2021, 4, 1))
    (datetime.date(2020, 12, 31), datetime.date(2021, 3, 31))
    """
    days: list[date] = []
    day = FIRST_RELEASE
    while day < before:
        days.append(day)
        day = _quarter_after(day)
    return tuple(days)


def _may_be_shown_alone(code: str, numbers: Numbers, earlier: Sequence[Table]) -> bool:
    return may_be_shown(
        numbers, (one.cells.get(code, (0,) * len(numbers)) for one in earlier if code not in one.hidden)
    )


def _tells(cells: Mapping[str, Numbers], hidden: set[str], earlier: Sequence[Table], nothing: Numbers) -> bool:
    """Tell whether subtracting what is shown, now or then, gives a part alone, a small group or a small step."""
    if len(hidden) == 1 or any(is_small(one) for one in _sum(cells, hidden, nothing)):
        return True
    for then in earlier:
        # What two releases hide can only be told apart where they hide nothing in common.
        groups = [hidden | then.hidden] if hidden & then.hidden else [hidden, then.hidden]
        for group in groups:
            steps = _steps(_sum(cells, group, nothing), _sum(then.cells, group, nothing))
            if any(is_small(one) for one in steps):
                return True
    return False


def _sum(cells: Mapping[str, Numbers], codes: Collection[str], nothing: Numbers) -> Numbers:
    return tuple(map(sum, zip(nothing, *(cells.get(code, nothing) for code in codes), strict=True)))


def _steps(now: Numbers, then: Numbers) -> Numbers:
    return tuple(new - old for new, old in zip(now, then, strict=True))


def _quarter_after(end: date) -> date:
    """Return the end of the next quarter."""
    return months_after(end + _DAY, _QUARTER_MONTHS) - _DAY
