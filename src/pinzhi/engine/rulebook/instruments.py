"""The shape of an instrument (评价工具): what is asked, in which order, and what each answer is worth.

One model serves an expert's scoring sheet, a self-assessment, an exam, a questionnaire, a checklist and a ballot.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from pinzhi.engine.rulebook import instrument_check
from pinzhi.engine.rulebook.instrument_parts import (
    AnyItem,
    Band,
    InstrumentGrade,
    Item,
    Method,
    Positive,
    Section,
    Unanswered,
    band_of,
)
from pinzhi.engine.rulebook.shapes import Amount, Fault, RulebookFile


class Instrument(RulebookFile):
    """An edition of an instrument.

    ``method`` joins what items are worth: ``sum`` adds the points, ``weighted_sum`` the percentages of the sections by
    their weights, ``mean`` takes the weighted mean of the items' percentages. ``scale`` are the points on which the
    total is shown, the sum of all items where it is not given; ``digits`` those to which it is rounded, once, half up.
    ``pass_at`` is a percentage.
    """

    use: Literal["scoring-sheet", "self-assessment", "exam", "questionnaire", "checklist", "ballot"]
    method: Method = "sum"
    unanswered: Unanswered = "zero"
    scale: Positive | None = None
    digits: Annotated[int, Field(ge=0, le=6)] = 2
    pass_at: Annotated[Amount, Field(gt=0, le=100)] | None = None
    section: tuple[Section, ...] = ()
    item: tuple[AnyItem, ...]
    band: tuple[Band, ...] = ()
    grade: tuple[InstrumentGrade, ...] = ()

    @cached_property
    def items(self) -> Mapping[str, AnyItem]:
        """The items by their ids, in the order in which they are asked."""
        return {one.id: one for one in self.item}

    @property
    def points(self) -> Decimal:
        """The sum of what all items are worth."""
        return sum((one.worth for one in self.item), Decimal(0))

    def rule_for(self, item: Item) -> Unanswered:
        """Return what no answer to an item means."""
        return item.unanswered or self.unanswered

    def band_of(self, percent: Decimal) -> Band | None:
        """Return the band of a percentage; None between bands and where there are none."""
        return band_of(self.band, percent)

    def faults(self) -> Iterable[Fault]:
        """Yield what contradicts itself: ids, sections, weights, options, branches, bands, grades."""
        yield from instrument_check.faults(self.method, self.section, self.item, self.band, self.grade)
