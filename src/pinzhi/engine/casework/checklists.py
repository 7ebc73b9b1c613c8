"""A checklist filled in on site: which items did not conform, and what is still missing before it is handed in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pinzhi.engine.assessment.answers import answer_faults, applicable
from pinzhi.engine.rulebook.instrument_parts import AnyItem
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.texts import Text

NOT_APPLICABLE = "na"  # the option that takes a reason in words
PHOTOS_OF_A_FINDING = 1
KINDS = ("single", "number", "text")  # of items that a phone can ask without a network


@dataclass(frozen=True, slots=True)
class Recorded:
    """What stands of an item: the answer, words, and how many photos."""

    answer: str
    note: str = ""
    photos: int = 0


@dataclass(frozen=True, slots=True)
class Missing:
    """What keeps a checklist from being handed in: the item, and what is to be done."""

    item: str
    text: Text


def suits_a_phone(instrument: Instrument) -> bool:
    """Tell whether an instrument can serve as a checklist: one answer, a number or words for each item."""
    return instrument.use == "checklist" and all(item.kind in KINDS for item in instrument.item)


def is_finding(item: AnyItem, answer: str) -> bool:
    """Tell whether an answer says that something does not conform: it earns less than another, and it applies."""
    if item.kind != "single" or answer in ("", NOT_APPLICABLE):
        return False
    return any(one.code == answer and one.points < item.worth for one in item.option)


def findings(instrument: Instrument, recorded: Mapping[str, Recorded]) -> tuple[str, ...]:
    """Return the items that did not conform, in the order of the checklist."""
    asked = applicable(instrument, _answers(recorded))
    return tuple(
        item for item in asked if item in recorded and is_finding(instrument.items[item], recorded[item].answer)
    )


def missing(instrument: Instrument, recorded: Mapping[str, Recorded]) -> tuple[Missing, ...]:
    """Return what keeps a checklist from being handed in, in its order; nothing when it is complete.

    Every item asked has an allowed answer; what does not apply says why; what does not conform has a photo.
    """
    faults = [Missing(one.item, one.text) for one in answer_faults(instrument, _answers(recorded), complete=True)]
    return (*faults, *_unproven(instrument, recorded))


def _unproven(instrument: Instrument, recorded: Mapping[str, Recorded]) -> Iterator[Missing]:
    for item in instrument.item:
        one = recorded.get(item.id)
        if one is None:
            continue
        if one.answer == NOT_APPLICABLE and item.kind == "single" and not one.note.strip():
            yield Missing(item.id, Text("不适用要写原因。", "Say why it does not apply."))
        if is_finding(item, one.answer) and one.photos < PHOTOS_OF_A_FINDING:
            yield Missing(item.id, Text("不符合时至少要一张照片。", "What does not conform takes at least one photo."))


def _answers(recorded: Mapping[str, Recorded]) -> dict[str, str]:
    return {item: one.answer for item, one in recorded.items() if one.answer}
