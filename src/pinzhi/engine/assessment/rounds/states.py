"""The rounds' state machine: which moves a scheme allows to whom, and whether an entry may make one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from pinzhi.engine.assessment.rounds import gates
from pinzhi.engine.assessment.rounds.gates import Facts, Gate
from pinzhi.engine.assessment.rounds.quotas import Use, uses
from pinzhi.engine.assessment.rounds.seals import check_pin
from pinzhi.engine.errors import Conflict, NotAllowed, PinzhiError
from pinzhi.engine.rulebook.scheme_parts import Stage
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.stages import NOTICES, PARTS, STATES, Function, Part
from pinzhi.engine.texts import Text

# Who makes the moves that leave the scheme's path; None stands for those who act in the stage.
_ASIDE_PARTS: Mapping[str, tuple[Part, ...] | None] = MappingProxyType(
    {
        "abandoned": ("applicant", "system"),
        "withdrawn_by_applicant": ("applicant",),
        "submitted": ("applicant",),
        "returned": None,
        "not_recommended": None,
        "not_eligible": None,
        "not_shortlisted": None,
        "not_advanced": None,
        "not_proposed": None,
        "lapsed": ("system",),
        "objection": ("city_officer",),
        "removed": ("city_officer", "chair"),
        "public_notice": ("city_officer",),
        "acceptance_notice": ("city_officer",),
        "in_force": ("city_officer",),
        "interviewed": ("city_officer",),
        "suspended": ("city_officer",),
        "revoked": ("city_officer",),
        "cancelled": ("city_officer",),
        "expired": ("system",),
        "renewed": ("city_officer", "system"),
        "extended": ("city_officer", "chair"),
        "failed": ("city_officer", "chair"),
        "self_review": ("city_officer",),
    }
)
_NEEDS_GROUND = frozenset(
    {
        "returned", "not_recommended", "not_eligible", "not_shortlisted", "not_advanced", "not_proposed", "removed",
        "in_force", "interviewed", "suspended", "revoked", "cancelled", "extended", "failed", "self_review",
    }
)  # fmt: skip
_NEEDS_DOCUMENT = frozenset({"suspended", "revoked", "cancelled", "extended", "failed"})
_BARS = MappingProxyType({"lapsed": "supplement", "expired": "validity"})


@dataclass(frozen=True, slots=True)
class Move:
    """A move that a scheme allows from a state: where to, who makes it, what it does and on what basis."""

    to: str
    title: Text
    parts: tuple[Part, ...]
    function: Function
    basis: str
    is_forward: bool


@dataclass(frozen=True, slots=True)
class Transition:
    """A move that was allowed, as the record keeps it; ``effective_on`` may differ from the day it was made.

    ``uses`` tells how the quotas stand where the move draws on them: places left empty are recorded, not hidden.
    """

    entry: str
    before: str
    after: str
    part: Part
    function: Function
    basis: str
    ground: str
    document: str
    made_on: date
    effective_on: date
    uses: tuple[Use, ...] = ()


def moves(scheme: Scheme, state: str, *, category: str, came_from: str = "") -> tuple[Move, ...]:
    """Return every move that a scheme allows from a state, the one along its path first.

    ``came_from`` is the notice that an objection interrupted: closing the objection leads back there alone.
    """
    if state not in STATES:
        return ()
    stage = scheme.stage_of(state)
    found: list[Move] = []
    following = scheme.next_stage(state, category)
    if stage is not None and following is not None:
        basis = stage.basis or scheme.basis
        found.append(Move(following.state, following.words, stage.acts, following.function, basis, True))
    for to in STATES[state].aside:
        found += _aside(scheme, stage, to)
    if state == "objection" and came_from in NOTICES:
        found += _aside(scheme, None, came_from)
    return tuple(found)


def _aside(scheme: Scheme, stage: Stage | None, to: str) -> Iterator[Move]:
    parts = _ASIDE_PARTS[to]
    if parts is None:
        parts = stage.acts if stage is not None else ()
    own = scheme.stage_of(to)
    if STATES[to].is_stage and own is None:
        return  # a state of the path that this scheme does not have
    words = own.words if own else STATES[to].title
    basis = (stage.basis if stage else "") or scheme.basis
    if parts:
        yield Move(to, words, parts, STATES[to].function, basis, False)


def moves_for(scheme: Scheme, facts: Facts, part: Part) -> tuple[Move, ...]:
    """Return the moves that a part may try on an entry."""
    found = moves(scheme, facts.state, category=facts.category, came_from=facts.came_from)
    return tuple(one for one in found if part in one.parts)


def obstacles(scheme: Scheme, facts: Facts, to: str) -> tuple[PinzhiError, ...]:
    """Return everything that keeps an entry from a move, all at once: what is missing at a glance."""
    stage = scheme.stage_of(facts.state)
    step = _move(scheme, facts, to)
    if step.is_forward and stage is not None:
        return tuple(fault for gate in _gates(scheme, stage, to) for fault in gate(scheme, stage, facts))
    return tuple(_aside_faults(scheme, facts, to))


def move(scheme: Scheme, facts: Facts, to: str, part: Part) -> Transition:
    """Move an entry, or refuse with the first reason.

    Raises Conflict where the scheme has no such move, where the entry was lodged under another edition, or where a
    gate is shut; NotAllowed where somebody else makes the move; BadInput where grounds or a document are missing.
    """
    check_pin(facts.pin, facts.scheme)
    step = _move(scheme, facts, to)
    if part not in step.parts:
        raise NotAllowed(
            "assessment.round.part",
            "这一步由{parts_zh}办理。",
            "This step is made by: {parts}.",
            parts_zh="、".join(PARTS[one].zh for one in step.parts),
            parts=", ".join(PARTS[one].en for one in step.parts),
        )
    for obstacle in obstacles(scheme, facts, to):
        raise obstacle
    return Transition(
        facts.key,
        facts.state,
        to,
        part,
        step.function,
        step.basis,
        facts.ground,
        facts.document,
        facts.on,
        facts.effective_on or facts.on,
        uses(scheme, facts.proposals) if scheme.is_competitive and step.is_forward else (),
    )


def _move(scheme: Scheme, facts: Facts, to: str) -> Move:
    found = moves(scheme, facts.state, category=facts.category, came_from=facts.came_from)
    step = next((one for one in found if one.to == to), None)
    if step is None:
        raise Conflict(
            "assessment.round.move",
            "从“{state_zh}”不能到“{to_zh}”。可以到：{known_zh}。",
            "An entry cannot go from {state} to {to}. It can go to: {known}.",
            state_zh=_title(facts.state).zh,
            state=_title(facts.state).en,
            to_zh=_title(to).zh,
            to=_title(to).en,
            known_zh="、".join(one.title.zh for one in found) or "无",
            known=", ".join(one.title.en for one in found) or "nowhere",
        )
    return step


def _title(state: str) -> Text:
    return STATES[state].title if state in STATES else Text(state, state)


def _gates(scheme: Scheme, stage: Stage, to: str) -> tuple[Gate, ...]:
    """Return the gates of a step: those of the stage left and, before a decision, those that nothing goes round."""
    found = list(gates.FORWARD[stage.state])
    if to == "passed":
        found.append(gates.documented)
    if to in ("decided", "announced"):
        found.append(gates.documented)
        if "public_notice" in scheme.states:
            found.append(gates.notice_over)
        if scheme.proposes:
            found.append(gates.within_quota)
    return tuple(dict.fromkeys(gate for gate in found if scheme.proposes or gate is not gates.within_quota))


def _aside_faults(scheme: Scheme, facts: Facts, to: str) -> Iterator[PinzhiError]:
    stage = scheme.stage_of(facts.state) or scheme.stage[0]
    if to in _NEEDS_GROUND:
        yield from gates.grounded(scheme, stage, facts)
    if to in _NEEDS_DOCUMENT:
        yield from gates.documented(scheme, stage, facts)
    if to == "extended":
        yield from gates.extensible(scheme, stage, facts)
    if to == "submitted":
        yield from gates.in_time(scheme, stage, facts)
        yield from gates.complete(scheme, scheme.stage[0], facts)
    if to in _BARS and _BARS[to] not in facts.bars:
        yield Conflict("assessment.round.too_soon", "期限还没有到。", "The time for this has not come yet.")
    if facts.state == "objection" or to == "objection":
        yield from _objection_faults(facts, to)


def _objection_faults(facts: Facts, to: str) -> Iterator[PinzhiError]:
    """An entry goes to objection while one is open, back once none is, and off the list when one removed it."""
    notice = facts.notice
    is_open = notice is not None and bool(notice.objected.get(facts.key))
    is_removed = notice is not None and facts.key in notice.removed
    if to == "objection" and not is_open:
        yield Conflict("assessment.round.objection.none", "没有未办结的异议。", "No objection to it is open.")
    elif to == "removed" and not is_removed:
        yield Conflict(
            "assessment.round.objection.not_removed",
            "没有办结的异议要求移除这一申报。",
            "No objection that was closed takes this entry off the list.",
        )
    elif to in NOTICES and (notice is None or is_open or is_removed):
        yield Conflict(
            "assessment.round.objection.open",
            "异议还没有办结，或已决定移除，不能恢复公示。",
            "The objection is not closed, or took the entry off the list: the notice cannot go on for it.",
        )
