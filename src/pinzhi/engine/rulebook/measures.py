"""The shape of measures across programmes: what one event at an organisation means for all else that it holds."""

from collections.abc import Iterable
from typing import Literal

from pinzhi.engine.rulebook.scheme_parts import Length
from pinzhi.engine.rulebook.shapes import BothLanguages, Code, Fault, RulebookFile, Shape, Word
from pinzhi.engine.texts import Text

EventKind = Literal[
    "certificate-withdrawn",
    "certificate-suspended",
    "sampling-failed",
    "accident",
    "serious-violation",
    "rejected-surveillance",
]
TargetKind = Literal["certificate", "honour", "training_certificate", "appointment"]
MeasureKind = Literal["withdraw", "suspend", "short-notice-audit", "review", "interview"]
SchemeKind = Literal["system", "product", "service", "personnel", "label"]


class Proposal(Shape):
    """What is proposed for one kind of thing: the measure, the time an officer has to decide, and on what basis.

    ``schemes`` are codes of schemes and ``scheme_kinds`` kinds of certificate schemes; both empty mean all. Of several
    that fit a thing the first counts.
    """

    target: TargetKind
    schemes: tuple[Code, ...] = ()
    scheme_kinds: tuple[SchemeKind, ...] = ()
    measure: MeasureKind
    within: Length
    basis: BothLanguages

    def fits(self, target: str, scheme: str, scheme_kind: str) -> bool:
        """Tell whether it is meant for a thing of this kind under this scheme."""
        return (
            target == self.target
            and (not self.schemes or scheme in self.schemes)
            and (not self.scheme_kinds or scheme_kind in self.scheme_kinds)
        )


class Event(Shape):
    """A kind of event, in the city's words, and what is proposed because of it."""

    kind: EventKind
    title: BothLanguages
    proposal: tuple[Proposal, ...]


class MeasureRules(RulebookFile):
    """An edition of the measures across programmes of a city."""

    basis: Word
    event: tuple[Event, ...]

    def event_of(self, kind: str) -> Event | None:
        """Return what is proposed for a kind of event; None where the city proposes nothing."""
        return next((one for one in self.event if one.kind == kind), None)

    def faults(self) -> Iterable[Fault]:
        """Yield an event that stands twice, and a proposal that one before it leaves nothing for."""
        kinds = [one.kind for one in self.event]
        for number, event in enumerate(self.event, start=1):
            if kinds.count(event.kind) > 1:
                yield Fault(f"event.{number}.kind", Text("这种事件写了两次。", "This kind of event stands twice."))
            for place, one in enumerate(event.proposal, start=1):
                if any(_covers(before, one) for before in event.proposal[: place - 1]):
                    yield Fault(
                        f"event.{number}.proposal.{place}",
                        Text("前面的一条已包括它，轮不到它。请调整次序。",
                             "One before it takes all that it is for. Change their order."),
                    )  # fmt: skip


def _covers(before: Proposal, one: Proposal) -> bool:
    if before.target != one.target:
        return False
    by_scheme = not before.schemes or (bool(one.schemes) and set(one.schemes) <= set(before.schemes))
    by_kind = not before.scheme_kinds or (bool(one.scheme_kinds) and set(one.scheme_kinds) <= set(before.scheme_kinds))
    return by_scheme and by_kind
