"""Milestones of what was granted: what is due by when, what is through, what is late."""

from dataclasses import dataclass
from datetime import date

from pinzhi.engine.periods import months_after
from pinzhi.engine.rulebook.scheme_parts import Stage
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.texts import Text
from pinzhi.records.assessment.models import Entry, EntryStep
from pinzhi.records.assessment.rules import scheme_of


@dataclass(frozen=True, slots=True)
class Milestone:
    """A stage after the grant that must be over by a day; ``left_on`` is the day it was, None while it is not."""

    state: str
    title: Text
    due_on: date
    left_on: date | None
    is_extended: bool

    def is_late(self, on: date) -> bool:
        """Tell whether it is late on a day, or was when it was over."""
        return (self.left_on or on) > self.due_on


def milestones(entry: Entry) -> tuple[Milestone, ...]:
    """Return the milestones of a granted entry in their order; none before the grant and where a scheme has none.

    An extension moves what it sends the entry back to, and all that follows.
    """
    scheme = scheme_of(entry.round)
    steps = list(entry.steps.order_by("number"))
    given = next((one for one in reversed(steps) if one.after == "announced"), None)
    if given is None:
        return ()
    start = scheme.term.start(given.effective_on) if scheme.term else given.effective_on
    months, first = _extension(scheme, steps)
    order = list(scheme.states)
    found = []
    for stage in scheme.stage:
        if stage.due_months is None:
            continue
        is_extended = bool(months) and order.index(stage.state) >= first
        due = months_after(start, stage.due_months + (months if is_extended else 0))
        found.append(Milestone(stage.state, stage.words, due, _left(steps, stage), is_extended))
    return tuple(found)


def due_of(entry: Entry) -> date | None:
    """Return the day by which the stage an entry is in must be over; None where it has no such day."""
    return next((one.due_on for one in milestones(entry) if one.state == entry.state), None)


def extensions_of(entry: Entry) -> int:
    """Return how often the stage that an entry is in was extended."""
    return EntryStep.objects.filter(entry=entry, before=entry.state, after="extended").count()


def _extension(scheme: Scheme, steps: list[EntryStep]) -> tuple[int, int]:
    """Return by how many months dues are moved, and from which place of the path on."""
    extended = next((one for one in steps if one.after == "extended"), None)
    stage = scheme.stage_of(extended.before) if extended else None
    if stage is None or stage.extension_months is None:
        return 0, 0
    back = "self_review" if "self_review" in scheme.states else stage.state
    return stage.extension_months, scheme.states.index(back)


def _left(steps: list[EntryStep], stage: Stage) -> date | None:
    last = next((one for one in reversed(steps) if stage.state in (one.before, one.after)), None)
    return last.made_on if last is not None and last.before == stage.state and last.after != "extended" else None
