"""What a figure's file is made of: conditions on records, periods, the measures there are, wording and targets."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pinzhi.engine.rulebook.shapes import Amount, BothLanguages, Shape

FigureId = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{0,7}[a-z]?$")]
# A field or a source of the records, by its name in docs/reference: awarded_on, honours.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Operand = str | bool | int | Decimal | date
OPERATORS = ("is", "in", "not_in", "starts", "at_least", "at_most", "present")
Style = Literal["exact", "over", "wan", "over-wan", "percent", "fraction", "numeral", "rank", "only", "band", "date"]


class Where(Shape):
    """A condition that the records counted must meet: one field, one operator of the closed list."""

    field: Name
    is_: Operand | None = Field(default=None, alias="is")
    in_: tuple[Operand, ...] = Field(default=(), alias="in")
    not_in: tuple[Operand, ...] = ()
    starts: str | None = None
    at_least: int | Decimal | date | None = None
    at_most: int | Decimal | date | None = None
    present: bool | None = None

    @property
    def operators(self) -> tuple[str, ...]:
        """The operators given; a file that was read has exactly one."""
        held = {
            "is": self.is_ is not None,
            "in": bool(self.in_),
            "not_in": bool(self.not_in),
            "starts": self.starts is not None,
            "at_least": self.at_least is not None,
            "at_most": self.at_most is not None,
            "present": self.present is not None,
        }
        return tuple(name for name in OPERATORS if held[name])

    @property
    def operator(self) -> str:
        """The one operator."""
        return self.operators[0]

    @property
    def operands(self) -> tuple[Operand, ...]:
        """What the field is compared with."""
        single = (self.is_, self.starts, self.at_least, self.at_most, self.present)
        return (*(one for one in single if one is not None), *self.in_, *self.not_in)


class Span(Shape):
    """The days that a date of the records must lie in, seen from the day a figure is taken.

    ``to-date`` is everything up to the day, unknown days included, since the record is there; ``year``, ``quarter``:
    from their first day to the day; ``last-year``: the calendar year before; ``full-year``: the last year that has
    ended, on 31 December that year itself; ``months``: that many up to the day; ``fixed``: from one day to another.
    """

    field: Name
    span: Literal["to-date", "year", "last-year", "full-year", "quarter", "months", "fixed"]
    months: Annotated[int, Field(gt=0, le=600)] | None = None
    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")


class Selection(Shape):
    """Records of one source: those that meet all conditions and, with a period, lie in it."""

    source: Name = Field(alias="from")
    where: tuple[Where, ...] = ()
    period: Span | None = None


class Count(Selection):
    """How many records."""


class Distinct(Selection):
    """How many different values of a field: organisations that hold a certificate."""

    of: Name


class Sum(Selection):
    """The sum of a number of the records."""

    of: Name


class Exists(Selection):
    """Whether there is any record."""


class Listed(Selection):
    """The values of a field, in an order, each once."""

    show: Name
    order: Name | Literal[""] = ""


class ValueOf(Selection):
    """The one value of a field that all records found share; refused when they differ."""

    of: Name


class Ratio(Shape):
    """A part of the same records, by further conditions; or one figure divided by another of the same unit."""

    source: Name | Literal[""] = Field(default="", alias="from")
    where: tuple[Where, ...] = ()
    period: Span | None = None
    part: tuple[Where, ...] = ()
    numerator: FigureId | Literal[""] = ""
    denominator: FigureId | Literal[""] = ""


class Streak(Selection):
    """How many periods in a row, ending with the latest there is, have a record that meets ``holds``."""

    along: Name
    holds: tuple[Where, ...]


class Rank(Selection):
    """The place of one among its peers by how many records, or different values of ``of``, each has.

    Peers are all cities of the province, all its districts, or those that have a record (``observed``). Peers that
    share a number share a place; a peer without a record has none and stands last.
    """

    by: Name
    among: Literal["province-cities", "province-districts", "observed"]
    subject: str = ""  # empty: the city
    order: Literal["most", "least"] = "most"
    of: Name | Literal[""] = ""


class Change(Shape):
    """How a figure has changed since a year or a month before."""

    figure: FigureId
    over: Literal["year", "month"] = "year"
    as_: Literal["amount", "percent"] = Field(default="amount", alias="as")


class Statement(Shape):
    """Words that no record can compute; ``support`` are figures that make them plausible."""

    text: BothLanguages
    support: tuple[FigureId, ...] = ()


Measure = Count | Distinct | Sum | Exists | Listed | ValueOf | Ratio | Streak | Rank | Change | Statement


class Wording(Shape):
    """How a value is said; rounded half up, once, at the end.

    ``digits`` are decimals of the number shown; ``leading`` how many digits of an ``over`` number are said (1200余 has
    two); ``at_most`` the last place that still counts as ``band``.
    """

    style: Style = "exact"
    digits: Annotated[int, Field(ge=0, le=6)] = 0
    leading: Annotated[int, Field(ge=1, le=4)] = 1
    at_most: Annotated[int, Field(ge=1, le=100)] = 3


class Dimensions(Shape):
    """By what a figure may be broken down; ``parts`` is one whose rows add up to the figure."""

    by: tuple[Name, ...]
    parts: Name | Literal[""] = ""


class Target(Shape):
    """What the city wants a figure to be by the end of a year; ``synthetic`` where it was made up to show."""

    value: Amount
    better: Literal["more", "less"]
    year: Annotated[int, Field(ge=2000, le=2200)]
    basis: BothLanguages
    synthetic: bool = False
