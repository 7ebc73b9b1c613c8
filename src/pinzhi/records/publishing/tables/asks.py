"""What is asked of the records of a source, and what comes back; the same for the database and for memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, Protocol

from pinzhi.engine.publishing.spans import Days
from pinzhi.engine.rulebook.figure_parts import Where

Unit = Literal["rows", "different", "total"]
Under = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Period:
    """Days that a date of the records must lie in."""

    field: str
    days: Days


@dataclass(frozen=True, slots=True)
class Ask:
    """Records that meet all conditions and lie in the period, and what of them is counted.

    ``rows`` counts them, ``different`` the different values of ``of`` (empty ones left out), ``total`` adds ``of`` up.
    """

    where: tuple[Where, ...] = ()
    period: Period | None = None
    unit: Unit = "rows"
    of: str = ""

    def also(self, *more: Where) -> "Ask":
        """Return the same with further conditions."""
        return Ask((*self.where, *more), self.period, self.unit, self.of)

    @property
    def fields(self) -> frozenset[str]:
        """The names of all fields it looks at."""
        named = {one.field for one in self.where} | ({self.of} if self.of else set())
        return frozenset(named | ({self.period.field} if self.period else set()))


@dataclass(frozen=True, slots=True)
class Counted:
    """A number, and of how many records it was taken."""

    number: Decimal
    records: int


def plain(number: Decimal) -> Decimal:
    """Return a number without the zeros that a database adds behind the point.

    >>> plain(Decimal("9800030.00000")), plain(Decimal("2.50")), plain(Decimal("100"))
    (Decimal('9800030'), Decimal('2.5'), Decimal('100'))
    """
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


@dataclass(frozen=True, slots=True)
class Row:
    """A record: its key, and values of fields by name; ``titles`` are those of the pages that fields lead to."""

    key: str
    values: Mapping[str, Any]
    titles: Mapping[str, str]


class Table(Protocol):
    """The records of a source as of a day, as known at a moment."""

    def numbers(self, asks: Sequence[Ask]) -> list[Counted]:
        """Count what is asked, all in as few passes over the records as the source allows."""

    def grouped(self, ask: Ask, by: str, *, under: Under = str) -> dict[str, Fraction]:
        """Count what is asked for each value of a field; values without a record are left out.

        ``under`` says what a value is counted under (a district under its city), so that one thing in two districts
        of a city counts once for the city.
        """

    def values(self, ask: Ask, field: str, *, most: int | None = None) -> list[Any]:
        """Return the different values of a field, empty ones left out, in order."""

    def rows(self, ask: Ask, fields: Sequence[str], *, start: int, limit: int) -> list[Row]:
        """Return some of the records in the order of the source, or the different values of ``of`` where it says so."""

    def keys(self, ask: Ask, fields: Sequence[str]) -> Iterator[Row]:
        """Yield every record with some fields, in the order in which records were made."""
