"""Public notices: the clock, objections that stop it, entries removed on the way, and when a list may be announced."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed
from pinzhi.engine.periods import Period, Stop, WorkingDays
from pinzhi.engine.rulebook.scheme_parts import Notice

Outcome = Literal["", "unfounded", "founded", "partly"]
Ground = Literal["ineligible", "false-material", "conflict", "procedure", "other"]


@dataclass(frozen=True, slots=True)
class Posted:
    """A list as it was posted; ``text_digest`` is that of the notice, which stays as it is."""

    on: date
    entries: tuple[str, ...]
    text_digest: str


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection to an entry, or with no entry to the list as a whole.

    ``objector`` is empty for one without a name, which needs ``evidence`` that can be checked. ``removes`` tells
    whether the finding takes the entry off the list.
    """

    key: str
    entry: str
    ground: Ground
    received_on: date
    objector: str = ""
    evidence: int = 0
    handler: str = ""
    closed_on: date | None = None
    outcome: Outcome = ""
    finding: str = ""
    removes: bool = False

    def is_open(self, on: date) -> bool:
        """Tell whether it was received by a day and not closed before it or on it."""
        return self.received_on <= on and (self.closed_on is None or self.closed_on > on)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the applicant sees of an objection: not who made it, nor its files."""

    key: str
    entry: str
    ground: Ground
    received_on: date
    outcome: Outcome
    finding: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a notice stands on a day.

    ``periods`` are the clocks of the entries; ``open`` the objections not yet closed, ``late`` those received after
    the clock had run out, which are answered as complaints; ``removed`` the entries taken off the list.
    """

    on: date
    periods: Mapping[str, Period]
    open: tuple[str, ...]
    late: tuple[str, ...]
    removed: tuple[str, ...]
    objected: Mapping[str, tuple[str, ...]]

    def is_over(self, entry: str) -> bool:
        """Tell whether the clock of an entry has run out."""
        return entry in self.periods and self.periods[entry].is_over(self.on)

    @property
    def remaining(self) -> tuple[str, ...]:
        """The entries still on the list."""
        return tuple(entry for entry in self.periods if entry not in self.removed)

    @property
    def may_be_announced(self) -> bool:
        """Whether nothing of it is open any more: every clock of those that remain, and every objection."""
        return not self.open and bool(self.remaining) and all(self.is_over(entry) for entry in self.remaining)


def standing(rule: Notice, posted: Posted, objections: Sequence[Objection], *, on: date, days: WorkingDays) -> Standing:
    """Tell where a notice stands on a day.

    The clock stands still from the day an objection is received to the day it is closed, both included: for the
    whole list where the scheme says so or the objection is to the list, else for the entry. An objection received
    after the clock has run out stops nothing.
    """
    known = sorted((one for one in objections if one.received_on <= on), key=lambda one: (one.received_on, one.key))
    timely: set[str] = set()
    periods = {}
    for entry in posted.entries:
        stops: list[Stop] = []
        period = days.closes(posted.on, rule.length, rule.unit)
        for objection in known:
            if _concerns(rule, objection, entry) and not period.is_over(objection.received_on):
                timely.add(objection.key)
                closed = objection.closed_on
                stops.append(Stop(objection.received_on, closed if closed and closed <= on else None))
                period = days.closes(posted.on, rule.length, rule.unit, stops)
        periods[entry] = period
    return Standing(
        on,
        periods,
        tuple(one.key for one in known if one.key in timely and one.is_open(on)),
        tuple(one.key for one in known if one.key not in timely),
        tuple(sorted({one.entry for one in known if one.removes and not one.is_open(on) and one.entry})),
        {
            entry: tuple(one.key for one in known if one.entry in ("", entry) and one.key in timely and one.is_open(on))
            for entry in posted.entries
        },
    )


def _concerns(rule: Notice, objection: Objection, entry: str) -> bool:
    return rule.suspends == "notice" or objection.entry in ("", entry)


def check_objection(objection: Objection, posted: Posted, period: Period) -> None:
    """Refuse an objection to something not on the list, outside the notice, or without name and evidence."""
    if objection.entry and objection.entry not in posted.entries:
        raise BadInput(
            "assessment.round.objection.entry",
            "公示名单里没有“{entry}”。",
            "The notice does not list “{entry}”.",
            entry=objection.entry,
        )
    if not period.holds(objection.received_on):
        raise BadInput(
            "assessment.round.objection.time",
            "公示期从 {posted} 起，到 {last} 24:00 止；{found} 收到的意见按投诉办理。",
            "The notice runs from {posted} to {last}, 24:00; what comes on {found} is handled as a complaint.",
            posted=period.posted,
            last=period.last_day or "—",
            found=objection.received_on,
        )
    if not objection.objector.strip() and objection.evidence == 0:
        raise BadInput(
            "assessment.round.objection.anonymous",
            "不署名的异议要附上可以核查的证据；署名的，姓名不会告诉申报者。",
            "An objection without a name needs evidence that can be checked; a name is never shown to the applicant.",
        )


def check_handler(objection: Objection, handler: str, case_officers: Collection[str]) -> None:
    """Refuse a handler who worked on the entry, or who objected himself."""
    if not handler or handler in case_officers or handler == objection.objector:
        raise NotAllowed(
            "assessment.round.objection.handler",
            "异议要由没有经办这一申报的人处理，也不能由提出人处理。",
            "An objection is handled by somebody who neither worked on the entry nor made the objection.",
        )


def check_closing(objection: Objection, *, on: date, outcome: Outcome, finding: str, removes: bool) -> None:
    """Refuse to close an objection twice, before it came, without a finding, or against its own outcome."""
    if objection.closed_on is not None:
        raise Conflict(
            "assessment.round.objection.closed",
            "这项异议已在 {on} 办结。",
            "This objection was closed on {on}.",
            on=objection.closed_on,
        )
    is_sound = bool(outcome and finding.strip() and objection.handler) and on >= objection.received_on
    if not is_sound or (removes and (outcome == "unfounded" or not objection.entry)):
        raise BadInput(
            "assessment.round.objection.finding",
            "办结要有处理人、结论和理由，日期不早于 {received}；不成立的、对整个名单的异议不能移除申报。",
            "Closing takes a handler, an outcome and its reasons, on or after {received}; an unfounded objection, or "
            "one to the whole list, removes nobody.",
            received=objection.received_on,
        )


def for_applicant(objection: Objection) -> Seen:
    """Return what the applicant may see of an objection."""
    return Seen(
        objection.key,
        objection.entry,
        objection.ground,
        objection.received_on,
        objection.outcome,
        objection.finding if objection.outcome else "",
    )
