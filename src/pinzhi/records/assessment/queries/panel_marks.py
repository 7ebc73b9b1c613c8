"""A panel's marks side by side, once all are in: rings, spread, layers, and what is still to be talked about."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pinzhi.engine.assessment.judging.aggregation import rounded
from pinzhi.engine.assessment.rounds.consensus import Layer, Settled
from pinzhi.engine.assessment.rounds.outcomes import settles_items
from pinzhi.engine.errors import Conflict, NotFound
from pinzhi.engine.rulebook.instrument_parts import PointsItem
from pinzhi.engine.rulebook.scheme_parts import Stage
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, may
from pinzhi.records.assessment.models import Assignment, Entry
from pinzhi.records.assessment.queries.results import outcome_of
from pinzhi.records.assessment.queries.sheets import (
    Standing,
    check_all_in,
    last_sheet,
    own_task,
    sheet_of_stage,
    standing_of,
)
from pinzhi.records.assessment.queries.visible import entry_for
from pinzhi.records.assessment.rules import parts_of, scheme_of

_SHOWN_DIGITS = 2


@dataclass(frozen=True, slots=True)
class ShownLayer:
    """A layer of an item's result as pages print it."""

    kind: str
    percent: Decimal
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a judge noted of an item."""

    judge: str
    strengths: tuple[str, ...]
    improvements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PanelItem:
    """An item with each judge's own mark, their spread, all later layers, and what counts now; None while open."""

    id: str
    title: Text
    points: Decimal
    marks: tuple[ShownLayer, ...]
    later: tuple[ShownLayer, ...]
    spread: Decimal
    needs_talk: bool
    percent: Decimal | None
    said: tuple[Said, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """The consensus of a panel on an entry: items to talk about first, the widest spread first."""

    entry: Entry
    scheme: Text
    stage: Stage
    items: tuple[PanelItem, ...]
    open: int
    percent: Decimal | None
    judges: tuple[tuple[str, Decimal], ...]
    standing: Standing
    leads: bool
    is_judge: bool
    on_site: bool


def panel_of(entry: Entry, stage: str) -> tuple[Settled, ...]:
    """Return all items of a stage with their layers, as the engine settles them; refused before all sheets are in."""
    check_all_in(entry, stage)
    return outcome_of(entry, stage).settled


def panel(actor: Actor, round_key: str, number: str, stage: str) -> Panel:
    """Return a panel's marks for who may see them: its judges once their own sheets are in, and those who oversee.

    NotFound for everybody else; Conflict while any sheet is still out.
    """
    entry, task = _entry_of(actor, round_key, number, stage)
    if task is not None and task.submitted_at is None:
        raise Conflict(
            "assessment.panel.own_first",
            "先提交你自己的评分，再看别人的。",
            "Hand in your own sheet before you see the others'.",
        )
    found, instrument = sheet_of_stage(entry, stage)
    settled = panel_of(entry, stage)
    outcome = outcome_of(entry, stage)
    said = _notes(entry, stage)
    items = [
        PanelItem(
            id=one.item,
            title=instrument.items[one.item].title,
            points=instrument.items[one.item].worth,
            marks=tuple(_shown(layer) for layer in one.layers if layer.kind == "independent"),
            later=tuple(_shown(layer) for layer in one.layers if layer.kind != "independent"),
            spread=one.spread,
            needs_talk=one.needs_talk,
            percent=None if one.percent is None else rounded(Fraction(one.percent), _SHOWN_DIGITS),
            said=tuple(said.get(one.item, ())),
            steps=tuple(_steps(found, instrument.items[one.item])),
        )
        for one in settled
    ]
    return Panel(
        entry=entry,
        scheme=scheme_of(entry.round).title,
        stage=found,
        items=tuple(sorted(items, key=lambda one: (not one.needs_talk, -one.spread if one.needs_talk else 0))),
        open=len(outcome.open),
        percent=None if outcome.percent is None else rounded(outcome.percent, _SHOWN_DIGITS),
        judges=tuple((judge, rounded(percent, _SHOWN_DIGITS)) for judge, percent in outcome.judges.items()),
        standing=standing_of(entry, stage),
        leads=task is not None and task.lead and entry.state == stage and settles_items(found),
        is_judge=task is not None,
        on_site=stage == "site_visit",
    )


def _entry_of(actor: Actor, round_key: str, number: str, stage: str) -> tuple[Entry, Assignment | None]:
    try:
        task = own_task(actor, round_key, number, stage)
    except NotFound:
        if not may(actor, "assessment.oversee"):
            raise
        entry = entry_for(actor, round_key, number)
        if "applicant" in parts_of(actor, entry):
            raise  # an officer of the applicant's own house is its applicant, and sees no mark
        return entry, None
    return task.entry, task


def _shown(layer: Layer) -> ShownLayer:
    return ShownLayer(layer.kind, rounded(Fraction(layer.percent), _SHOWN_DIGITS), layer.by, layer.reason)


def _steps(stage: Stage, item: object) -> Iterator[str]:
    step = stage.step or (item.step if isinstance(item, PointsItem) else Decimal(1))
    return (f"{step * number:f}" for number in range(int(100 / step) + 1))


def _notes(entry: Entry, stage: str) -> dict[str, list[Said]]:
    found: dict[str, list[Said]] = {}
    tasks = Assignment.objects.filter(entry=entry, stage=stage, ended_at=None, submitted_at__isnull=False)
    for task in tasks.select_related("expert").order_by("expert__code"):
        sheet = last_sheet(task)
        for item, notes in (sheet.notes if sheet else {}).items():
            said = Said(task.expert.code, tuple(notes.get("strengths", ())), tuple(notes.get("improvements", ())))
            found.setdefault(item, []).append(said)
    return found
