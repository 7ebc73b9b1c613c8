"""The shape of a figure: what is counted of which records, how it is said, what it does not say."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from pinzhi.engine.rulebook.figure_parts import (
    Change,
    Count,
    Dimensions,
    Distinct,
    Exists,
    FigureId,
    Listed,
    Measure,
    Rank,
    Ratio,
    Selection,
    Span,
    Statement,
    Streak,
    Sum,
    Target,
    ValueOf,
    Where,
    Wording,
)
from pinzhi.engine.rulebook.shapes import BothLanguages, Fault, RulebookFile
from pinzhi.engine.texts import Text

Theme = Literal[
    "awards", "brands", "certification", "standards", "training", "services", "contests", "government", "casework"
]
THEMES: Mapping[str, Text] = MappingProxyType(
    {
        "awards": Text("质量奖", "Quality awards"),
        "brands": Text("品牌", "Brands"),
        "certification": Text("认证", "Certification"),
        "standards": Text("标准", "Standards"),
        "training": Text("培训", "Training"),
        "services": Text("质量服务", "Quality services"),
        "contests": Text("质量创新", "Innovation contests"),
        "government": Text("政府质量工作", "Government quality work"),
        "casework": Text("办件", "Cases"),
    }
)
NAMES = ("count", "distinct", "sum", "ratio", "streak", "exists", "list", "rank", "change", "value", "statement")
# Which ways of saying fit which measure: the first is usual. A rank is never said as a plain number.
STYLES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "count": frozenset({"exact", "over", "wan", "over-wan", "numeral"}),
        "distinct": frozenset({"exact", "over", "wan", "over-wan", "numeral"}),
        "sum": frozenset({"exact", "over", "wan", "over-wan", "numeral"}),
        "ratio": frozenset({"percent", "fraction", "exact"}),
        "streak": frozenset({"exact", "numeral"}),
        "exists": frozenset({"exact"}),
        "list": frozenset({"exact"}),
        "rank": frozenset({"rank", "only", "band"}),
        "change": frozenset({"exact", "percent", "wan"}),
        "value": frozenset({"exact", "date", "numeral"}),
        "statement": frozenset({"exact"}),
    }
)

_WAN_DIGITS = 4


class Figure(RulebookFile):
    """A figure that the city publishes, in one edition.

    Exactly one of the tables ``count`` … ``statement`` says how it comes about. ``front`` is its place on the front
    page, none without. ``group`` marks figures over personal records, which are always protected.
    """

    id: FigureId
    unit: BothLanguages = Text("", "")  # none of names, shares, statements
    definition: BothLanguages
    excludes: BothLanguages
    confused_with: tuple[FigureId, ...] = ()
    owner: BothLanguages
    theme: Theme
    as_of: Literal["day"] = "day"
    privacy: Literal["public", "internal", "group"] = "public"
    front: Annotated[int, Field(gt=0, le=99)] | None = None
    count: Count | None = None
    distinct: Distinct | None = None
    sum: Sum | None = None
    ratio: Ratio | None = None
    streak: Streak | None = None
    exists: Exists | None = None
    listed: Listed | None = Field(default=None, alias="list")
    rank: Rank | None = None
    change: Change | None = None
    value: ValueOf | None = None
    statement: Statement | None = None
    wording: Wording = Wording()
    dimensions: Dimensions = Dimensions(by=())
    target: Target | None = None

    @property
    def measures(self) -> Mapping[str, Measure]:
        """The tables given, by their names; a file that was read has exactly one."""
        held: dict[str, Measure | None] = {
            "count": self.count,
            "distinct": self.distinct,
            "sum": self.sum,
            "ratio": self.ratio,
            "streak": self.streak,
            "exists": self.exists,
            "list": self.listed,
            "rank": self.rank,
            "change": self.change,
            "value": self.value,
            "statement": self.statement,
        }
        return {name: one for name, one in held.items() if one is not None}

    @property
    def kind(self) -> str:
        """The name of its measure."""
        return next(iter(self.measures))

    @property
    def measure(self) -> Measure:
        """How it comes about."""
        return next(iter(self.measures.values()))

    @property
    def records(self) -> Selection | Ratio | None:
        """The records it stands on; None for what is made of other figures, and for statements."""
        measure = self.measure
        if isinstance(measure, Ratio):
            return measure if measure.source else None
        return measure if isinstance(measure, Selection) else None

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """Other figures that it is made of or points to, each with its key."""
        named = [(f"confused_with.{number}", one) for number, one in enumerate(self.confused_with, start=1)]
        return (*named, *self.made_of)

    @property
    def made_of(self) -> tuple[tuple[str, str], ...]:
        """Other figures that its value needs, each with its key."""
        measure = self.measure
        if isinstance(measure, Ratio) and measure.numerator:
            return (("ratio.numerator", measure.numerator), ("ratio.denominator", measure.denominator))
        if isinstance(measure, Change):
            return (("change.figure", measure.figure),)
        if isinstance(measure, Statement):
            return tuple((f"statement.support.{number}", one) for number, one in enumerate(measure.support, start=1))
        return ()

    def faults(self) -> Iterable[Fault]:
        """Yield what contradicts itself, whatever records there are."""
        if len(self.measures) != 1:
            found = ", ".join(self.measures) or "—"
            yield Fault(
                "",
                Text(
                    f"应正好有一张表说明怎么算（{'、'.join(NAMES)}），现有：{found}。",
                    f"Expected exactly one table that says how it is worked out ({', '.join(NAMES)}); found {found}.",
                ),
            )
            return
        yield from self._wording_faults()
        for key, where in self.conditions():
            if len(where.operators) != 1:
                yield Fault(
                    key,
                    Text("应正好写一个比较：is、in、not_in、starts、at_least、at_most 或 present。",
                         "Expected exactly one of is, in, not_in, starts, at_least, at_most, present."),
                )  # fmt: skip
        records = self.records
        if records is not None and records.period is not None:
            yield from _span_faults(f"{self.kind}.period", records.period)
        if self.ratio is not None:
            yield from _ratio_faults(self.ratio)
        if self.id in {one for _, one in self.named}:
            yield Fault("id", Text(f"{self.id} 提到了自己。", f"{self.id} names itself."))
        if self.dimensions.parts and self.dimensions.parts not in self.dimensions.by:
            yield Fault("dimensions.parts", Text("应是 by 里的一项。", "Expected one of those in “by”."))

    def conditions(self) -> Iterator[tuple[str, Where]]:
        """Yield every condition with its key."""
        records = self.records
        if records is None:
            return
        lists = {"where": records.where}
        if isinstance(records, Ratio):
            lists["part"] = records.part
        if isinstance(records, Streak):
            lists["holds"] = records.holds
        for name, conditions in lists.items():
            yield from ((f"{self.kind}.{name}.{number}", one) for number, one in enumerate(conditions, start=1))

    def _wording_faults(self) -> Iterator[Fault]:
        style, fitting = self.wording.style, STYLES[self.kind]
        if style == "wan" and self.wording.digits > _WAN_DIGITS:
            yield Fault("wording.digits", Text("用万作单位时最多 4 位。", "At most 4 with units of 10,000."))
        if style in ("rank", "only", "band") and self.kind != "rank":
            yield Fault(
                "wording.style",
                Text("名次要有可比的对象：请用 rank 表。", "A place needs peers: use a table “rank”."),
            )
        elif style not in fitting:
            known = ", ".join(sorted(fitting))
            yield Fault(
                "wording.style",
                Text(
                    f"“{style}”说不出 {self.kind} 的结果，可以是 {known}。",
                    f"“{style}” cannot say a {self.kind}; it may be {known}.",
                ),
            )


def _span_faults(key: str, span: Span) -> Iterator[Fault]:
    if (span.span == "months") != (span.months is not None):
        yield Fault(
            f"{key}.months", Text("只有 span 是 months 时才写，也必须写。", "Given with span months, and only then.")
        )
    if (span.span == "fixed") != (span.first is not None and span.last is not None):
        yield Fault(
            f"{key}.from",
            Text(
                "只有 span 是 fixed 时才写 from 和 to，两个都要写。",
                "Both “from” and “to” are given with span fixed, and only then.",
            ),
        )
    if span.first and span.last and span.last < span.first:
        yield Fault(f"{key}.to", Text("早于 from。", "It lies before “from”."))


def _ratio_faults(ratio: Ratio) -> Iterator[Fault]:
    of_records = bool(ratio.source and ratio.part)
    of_figures = bool(ratio.numerator and ratio.denominator)
    mixed = bool((ratio.source or ratio.where or ratio.part or ratio.period) and (ratio.numerator or ratio.denominator))
    if mixed or not (of_records or of_figures):
        yield Fault(
            "ratio",
            Text("应写 from 和 part（同一批记录的一部分），或写 numerator 和 denominator（两个数字）。",
                 "Expected “from” and “part” (a part of the same records), or “numerator” and “denominator”."),
        )  # fmt: skip
