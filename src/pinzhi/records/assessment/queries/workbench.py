"""The workbench of a judge: the sheet item by item, his own marks and notes, and what he reads beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from pinzhi.engine.assessment.answers import answer_faults
from pinzhi.engine.assessment.conditions import Answers, number_of
from pinzhi.engine.assessment.judging.aggregation import rounded
from pinzhi.engine.assessment.scores import score
from pinzhi.engine.errors import PinzhiError
from pinzhi.engine.rulebook.instrument_parts import AnyItem, Item, PointsItem
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.rulebook.scheme_parts import Stage
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.assessment.models import Assignment, Question
from pinzhi.records.assessment.queries.reading import Reading, reading_of
from pinzhi.records.assessment.queries.sheets import (
    Standing,
    last_sheet,
    no_such_item,
    own_task,
    sheet_of_stage,
    standing_of,
)
from pinzhi.records.assessment.rules import scheme_of

_FULL = 100


@dataclass(frozen=True, slots=True)
class Step:
    """A percentage to choose, and the points it earns."""

    percent: str
    earned: Decimal


@dataclass(frozen=True, slots=True)
class BandChoice:
    """A band of percentages with its words for an item, and the steps in it."""

    low: str
    high: str
    words: Text | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item in the list, with the judge's own answer; empty for none yet."""

    id: str
    title: Text
    answer: str
    noted: bool


@dataclass(frozen=True, slots=True)
class SectionLines:
    """A section of the instrument with its items."""

    code: str
    title: Text
    items: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class ItemPage:
    """The item being judged: what may be answered, what was, and the items before and after it."""

    item: AnyItem
    answer: str
    earned: Decimal | None
    words: Text | None
    bands: tuple[BandChoice, ...]
    strengths: tuple[str, ...]
    improvements: tuple[str, ...]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the head of the panel; ``by`` is the code of who asked, for the head alone."""

    id: int
    item: str
    text: str
    answer: str
    by: str
    own: bool


@dataclass(frozen=True, slots=True)
class Workbench:
    """A judge's task as his page shows it; ``base`` is the number of the version shown."""

    task: Assignment
    scheme: Text
    stage: Stage
    instrument: Instrument
    sections: tuple[SectionLines, ...]
    page: ItemPage
    done: int
    count: int
    missing: tuple[str, ...]
    base: int
    saved_at: datetime | None
    total: Decimal | None
    full: Decimal
    standing: Standing
    reading: Reading
    questions: tuple[Asked, ...]
    applicant: str

    @property
    def is_open(self) -> bool:
        """Whether marks may still be changed: not handed in, and the entry is in the stage."""
        return self.task.submitted_at is None and self.task.entry.state == self.task.stage

    @property
    def shows_panel(self) -> bool:
        """Whether the judge may see the marks of the others."""
        return self.task.submitted_at is not None and self.standing.all_in


def workbench(actor: Actor, round_key: str, number: str, stage: str, item: str = "") -> Workbench:
    """Return a judge's own task with an item open, the first unmarked one where none is named.

    NotFound for whoever it was not given to; BadInput for an item that the instrument does not have.
    """
    task = own_task(actor, round_key, number, stage)
    found, instrument = sheet_of_stage(task.entry, stage)
    if item and item not in instrument.items:
        raise no_such_item(item)
    last = last_sheet(task)
    answers, notes = (last.answers, last.notes) if last else ({}, {})
    missing = tuple(one.item for one in answer_faults(instrument, answers, complete=True) if one.rule == "required")
    opened = item or (missing[0] if missing else next(iter(instrument.items)))
    reading = reading_of(task)
    whole = _whole(instrument, answers)
    return Workbench(
        task=task,
        scheme=scheme_of(task.entry.round).title,
        stage=found,
        instrument=instrument,
        sections=tuple(_sections(instrument, answers, notes)),
        page=_page(found, instrument, opened, answers, notes.get(opened, {})),
        done=len(instrument.items) - len(missing),
        count=len(instrument.items),
        missing=missing,
        base=last.number if last else 0,
        saved_at=last.at if last else None,
        total=whole[0],
        full=whole[1],
        standing=standing_of(task.entry, stage),
        reading=reading,
        questions=tuple(_questions(task)),
        applicant="" if reading.is_blind else task.entry.name,
    )


def _whole(instrument: Instrument, answers: Answers) -> tuple[Decimal | None, Decimal]:
    full = rounded(Fraction(instrument.scale or instrument.points), 0)
    try:
        return score(instrument, answers).shown, full
    except PinzhiError:
        return None, full  # where a missing answer is refused there is no total yet


def _sections(
    instrument: Instrument, answers: Answers, notes: dict[str, dict[str, list[str]]]
) -> Iterator[SectionLines]:
    lines = {
        one.id: ItemLine(one.id, one.title, _answer(answers, one), bool(notes.get(one.id))) for one in instrument.item
    }
    alone = tuple(lines[one.id] for one in instrument.item if not one.section)
    if alone:
        yield SectionLines("", instrument.title, alone)
    for section in instrument.section:
        within = tuple(lines[one.id] for one in instrument.item if one.section == section.code)
        if within:
            yield SectionLines(section.code, section.title, within)


def _page(
    stage: Stage, instrument: Instrument, item_id: str, answers: Answers, notes: dict[str, list[str]]
) -> ItemPage:
    ids = list(instrument.items)
    place, item = ids.index(item_id), instrument.items[item_id]
    answer = _answer(answers, item)
    percent = number_of(answer)
    is_marked = isinstance(item, PointsItem) and percent is not None
    band = instrument.band_of(percent) if is_marked and percent is not None else None
    return ItemPage(
        item=item,
        answer=answer,
        earned=_earned(item, percent) if is_marked and percent is not None else None,
        words=band.described(getattr(item, "measures", None)) if band else None,
        bands=tuple(_bands(stage, instrument, item)) if isinstance(item, PointsItem) else (),
        strengths=tuple(notes.get("strengths", ())),
        improvements=tuple(notes.get("improvements", ())),
        before=ids[place - 1] if place else "",
        after=ids[place + 1] if place + 1 < len(ids) else "",
    )


def _bands(stage: Stage, instrument: Instrument, item: PointsItem) -> Iterator[BandChoice]:
    """Yield the bands with the steps that marks may take in this stage; one band of all where there are none."""
    step = max(item.step, stage.step or item.step)
    steps = [step * number for number in range(int(_FULL / step) + 1)]
    edges = [(one.low, one.high, one.described(item.measures)) for one in instrument.band]
    for low, high, words in edges or [(Decimal(0), Decimal(_FULL), None)]:
        within = tuple(Step(f"{one:f}", _earned(item, one)) for one in steps if low <= one <= high)
        yield BandChoice(f"{low:f}", f"{high:f}", words, within)


def _earned(item: Item, percent: Decimal) -> Decimal:
    return rounded(Fraction(item.worth) * Fraction(percent) / _FULL, 1)


def _answer(answers: Answers, item: Item) -> str:
    found = answers.get(item.id, "")
    return found if isinstance(found, str) else ""


def _questions(task: Assignment) -> Iterator[Asked]:
    """Yield the judge's own questions; to the head of the panel those of the others too."""
    rows = Question.objects.filter(assignment__entry=task.entry, assignment__stage=task.stage)
    if not task.lead:
        rows = rows.filter(assignment=task)
    for one in rows.select_related("assignment__expert").order_by("pk"):
        yield Asked(
            one.pk, one.item, one.text, one.answer, one.assignment.expert.code, one.assignment_id == task.pk
        )  # fmt: skip
