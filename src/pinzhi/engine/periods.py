"""Working days and periods: what counts, when a period ends, and how a suspended clock goes on."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, time, timedelta, tzinfo
from types import MappingProxyType
from typing import Literal

from pinzhi.engine.errors import BadInput, Unavailable

Unit = Literal["wd", "day"]
DayKind = Literal["posted", "counted", "last", "off", "suspended", "outside"]
LONGEST = 366  # days or working days of a period
_SATURDAY = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is done: the moment that is recorded, and the day it counts as.

    Periods end at 24:00 of a day, so the day decides to the second. Both come from one look at the clock.
    """

    at: datetime
    on: date


@dataclass(frozen=True, slots=True)
class Year:
    """The days of a year on which weekday arithmetic is wrong: weekdays off, and weekend days worked."""

    number: int
    off: frozenset[date]
    worked: frozenset[date]


@dataclass(frozen=True, slots=True)
class Stop:
    """Days on which a clock stands still, the first and the last included; ``last`` is None while it still does."""

    first: date
    last: date | None

    def covers(self, day: date) -> bool:
        """Tell whether the clock stands still on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the picture of a period; ``number`` is which of the counted days it is, 0 for all others."""

    day: date
    kind: DayKind
    number: int = 0


@dataclass(frozen=True, slots=True)
class Period:
    """A period as it was counted.

    ``counted`` are the days that count, the last of them moved past holidays where the unit is ``day``; ``last_day``
    is the day at whose end, 24:00, the period closes, or None while the clock stands still before it is full.
    """

    posted: date
    length: int
    unit: Unit
    stops: tuple[Stop, ...]
    counted: tuple[date, ...]
    last_day: date | None

    @property
    def remaining(self) -> int:
        """How many days are still to be counted once the clock goes on; 0 where the end is known."""
        return self.length - len(self.counted)

    def is_over(self, on: date) -> bool:
        """Tell whether the period has closed before a day begins: on its last day it is still open."""
        return self.last_day is not None and on > self.last_day

    def holds(self, on: date) -> bool:
        """Tell whether the period is open on a day: from its posting to 24:00 of its last day."""
        return self.posted <= on and not self.is_over(on)


class WorkingDays:
    """The working days of the years whose calendars are known; every other year is refused, never guessed."""

    __slots__ = ("_years",)

    def __init__(self, years: Iterable[Year]) -> None:
        self._years: Mapping[int, Year] = MappingProxyType({year.number: year for year in years})

    @property
    def years(self) -> tuple[int, ...]:
        """The years that are known, in order."""
        return tuple(sorted(self._years))

    def is_working(self, day: date) -> bool:
        """Tell whether a day is worked: weekdays that are not off, and weekend days made up for others.

        Raises Unavailable naming the calendar to add where the year is not known.
        """
        year = self._years.get(day.year)
        if year is None:
            raise Unavailable(
                "periods.year",
                "没有 {year} 年的工作日历。请按当年的放假通知添加规则文件 calendars/{year}.toml。现有：{known}。",
                "There is no calendar of working days for {year}. Add the rulebook file calendars/{year}.toml after "
                "that year's notice on holidays. There is: {known}.",
                year=day.year,
                known=", ".join(map(str, self.years)) or "—",
            )
        return day not in year.off and (day.weekday() < _SATURDAY or day in year.worked)

    def add(self, day: date, days: int) -> date:
        """Return the ``days``-th working day after a day; of 0 the day itself or the next that is worked.

        >>> WorkingDays([Year(2024, frozenset(), frozenset())]).add(date(2024, 3, 1), 2)  # a Friday
        datetime.date(2024, 3, 5)
        """
        if days == 0:
            return day if self.is_working(day) else self.add(day, 1)
        _check_length(days)
        for _ in range(days):
            day += _DAY
            while not self.is_working(day):
                day += _DAY
        return day

    def between(self, after: date, through: date) -> int:
        """Count the working days after one day up to and with another; 0 where the second is not later."""
        return sum(self.is_working(day) for day in _days(after + _DAY, through))

    def closes(self, posted: date, length: int, unit: Unit, stops: Sequence[Stop] = ()) -> Period:
        """Count a period from the day it was posted (Civil Code, art. 201 and 203).

        The day of posting does not count. Working days count alone with ``wd``; with ``day`` every day counts and a
        last day that is not worked moves to the next working day. Days on which the clock stands still do not count,
        nor may the period close on one.

        5 working days posted on 2024-02-08 count 9, 18, 19, 20, 21 February and close on 2024-02-21 at 24:00.
        """
        _check_length(length)
        held = tuple(sorted(stops, key=lambda stop: (stop.first, stop.last or date.max)))
        counted: list[date] = []
        day = posted
        while len(counted) < length:
            day += _DAY
            if _stands_for_good(held, day):
                return Period(posted, length, unit, held, tuple(counted), None)
            if _is_free(held, day) and (unit == "day" or self.is_working(day)):
                counted.append(day)
        while not (_is_free(held, day) and self.is_working(day)):
            day += _DAY
            if _stands_for_good(held, day):
                return Period(posted, length, unit, held, tuple(counted[:-1]), None)
        return Period(posted, length, unit, held, (*counted[:-1], day), day)

    def strip(self, period: Period, first: date, last: date) -> tuple[Day, ...]:
        """Return every day from ``first`` to ``last`` with what it is to a period: the picture of a notice."""
        numbers = {day: number for number, day in enumerate(period.counted, start=1)}
        return tuple(
            Day(day, self._kind(period, day, numbers), numbers.get(day, 0))
            for day in _days(first, _checked_end(first, last))
        )

    def _kind(self, period: Period, day: date, numbers: Mapping[date, int]) -> DayKind:
        if day == period.posted:
            return "posted"
        if day == period.last_day:
            return "last"
        if day in numbers:
            return "counted"
        if day < period.posted or period.is_over(day):
            return "outside"
        if not _is_free(period.stops, day):
            return "suspended"
        return "outside" if self.is_working(day) else "off"


