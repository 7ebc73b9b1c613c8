"""Whole-file sense of a case type: doubled codes, unknown names, states without a way in or out, dead clocks."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from pinzhi.engine.rulebook.case_parts import CaseField, CaseState, CaseStep, Deadline, MatchRule, MergeRule, PublicView
from pinzhi.engine.rulebook.shapes import Fault
from pinzhi.engine.texts import Text

_WHOLE = 100


class Parts(Protocol):
    """What of a case type these checks read."""

    @property
    def field(self) -> tuple[CaseField, ...]: ...
    @property
    def opens_with(self) -> tuple[str, ...]: ...
    @property
    def state(self) -> tuple[CaseState, ...]: ...
    @property
    def step(self) -> tuple[CaseStep, ...]: ...
    @property
    def deadline(self) -> tuple[Deadline, ...]: ...
    @property
    def merge(self) -> MergeRule | None: ...
    @property
    def public(self) -> PublicView | None: ...
    @property
    def match(self) -> MatchRule | None: ...


def code_faults(kind: Parts) -> Iterator[Fault]:
    """Yield codes that stand twice among the fields, states, steps or deadlines."""
    codes = {
        "field": [one.code for one in kind.field],
        "state": [one.code for one in kind.state],
        "step": [one.code for one in kind.step],
        "deadline": [one.code for one in kind.deadline],
    }
    for part, listed in codes.items():
        for code, times in Counter(listed).items():
            if times > 1:
                yield _fault(part, "“{code}”出现了 {times} 次。", "“{code}” stands there {times} times.", code, times)
    if not kind.state:
        yield _fault("state", "没有状态。", "There are no states.")
    elif kind.state[0].phase == "closed":
        yield _fault("state.1.phase", "第一个状态不能是办结。", "The first state cannot be a closed one.")


def name_faults(kind: Parts) -> Iterator[Fault]:
    """Yield names of states, fields and steps that the file does not have."""
    states = {one.code for one in kind.state}
    fields = {one.code for one in kind.field}
    steps = {one.code for one in kind.step}
    yield from _unknown("opens_with", kind.opens_with, fields)
    for number, step in enumerate(kind.step, start=1):
        yield from _unknown(f"step.{number}.leaves", step.leaves, states)
        yield from _unknown(f"step.{number}.to", (step.to,), states)
        yield from _unknown(f"step.{number}.needs", step.needs, fields)
        yield from _unknown(f"step.{number}.not_by_who", step.not_by_who, steps)
        if not step.by:
            yield _fault(f"step.{number}.by", "没有写谁能办这一步。", "Nobody may take this step.")
    for number, deadline in enumerate(kind.deadline, start=1):
        yield from _unknown(f"deadline.{number}.starts", deadline.starts, states)
        yield from _unknown(f"deadline.{number}.met", deadline.met, states)
        dates = {one.code for one in kind.field if one.kind == "date"}
        yield from _unknown(f"deadline.{number}.until", (deadline.until,) if deadline.until else (), dates)
    if kind.merge is not None:
        yield from _unknown("merge.same", kind.merge.same, fields)
    if kind.public is not None:
        yield from _unknown("public.states", kind.public.states, states)


def field_faults(kind: Parts) -> Iterator[Fault]:
    """Yield choices without values, values without a choice, personal fields that everybody would see."""
    for number, field in enumerate(kind.field, start=1):
        if (field.kind == "choice") != bool(field.choices):
            yield _fault(
                f"field.{number}.choices",
                "choices 要在 kind 为 choice 时写，也只在这时写。",
                "A field has choices if its kind is choice, and only then.",
            )
        for code, times in Counter(one.code for one in field.choices).items():
            if times > 1:
                yield _fault(f"field.{number}.choices", "“{code}”重复。", "“{code}” stands there twice.", code)
        if field.personal and field.public:
            yield _fault(
                f"field.{number}.public",
                "个人信息不能公开。",
                "A personal field cannot be public.",
            )
        if field.kind == "contact" and not field.personal:
            yield _fault(
                f"field.{number}.personal",
                "联系方式是个人信息，要写 personal = true。",
                "A contact is personal: write personal = true.",
            )
    if kind.match is not None and kind.match.whole != _WHOLE:
        yield Fault(
            "match",
            Text(
                f"权重加起来是 {kind.match.whole}，应为 {_WHOLE}。",
                f"The weights add up to {kind.match.whole}; expected {_WHOLE}.",
            ),
        )
    if kind.merge is not None and not any(field.kind == "place" for field in kind.field):
        yield _fault("merge", "没有地点字段，不能按远近合并。", "Without a field for the place nothing is near.")


def route_faults(kind: Parts) -> Iterator[Fault]:
    """Yield states nobody comes to, and states from which no case is ever closed."""
    known = {one.code for one in kind.state}
    if not kind.state or any(step.to not in known for step in kind.step):
        return
    ahead = {one.code: {step.to for step in kind.step if one.code in step.leaves} for one in kind.state}
    behind = {one.code: {step_from for step_from, to in ahead.items() if one.code in to} for one in kind.state}
    reached = _closure({kind.state[0].code}, ahead)
    closing = _closure({one.code for one in kind.state if one.phase == "closed"}, behind)
    for number, state in enumerate(kind.state, start=1):
        if state.code not in reached:
            yield _fault(f"state.{number}", "没有一步能到“{code}”。", "No step leads to “{code}”.", state.code)
        if state.code not in closing:
            yield _fault(
                f"state.{number}",
                "从“{code}”出发，永远不能办结。",
                "A case in “{code}” can never be closed.",
                state.code,
            )


def deadline_faults(kind: Parts) -> Iterator[Fault]:
    """Yield clocks that are met where they start, or that nothing can meet; escalations out of order."""
    ahead = {one.code: {step.to for step in kind.step if one.code in step.leaves} for one in kind.state}
    for number, deadline in enumerate(kind.deadline, start=1):
        if set(deadline.starts) & set(deadline.met):
            yield _fault(
                f"deadline.{number}", "在同一个状态开始又完成。", "It starts and is met in one and the same state."
            )
        if not set(deadline.met) & _closure(set(deadline.starts) & ahead.keys(), ahead):
            yield _fault(
                f"deadline.{number}.met", "开始之后到不了这些状态。", "None of these can be reached after its start."
            )
        days = [one.after_days for one in deadline.escalate]
        if days != sorted(set(days)):
            yield _fault(
                f"deadline.{number}.escalate", "天数应由小到大，不重复。", "The days must rise, none of them twice."
            )


def _closure(start: set[str], ahead: dict[str, set[str]]) -> set[str]:
    found, fresh = set(start), set(start)
    while fresh:
        fresh = {to for code in fresh for to in ahead.get(code, ())} - found
        found |= fresh
    return found


def _unknown(key: str, named: Sequence[str], known: Iterable[str]) -> Iterator[Fault]:
    listed = sorted(known)
    for name in named:
        if name not in listed:
            yield Fault(
                key,
                Text(
                    f"没有“{name}”。有：{'、'.join(listed) or '无'}。",
                    f"There is no “{name}”. There is: {', '.join(listed) or 'none'}.",
                ),
            )


def _fault(key: str, zh: str, en: str, code: str = "", times: int = 0) -> Fault:
    return Fault(key, Text(zh, en).filled(code=code, times=times))
