"""The days that a figure's period means, seen from the day the figure is taken."""

from dataclasses import dataclass
from datetime import date, timedelta

from pinzhi.engine.periods import months_after
from pinzhi.engine.rulebook.figure_parts import Span
from pinzhi.engine.texts import Text

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """Days from the first to the last, both included; ``first`` None: from the beginning, unknown days included."""

    first: date | None
    last: date

    def text(self) -> Text:
        """Return the days in words."""
        if self.first is None:
            return Text(f"截至 {self.last}", f"up to {self.last}")
        return Text(f"{self.first} 至 {self.last}", f"{self.first} to {self.last}")


def days_of(span: Span, on: date) -> Days:
    """Return the days of a period; none lies after the day the figure is taken.

    A fixed period that has not begun ends before its first day, so that nothing lies in it.

    >>> from pinzhi.engine.rulebook.figure_parts import Span
    >>> days_of(Span(field="awarded_on", span="full-year"), date(2024, 1, 4))
    Days(first=datetime.date(2023, 1, 1), last=datetime.date(2023, 12, 31))
    """
    match span.span:
        case "year":
            return Days(date(on.year, 1, 1), on)
        case "last-year":
            return Days(date(on.year - 1, 1, 1), date(on.year - 1, 12, 31))
        case "full-year":
            year = (on + _DAY).year - 1
            return Days(date(year, 1, 1), date(year, 12, 31))
        case "quarter":
            return Days(date(on.year, on.month - (on.month - 1) % 3, 1), on)
        case "months":
            return Days(months_after(on + _DAY, -(span.months or 1)), on)
        case "fixed":
            return Days(span.first, min(span.last or on, on))
        case _:
            return Days(None, on)
