"""The steps of a case: which are open to whom, what keeps the others shut, and what a step comes to.

Pure and total: a step on a case by somebody on a day is either ``Taken`` or refused with a reason, whatever is given.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pinzhi.engine.assessment.rounds.seals import Pin
from pinzhi.engine.casework.cases import OPEN, Case, Doer, Offer, Taken
from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, PinzhiError
from pinzhi.engine.rulebook.case_parts import CASE_ROLES, CaseRole, CaseStep
from pinzhi.engine.rulebook.case_types import CaseType


@dataclass(frozen=True, slots=True)
class Way:
    """A step out of a case's state, and everything that keeps somebody from taking it; nothing if it is open."""

    step: CaseStep
    obstacles: tuple[PinzhiError, ...]

    @property
    def is_open(self) -> bool:
        """Whether the step can be taken now."""
        return not self.obstacles


def open_with(kind: CaseType, *, doer: Doer, given: frozenset[str], on: date) -> Taken:
    """Return the opening of a case; NotAllowed for others than the type names, BadInput for what is missing."""
    role = next((one for one in kind.opened_by if one in doer.roles), None)
    if role is None:
        raise _not_allowed("casework.open", kind.opened_by)
    for missing in _missing_fields(kind, kind.opens_with, given):
        raise missing
    return Taken(OPEN, "", kind.first.code, role, doer.key, on)


def ways(kind: CaseType, case: Case, doer: Doer, offer: Offer | None = None) -> tuple[Way, ...]:
    """Return every step out of the case's state with what keeps the doer from it.

    Without an ``offer`` the steps are looked at before anything was written: reasons and assignments are then not
    missed, since a form still asks for them.
    """
    found = []
    for step in kind.steps_from(case.state):
        obstacles = [*_standing_obstacles(kind, case, step, doer)]
        if offer is not None:
            obstacles += _offer_obstacles(step, offer)
        found.append(Way(step, tuple(obstacles)))
    return tuple(found)


def take(kind: CaseType, pin: Pin, case: Case, code: str, *, doer: Doer, on: date, offer: Offer | None = None) -> Taken:
    """Take a step, or refuse with the first reason.

    Raises Conflict where the case was opened under another edition, was merged into another case, or has no such step
    in its state; NotAllowed where somebody else takes the step or two people are needed; BadInput for missing fields,
    evidence, reasons or assignments, and for a day before the last step.
    """
    _check_pin(case, pin)
    if case.merged_into:
        raise Conflict(
            "casework.merged",
            "这一件已并入 {into}，请在那里办理。",
            "This case was merged into {into}; go on there.",
            into=case.merged_into,
        )
    step = _step(kind, case, code)
    for obstacle in (*_standing_obstacles(kind, case, step, doer), *_offer_obstacles(step, offer or Offer())):
        raise obstacle
    if case.history and on < case.history[-1].on:
        raise BadInput(
            "casework.day",
            "日期 {on} 早于上一步（{last}）。",
            "The day {on} lies before the last step ({last}).",
            on=on,
            last=case.history[-1].on,
        )
    return Taken(step.code, case.state, step.to, _role(step, doer), doer.key, on)


def is_closed(kind: CaseType, case: Case) -> bool:
    """Tell whether nothing is left to do: a closed state, or merged into another case."""
    state = kind.state_of(case.state)
    return bool(case.merged_into) or (state is not None and state.phase == "closed")


def _check_pin(case: Case, pin: Pin) -> None:
    if case.pin != pin:
        raise Conflict(
            "casework.edition",
            "这一件按 {id} {edition} 版（{digest}）立案，不能按 {found} 版（{found_digest}）办理。",
            "The case was opened under edition {edition} of {id} ({digest}), not under {found} ({found_digest}).",
            id=case.pin.id,
            edition=case.pin.edition,
            digest=case.pin.digest[:12],
            found=pin.edition,
            found_digest=pin.digest[:12],
        )


