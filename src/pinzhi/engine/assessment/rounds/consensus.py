"""From independent marks to one: spread, discussion, consensus, change on site; every layer is kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pinzhi.engine.assessment.judging.aggregation import mean
from pinzhi.engine.assessment.rounds.totals import Exact
from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.rulebook.scheme_parts import Stage

Kind = Literal["independent", "joined", "consensus", "site"]
Join = Callable[[Sequence[Decimal]], Exact]


@dataclass(frozen=True, slots=True)
class Mark:
    """A judge's own percentage for an item, given before he saw anybody else's."""

    judge: str
    item: str
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Settlement:
    """A percentage that the panel agreed on, or that was changed on site, with its reason and who wrote it down."""

    item: str
    percent: Decimal
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Layer:
    """One of the layers of an item's result, the oldest first; nothing overwrites another."""

    kind: Kind
    percent: Exact
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """An item with all its layers; ``percent`` is what counts, None while the panel still has to talk or to mark."""

    item: str
    spread: Decimal
    needs_talk: bool
    layers: tuple[Layer, ...]
    percent: Exact | None


def check_percent(percent: Decimal, step: Decimal | None) -> Decimal:
    """Return a percentage that is allowed; 57 is refused where marks go in steps of 5."""
    allowed = percent.is_finite() and 0 <= percent <= 100 and (step is None or percent % step == 0)
    if not allowed:
        raise BadInput(
            "assessment.round.percent",
            "百分比应在 0 到 100 之间，是 {step} 的倍数，现为 {found}。",
            "A percentage lies between 0 and 100 in steps of {step}; found {found}.",
            step=step if step is not None else "—",
            found=percent,
        )
    return percent


def spread(percents: Iterable[Decimal]) -> Decimal:
    """Return the range of percentages, in percentage points; 0 of none.

    >>> spread([Decimal(40), Decimal(50), Decimal(65)])
    Decimal('25')
    """
    marks = list(percents)
    return max(marks) - min(marks) if marks else Decimal(0)


def settle(
    stage: Stage,
    items: Sequence[str],
    marks: Sequence[Mark],
    *,
    agreed: Sequence[Settlement] = (),
    changed: Sequence[Settlement] = (),
    join: Join = mean,
) -> tuple[Settled, ...]:
    """Settle every item of a stage from its marks.

    Items whose range exceeds the stage's spread wait for the panel to agree, and so do all where the method is
    ``consensus``; the others are joined by ``join``. Changes on site come last, in their order, each with a reason.
    Raises BadInput for marks out of range, for unknown items and for a second mark of one judge, and Conflict where
    the panel agreed before enough independent marks were in.
    """
    for settlement in (*agreed, *changed):
        _check_settlement(stage, items, settlement)
    by_item = _by_item(stage, items, marks)
    fewest = stage.panel.at_least if stage.panel else 1
    return tuple(
        _settled(
            stage,
            item,
            by_item[item],
            fewest,
            [one for one in agreed if one.item == item],
            [one for one in changed if one.item == item],
            join,
        )
        for item in items
    )


def _by_item(stage: Stage, items: Sequence[str], marks: Sequence[Mark]) -> Mapping[str, list[Mark]]:
    found: dict[str, list[Mark]] = {item: [] for item in items}
    for mark in sorted(marks, key=lambda one: (one.item, one.judge)):
        _check_item(mark.item, items)
        check_percent(mark.percent, stage.step)
        if any(other.judge == mark.judge for other in found[mark.item]):
            raise BadInput(
                "assessment.round.mark.twice",
                "{judge} 给“{item}”打了两次分。独立评分每项一个，改动另存一层。",
                "{judge} marked “{item}” twice. There is one independent mark each; a change is a layer of its own.",
                judge=mark.judge,
                item=mark.item,
            )
        found[mark.item].append(mark)
    return found


def _settled(
    stage: Stage,
    item: str,
    marks: Sequence[Mark],
    fewest: int,
    agreed: Sequence[Settlement],
    changed: Sequence[Settlement],
    join: Join,
) -> Settled:
    percents = [mark.percent for mark in marks]
    if (agreed or changed) and len(marks) < fewest:
        raise Conflict(
            "assessment.round.independent_first",
            "“{item}”只有 {found} 份独立评分，要 {needed} 份都交了才能合议。",
            "“{item}” has {found} independent marks; {needed} must be in before the panel agrees on one.",
            item=item,
            found=len(marks),
            needed=fewest,
        )
    width = spread(percents)
    needs_talk = stage.method == "consensus" or (stage.spread is not None and width > stage.spread)
    layers = [Layer("independent", mark.percent, mark.judge) for mark in marks]
    if len(marks) >= fewest and not needs_talk:
        layers.append(Layer("joined", join(percents)))
    layers += [Layer("consensus", one.percent, one.by, one.reason) for one in agreed]
    is_settled = layers and layers[-1].kind != "independent"
    if changed and not is_settled:
        raise Conflict(
            "assessment.round.consensus_first",
            "“{item}”的分差是 {spread}，合议后才能按现场情况调整。",
            "The marks for “{item}” are {spread} points apart: the panel agrees first, changes on site come after.",
            item=item,
            spread=width,
        )
    layers += [Layer("site", one.percent, one.by, one.reason) for one in changed]
    return Settled(item, width, needs_talk and not agreed, tuple(layers), layers[-1].percent if is_settled else None)


def _check_settlement(stage: Stage, items: Sequence[str], settlement: Settlement) -> None:
    _check_item(settlement.item, items)
    check_percent(settlement.percent, stage.step)
    if not settlement.reason.strip():
        raise BadInput(
            "assessment.round.ground",
            "请写明理由：“{about}”的结论要有依据。",
            "Give the grounds: a finding on “{about}” needs a reason.",
            about=settlement.item,
        )


def _check_item(item: str, items: Sequence[str]) -> None:
    if item not in items:
        raise BadInput(
            "assessment.round.item",
            "评分表没有“{item}”这一条。",
            "The instrument has no item “{item}”.",
            item=item,
        )


def without(marks: Sequence[Mark], judges: Iterable[str]) -> tuple[Mark, ...]:
    """Return the marks that still count when judges turn out to be in conflict; theirs stay in the record."""
    gone = set(judges)
    return tuple(mark for mark in marks if mark.judge not in gone)