def closing_moment(last_day: date, zone: tzinfo) -> datetime:
    """Return 24:00 of a day in a place: the first moment that is too late.

    >>> from datetime import timezone
    >>> closing_moment(date(2024, 2, 21), timezone.utc).isoformat()
    '2024-02-22T00:00:00+00:00'
    """
    return datetime.combine(last_day + _DAY, time(), tzinfo=zone)


def is_in_time(at: datetime, last_day: date, zone: tzinfo) -> bool:
    """Tell whether a moment lies before 24:00 of a day: 23:59:59.999999 does, the next microsecond does not."""
    return at < closing_moment(last_day, zone)


def years_before(day: date, years: int) -> date:
    """Return the same day some years earlier; 29 February becomes 28 where that year has none.

    >>> years_before(date(2024, 2, 29), 3)
    datetime.date(2021, 2, 28)
    """
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month; the month's last day where there is none, the last date of all beyond it.

    >>> months_after(date(2024, 1, 31), 1), months_after(date(2023, 3, 10), 12)
    (datetime.date(2024, 2, 29), datetime.date(2024, 3, 10))
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def latest_with_months_until(day: date, months: int) -> date:
    """Return the latest day whose ``months_after`` is not later than a day: whoever began by then is through by it.

    >>> latest_with_months_until(date(2023, 2, 28), 12)  # what began on 29 February 2024 ends on 28 February 2025
    datetime.date(2022, 2, 28)
    >>> latest_with_months_until(date(2025, 2, 28), 12)
    datetime.date(2024, 2, 29)
    """
    years, month = divmod(day.month - 1 - months, 12)
    year = max(1, day.year + years)
    found = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    while found + _DAY < date.max and months_after(found + _DAY, months) <= day:
        found += _DAY
    return found


def whole_years(since: date, on: date) -> int:
    """Return how many whole years have passed from one day to another; 0 where the first lies later."""
    years = on.year - since.year
    return max(0, years if years_before(on, years) >= since else years - 1)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY


def _is_free(stops: Sequence[Stop], day: date) -> bool:
    return not any(stop.covers(day) for stop in stops)


def _stands_for_good(stops: Sequence[Stop], day: date) -> bool:
    return any(stop.last is None and stop.first <= day for stop in stops)


def _check_length(length: int) -> None:
    if not 1 <= length <= LONGEST:
        raise BadInput(
            "periods.length",
            "期限是 {found} 天，应为 1 到 {most} 天。",
            "The period has {found} days; it takes 1 to {most}.",
            found=length,
            most=LONGEST,
        )


def _checked_end(first: date, last: date) -> date:
    if (last - first).days > 2 * LONGEST:
        raise BadInput(
            "periods.strip",
            "一次最多画 {most} 天，从 {first} 到 {last} 太长。",
            "At most {most} days fit a picture; {first} to {last} is longer.",
            most=2 * LONGEST,
            first=first,
            last=last,
        )
    return last
