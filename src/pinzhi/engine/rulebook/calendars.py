"""The shape of a year's calendar: days off and weekend days worked, as the State Council decides them each year."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from pinzhi.engine.periods import WorkingDays, Year
from pinzhi.engine.rulebook.shapes import BothLanguages, Fault, RulebookFile, Shape
from pinzhi.engine.texts import Text

_SATURDAY = 5


class Holiday(Shape):
    """Days off in a row, the first and the last included."""

    name: BothLanguages
    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Yield every day of it."""
        day = self.first
        while day <= self.last:
            yield day
            day += timedelta(days=1)


class Calendar(RulebookFile):
    """A year: its holidays, and ``worked``, the Saturdays and Sundays that are worked in return."""

    year: Annotated[int, Field(gt=1999, le=2200)]
    holiday: tuple[Holiday, ...]
    worked: tuple[date, ...] = ()

    def faults(self) -> Iterable[Fault]:
        """Yield days out of order or of another year, holidays that overlap, and made-up days that are none."""
        if self.edition != str(self.year):
            yield Fault("edition", Text(f"应与 year 一样：“{self.year}”。", f"Expected the year, “{self.year}”."))
        seen: set[date] = set()
        for number, holiday in enumerate(self.holiday, start=1):
            key = f"holiday.{number}"
            if holiday.last < holiday.first:
                yield Fault(f"{key}.last", Text("早于 first。", "It lies before “first”."))
            elif {holiday.first.year, holiday.last.year} != {self.year}:
                yield Fault(
                    key,
                    Text(
                        f"不在 {self.year} 年内。跨年的假期分写在两年的文件里。",
                        f"Not within {self.year}. Split a holiday over the new year between two files.",
                    ),
                )
            elif seen & set(holiday.days()):
                yield Fault(key, Text("和前面的假期重叠。", "It overlaps a holiday above."))
            seen.update(holiday.days())
        for number, day in enumerate(self.worked, start=1):
            if day.year != self.year or day.weekday() < _SATURDAY or day in seen or self.worked.count(day) > 1:
                yield Fault(
                    f"worked.{number}",
                    Text(
                        f"{day} 应是 {self.year} 年一个上班的周六或周日，不在假期里，只写一次。",
                        f"{day} should be a Saturday or Sunday of {self.year}, outside its holidays, given once.",
                    ),
                )

    def days(self) -> Year:
        """Return the year as facts to count with."""
        return Year(self.year, frozenset(day for one in self.holiday for day in one.days()), frozenset(self.worked))


def working_days(calendars: Iterable[Calendar]) -> WorkingDays:
    """Return the working days of all calendars; of two for one year the later counts, which is the city's own."""
    return WorkingDays(calendar.days() for calendar in calendars)