def _step(kind: CaseType, case: Case, code: str) -> CaseStep:
    known = kind.steps_from(case.state)
    step = next((one for one in known if one.code == code), None)
    if step is None:
        state = kind.state_of(case.state)
        raise Conflict(
            "casework.step",
            "“{state_zh}”时不能这样办。可以：{known_zh}。",
            "This cannot be done while the case is “{state}”. What can be done: {known}.",
            state_zh=state.title.zh if state else case.state,
            state=state.title.en if state else case.state,
            known_zh="、".join(one.title.zh for one in known) or "无",
            known=", ".join(one.title.en for one in known) or "nothing",
        )
    return step


def _standing_obstacles(kind: CaseType, case: Case, step: CaseStep, doer: Doer) -> Iterator[PinzhiError]:
    """Yield what stands in the way whatever the doer writes: role, two people, fields, evidence."""
    if not doer.roles & set(step.by):
        yield _not_allowed("casework.role", step.by)
    for before in case.history:
        if before.code in step.not_by_who and before.actor == doer.key:
            earlier = kind.step_of(before.code)
            yield NotAllowed(
                "casework.two_people",
                "“{step_zh}”要由另一个人办：“{before_zh}”是你办的。",
                "“{step}” takes somebody else: you took “{before}”.",
                step_zh=step.title.zh,
                step=step.title.en,
                before_zh=earlier.title.zh if earlier else before.code,
                before=earlier.title.en if earlier else before.code,
            )
            break
    yield from _missing_fields(kind, step.needs, case.given)
    for need in step.evidence:
        if case.files.get(need.kind, 0) < need.at_least:
            yield BadInput(
                "casework.evidence",
                "还缺“{kind_zh}”：要 {wanted} 份，现有 {found} 份。",
                "“{kind}” is missing: {wanted} needed, {found} there.",
                kind_zh=need.title.zh,
                kind=need.title.en,
                wanted=need.at_least,
                found=case.files.get(need.kind, 0),
            )


def _offer_obstacles(step: CaseStep, offer: Offer) -> Iterator[PinzhiError]:
    if step.through and offer.through != step.through:
        yield Conflict(
            "casework.through",
            "“{step_zh}”在它自己的页面上办。",
            "“{step}” is done on its own page.",
            step_zh=step.title.zh,
            step=step.title.en,
        )
    if step.ground and not offer.ground.strip():
        yield BadInput("casework.ground", "请写明理由。", "Give your reasons.")
    for role in step.assigns:
        if not offer.assign.get(role):
            yield BadInput(
                "casework.assign",
                "请指定{role_zh}。",
                "Name the {role}.",
                role_zh=CASE_ROLES[role].zh,
                role=CASE_ROLES[role].en.lower(),
            )
    for role in offer.assign:
        if role not in step.assigns:
            yield BadInput(
                "casework.assign.other",
                "这一步不指定{role_zh}。",
                "This step does not name a {role}.",
                role_zh=CASE_ROLES[role].zh if role in CASE_ROLES else role,
                role=CASE_ROLES[role].en.lower() if role in CASE_ROLES else role,
            )


def _missing_fields(kind: CaseType, wanted: tuple[str, ...], given: frozenset[str]) -> Iterator[BadInput]:
    for code in wanted:
        field = kind.field_of(code)
        if code not in given and field is not None:
            yield BadInput(
                "casework.field",
                "还没有填“{field_zh}”。",
                "“{field}” is not filled in.",
                field_zh=field.title.zh,
                field=field.title.en,
                code=code,
            )


def _role(step: CaseStep, doer: Doer) -> CaseRole:
    return next(one for one in step.by if one in doer.roles)


def _not_allowed(code: str, roles: tuple[CaseRole, ...]) -> NotAllowed:
    return NotAllowed(
        code,
        "这一步由{roles_zh}办理。",
        "This is for: {roles}.",
        roles_zh="、".join(CASE_ROLES[one].zh for one in roles),
        roles=", ".join(CASE_ROLES[one].en for one in roles),
    )
