"""Records in memory: decisions of the rulebook, asked the same questions as the database."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pinzhi.engine.rulebook.figure_parts import Where
from pinzhi.records.publishing.sources.shapes import Field, Listing
from pinzhi.records.publishing.tables.asks import Ask, Counted, Period, Row, Under
from pinzhi.records.publishing.tables.conditions import expanded, groups
from pinzhi.records.publishing.times import AsOf

Record = Mapping[str, Any]
_COMPARE: Mapping[str, Callable[[Any, tuple[Any, ...]], bool]] = {
    "is": lambda found, values: found in values,
    "in": lambda found, values: found in values,
    "not_in": lambda found, values: found not in values,
    "starts": lambda found, values: isinstance(found, str) and found.startswith(values[0]),
    "at_least": lambda found, values: found is not None and found >= values[0],
    "at_most": lambda found, values: found is not None and found <= values[0],
    "present": lambda found, values: (found not in (None, "")) == values[0],
}


class MemoryTable:
    """The rows of a listing as of a day."""

    __slots__ = ("_at", "_listing", "_rows")

    def __init__(self, listing: Listing, at: AsOf) -> None:
        self._listing = listing
        self._at = at
        self._rows = sorted(listing.rows(at), key=lambda row: tuple(str(row[name]) for name in listing.order))

    def numbers(self, asks: Sequence[Ask]) -> list[Counted]:
        """Count what is asked."""
        return [self._counted(ask, self._found(ask)) for ask in asks]

    def grouped(self, ask: Ask, by: str, *, under: Under = str) -> dict[str, Fraction]:
        """Count what is asked for each value of a field."""
        found: dict[str, list[Record]] = defaultdict(list)
        for row in self._found(ask):
            for code in groups(self._listing.fields[by], row[by], self._at):
                found[under(code)].append(row)
        return {value: Fraction(self._counted(ask, rows).number) for value, rows in found.items()}

    def values(self, ask: Ask, field: str, *, most: int | None = None) -> list[Any]:
        """Return the different values of a field in order."""
        return sorted({row[field] for row in self._found(ask)} - {None, ""})[:most]

    def rows(self, ask: Ask, fields: Sequence[str], *, start: int, limit: int) -> list[Row]:
        """Return some of the rows, or the different values of ``of``."""
        if ask.unit == "different":
            values = self.values(ask, ask.of)[start : start + limit]
            return [Row(str(value), {ask.of: value}, {}) for value in values]
        return [self._row(row, fields) for row in self._found(ask)[start : start + limit]]

    def keys(self, ask: Ask, fields: Sequence[str]) -> Iterator[Row]:
        """Yield every row with some fields."""
        yield from (self._row(row, fields) for row in self._found(ask))

    def _row(self, row: Record, fields: Sequence[str]) -> Row:
        return Row(str(row[self._listing.key]), {name: row[name] for name in fields}, {})

    def _found(self, ask: Ask) -> list[Record]:
        return [row for row in self._rows if self._meets(row, ask)]

    def _meets(self, row: Record, ask: Ask) -> bool:
        return all(self._holds(row, where) for where in ask.where) and (
            ask.period is None or _lies_in(row[ask.period.field], ask.period)
        )

    def _holds(self, row: Record, where: Where) -> bool:
        field: Field = self._listing.fields[where.field]
        values = tuple(expanded(field, where, self._at))
        return _COMPARE[where.operator](row[where.field], values)

    def _counted(self, ask: Ask, rows: Sequence[Record]) -> Counted:
        if ask.unit == "rows":
            return Counted(Decimal(len(rows)), len(rows))
        values = [row[ask.of] for row in rows if row[ask.of] not in (None, "")]
        number = Decimal(len(set(values))) if ask.unit == "different" else sum(map(Decimal, values), Decimal(0))
        return Counted(number, len(rows))


def _lies_in(day: Any, period: Period) -> bool:
    first, last = period.days.first, period.days.last
    if day is None:
        return first is None
    return bool(day <= last and (first is None or first <= day))
