"""What an applicant is told after a round: criterion by criterion, in the words of the bands, with no judge named."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pinzhi.engine.assessment.rounds.totals import Exact
from pinzhi.engine.rulebook.instrument_parts import AnyItem, Band
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.texts import Text

Notes = Mapping[str, Mapping[str, Sequence[str]]]  # item to strengths and improvements


@dataclass(frozen=True, slots=True)
class ItemFeedback:
    """An item: the band it lies in, what that looks like, what is strong, and what could be better."""

    item: str
    title: Text
    low: Decimal | None
    high: Decimal | None
    words: Text | None
    strengths: tuple[str, ...]
    improvements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionFeedback:
    """A criterion with its items."""

    code: str
    title: Text
    items: tuple[ItemFeedback, ...]


def feedback(
    instrument: Instrument, percents: Mapping[str, Exact], notes: Iterable[Notes]
) -> tuple[SectionFeedback, ...]:
    """Return what a stage says to the applicant, from what its items came to and the notes of its judges.

    ``notes`` are the judges' in any order; a note that several wrote is given once. Notes of one item are put in the
    order of their text, so that nobody can be told by his place. An item that came to nothing has no band.
    """
    written = tuple(notes)
    told = [(item.section, _item(instrument, item, percents.get(item.id), written)) for item in instrument.item]
    sections = [("", instrument.title), *((one.code, one.title) for one in instrument.section)]
    found = (
        SectionFeedback(code, title, tuple(one for section, one in told if section == code)) for code, title in sections
    )
    return tuple(one for one in found if one.items)


def _item(instrument: Instrument, item: AnyItem, percent: Exact | None, notes: Sequence[Notes]) -> ItemFeedback:
    band = _band(instrument.band, Fraction(percent)) if percent is not None else None
    measures = getattr(item, "measures", None)
    return ItemFeedback(
        item.id,
        item.title,
        band.low if band else None,
        band.high if band else None,
        band.described(measures) if band else None,
        _joined(notes, item.id, "strengths"),
        _joined(notes, item.id, "improvements"),
    )


def _band(bands: Sequence[Band], percent: Fraction) -> Band | None:
    """Return the highest band that a percentage has reached: a mean such as 67 lies between two."""
    reached = [one for one in bands if Fraction(one.low) <= percent]
    return max(reached, key=lambda one: one.low, default=None)


def _joined(notes: Sequence[Notes], item: str, kind: str) -> tuple[str, ...]:
    return tuple(sorted({text.strip() for one in notes for text in one.get(item, {}).get(kind, ()) if text.strip()}))
