"""Somebody who walks in at a service point: waits, is served, and what became of it; when the point is staffed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from types import MappingProxyType
from typing import Literal

from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.texts import Text

WalkInState = Literal["waiting", "serving", "served", "left", "handed-on"]
Act = Literal["call", "serve", "leave", "hand-on"]
OPEN: tuple[WalkInState, ...] = ("waiting", "serving")

STATES: Mapping[WalkInState, Text] = MappingProxyType(
    {
        "waiting": Text("等候", "Waiting"),
        "serving": Text("接待中", "Being served"),
        "served": Text("当场办完", "Served"),
        "left": Text("已离开", "Left"),
        "handed-on": Text("已转服务单", "Handed on as an order"),
    }
)


@dataclass(frozen=True, slots=True)
class _Way:
    leaves: tuple[WalkInState, ...]
    to: WalkInState


# A visitor may leave while waiting; a need may be handed on without having been called.
_WAYS: Mapping[Act, _Way] = MappingProxyType(
    {
        "call": _Way(("waiting",), "serving"),
        "serve": _Way(("serving",), "served"),
        "leave": _Way(OPEN, "left"),
        "hand-on": _Way(OPEN, "handed-on"),
    }
)


def after(state: str, act: str) -> WalkInState:
    """Return the state after an act; BadInput for no act, Conflict where it cannot be done from there.

    >>> after("waiting", "call")
    'serving'
    """
    way = next((one for name, one in _WAYS.items() if name == act), None)
    if way is None:
        raise BadInput("casework.walk-in.act", "没有“{act}”这个操作。", "There is no act “{act}”.", act=act[:40])
    if state not in way.leaves:
        words = next((text for code, text in STATES.items() if code == state), Text(state, state))
        raise Conflict(
            "casework.walk-in.state",
            "这一号已经是“{state_zh}”，可能有同事刚刚办过。",
            "This visitor is already “{state}”; a colleague may have acted just now.",
            state_zh=words.zh,
            state=words.en,
        )
    return way.to


def check_shift(starts: time, ends: time) -> None:
    """Refuse a shift that does not end after it starts; one past midnight is two shifts."""
    if ends <= starts:
        raise BadInput(
            "casework.shift.times",
            "值班从 {starts} 到 {ends}，结束要晚于开始。",
            "The shift runs from {starts} to {ends}; it must end after it starts.",
            starts=f"{starts:%H:%M}",
            ends=f"{ends:%H:%M}",
        )


def staffed(shifts: Iterable[tuple[time, time]]) -> tuple[tuple[time, time], ...]:
    """Return when somebody is on duty: shifts that touch or overlap as one span, in order.

    >>> staffed([(time(9), time(12)), (time(11), time(13)), (time(14), time(17))])
    ((datetime.time(9, 0), datetime.time(13, 0)), (datetime.time(14, 0), datetime.time(17, 0)))
    """
    spans: list[tuple[time, time]] = []
    for starts, ends in sorted(shifts):
        if spans and starts <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], ends))
        else:
            spans.append((starts, ends))
    return tuple(spans)
