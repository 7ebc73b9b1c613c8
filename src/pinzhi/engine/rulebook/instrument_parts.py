"""What an instrument is made of: sections, items of eight kinds, conditions, bands, grades."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from pinzhi.engine.rulebook.shapes import Amount, BothLanguages, Shape, Word
from pinzhi.engine.texts import Text

ItemId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
Positive = Annotated[Amount, Field(gt=0)]
Unanswered = Literal["zero", "left-out", "refuse"]
Method = Literal["sum", "weighted_sum", "mean"]
MediaKind = Literal["pdf", "image", "text", "sheet", "document", "video"]


class Condition(Shape):
    """When an item is asked: one operator of a closed list, about the answers given before it.

    ``item`` goes with ``answered``, ``equals``, ``one_of``, ``at_least`` and ``at_most``; ``all``, ``any`` and ``not``
    hold further conditions. Of a multiple choice, ``equals`` and ``one_of`` ask whether such an option is among those
    chosen. What was not asked or not answered meets no condition but ``answered = false``.
    """

    item: ItemId | None = None
    answered: bool | None = None
    equals: Word | None = None
    one_of: tuple[Word, ...] | None = None
    at_least: Amount | None = None
    at_most: Amount | None = None
    all: tuple["Condition", ...] | None = None
    any: tuple["Condition", ...] | None = None
    not_: Annotated["Condition | None", Field(alias="not")] = None

    @model_validator(mode="after")
    def _one_operator(self) -> "Condition":
        about = [self.answered, self.equals, self.one_of, self.at_least, self.at_most]
        joined = [self.all, self.any, self.not_]
        given = sum(one is not None for one in (*about, *joined))
        if given != 1:
            raise ValueError("expected one of all, any, not, answered, equals, one_of, at_least, at_most")
        if (self.item is not None) != any(one is not None for one in about):
            raise ValueError("expected “item” beside answered, equals, one_of, at_least, at_most, and nowhere else")
        if () in (self.one_of, self.all, self.any):
            raise ValueError("expected at least one entry in the list")
        return self

    @property
    def parts(self) -> tuple["Condition", ...]:
        """The conditions that this one holds."""
        return self.all or self.any or ((self.not_,) if self.not_ is not None else ())

    @property
    def items(self) -> tuple[str, ...]:
        """Every item that the condition asks about."""
        return ((self.item,) if self.item else ()) + tuple(item for part in self.parts for item in part.items)


class Option(Shape):
    """One answer to choose, and what it is worth; ``alone`` goes with no other option (none of these)."""

    code: ItemId
    title: BothLanguages
    points: Amount = Decimal(0)
    alone: bool = False


class Step(Shape):
    """A number of at least so much is worth so many points."""

    at_least: Amount
    points: Annotated[Amount, Field(ge=0)]


class Column(Shape):
    """A column of a table to fill in."""

    code: ItemId
    title: BothLanguages
    kind: Literal["text", "number"] = "text"
    required: bool = True


class Item(Shape):
    """What all items share.

    ``unanswered`` says what no answer means, the instrument's own rule where it is not given; ``weight`` counts in a
    mean. ``required`` items must be answered before the whole is handed in.
    """

    id: ItemId
    title: BothLanguages
    section: str = ""
    hint: BothLanguages | None = None
    required: bool = True
    when: Condition | None = None
    unanswered: Unanswered | None = None
    weight: Positive = Decimal(1)

    @property
    def worth(self) -> Decimal:
        """The most points that an answer can earn; 0 for what is only asked."""
        return Decimal(0)


class PointsItem(Item):
    """Points given as a percentage in steps, by bands: process and result items of GB/T 19580."""

    kind: Literal["points"]
    points: Positive
    measures: Literal["process", "result"] | None = None
    step: Annotated[Amount, Field(gt=0, le=100)] = Decimal(5)

    @property
    def worth(self) -> Decimal:
        """The most points that an answer can earn."""
        return self.points


class SingleItem(Item):
    """One answer of several."""

    kind: Literal["single"]
    option: tuple[Option, ...]

    @property
    def worth(self) -> Decimal:
        """The points of the best option."""
        return max((one.points for one in self.option), default=Decimal(0))


class MultipleItem(Item):
    """Any of several answers, at least and at most so many; wrong ones may cost points, but not below zero.

    ``exact`` items earn all points or none: every option worth something, and no other.
    """

    kind: Literal["multiple"]
    option: tuple[Option, ...]
    at_least: Annotated[int, Field(ge=0)] = 0
    at_most: Annotated[int, Field(gt=0)] | None = None
    exact: bool = False

    @property
    def worth(self) -> Decimal:
        """The points of the best options that may be chosen together."""
        good = sorted((one.points for one in self.option if one.points > 0 and not one.alone), reverse=True)
        alone = max((one.points for one in self.option if one.alone), default=Decimal(0))
        return max(sum(good[: self.at_most], Decimal(0)), alone)


class LikertItem(Item):
    """Agreement on a scale from ``low`` to ``high``; of a ``reverse`` item little agreement is worth much."""

    kind: Literal["likert"]
    low: int = 1
    high: int = 5
    labels: tuple[BothLanguages, ...] = ()
    reverse: bool = False

    @property
    def worth(self) -> Decimal:
        """The highest place of the scale."""
        return Decimal(self.high)


class NumberItem(Item):
    """A number with its unit; ``steps`` say what it is worth, ``marks`` that it is worth what it says."""

    kind: Literal["number"]
    unit: BothLanguages | None = None
    at_least: Amount | None = None
    at_most: Amount | None = None
    digits: Annotated[int, Field(ge=0, le=6)] = 2
    steps: tuple[Step, ...] = ()
    marks: bool = False

    @property
    def worth(self) -> Decimal:
        """The points of the best step, or the greatest number allowed where the number is the mark."""
        if self.marks:
            return self.at_most or Decimal(0)
        return max((one.points for one in self.steps), default=Decimal(0))


class TextItem(Item):
    """A text of at most so many characters; worth nothing by itself."""

    kind: Literal["text"]
    longest: Annotated[int, Field(gt=0, le=20_000)] = 2_000


class TableItem(Item):
    """Rows of the same columns: an indicator over three years, for example."""

    kind: Literal["table"]
    column: tuple[Column, ...]
    rows_at_least: Annotated[int, Field(ge=0)] = 0
    rows_at_most: Annotated[int, Field(gt=0, le=1_000)] = 100


class EvidenceItem(Item):
    """Files that prove something; an answer holds their content hashes."""

    kind: Literal["evidence"]
    media: tuple[MediaKind, ...] = ("pdf", "image")
    files_at_most: Annotated[int, Field(gt=0, le=100)] = 10
    megabytes_at_most: Annotated[int, Field(gt=0, le=500)] = 20


AnyItem = Annotated[
    PointsItem | SingleItem | MultipleItem | LikertItem | NumberItem | TextItem | TableItem | EvidenceItem,
    Field(discriminator="kind"),
]


class Section(Shape):
    """A part of the instrument; ``weight`` is its share of what holds it, where the method weighs."""

    code: ItemId
    title: BothLanguages
    parent: str = ""
    weight: Annotated[Amount, Field(gt=0, le=1)] | None = None


class Band(Shape):
    """What percentages from ``low`` to ``high`` look like, in words for process and for result items."""

    low: Annotated[Amount, Field(ge=0, le=100)]
    high: Annotated[Amount, Field(ge=0, le=100)]
    process: BothLanguages | None = None
    result: BothLanguages | None = None
    words: BothLanguages | None = None

    def described(self, measures: str | None) -> Text | None:
        """Return the words for an item that measures a process, a result, or neither."""
        own = {"process": self.process, "result": self.result}.get(measures or "")
        return own or self.words


class InstrumentGrade(Shape):
    """A grade, best first: earned by at least so many percent of the points, or by points of parts.

    ``when`` holds ways to earn it, each a table of parts with the points that they must reach together: codes of
    sections, and ``total`` for the whole. One of ``at_least`` and ``when`` is given. ``to_confirm`` marks a line that
    no public text gives.
    """

    code: ItemId
    title: BothLanguages
    at_least: Annotated[Amount, Field(ge=0, le=100)] | None = None
    when: tuple[dict[str, Annotated[Amount, Field(ge=0)]], ...] = ()
    to_confirm: bool = False


def band_of(bands: tuple[Band, ...], percent: Decimal) -> Band | None:
    """Return the band of a percentage; None between bands and where there are none."""
    return next((one for one in bands if one.low <= percent <= one.high), None)
