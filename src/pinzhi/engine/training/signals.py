"""Signals of a sitting: counts told to the candidate beforehand, for a person to look at, and never a verdict.

Nothing here looks at people: no camera, no keystrokes, no other programs. What is counted is only that the page was
left, that another window went on, and in which coarse class of time answers came.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from pinzhi.engine.texts import Text

Pace = Literal["under-5-s", "under-30-s", "under-2-min", "longer"]
PACES: Mapping[Pace, Text] = MappingProxyType(
    {
        "under-5-s": Text("不到 5 秒", "under 5 s"),
        "under-30-s": Text("5 到 30 秒", "5 to 30 s"),
        "under-2-min": Text("30 秒到 2 分钟", "30 s to 2 min"),
        "longer": Text("2 分钟以上", "over 2 min"),
    }
)
_LIMITS: tuple[tuple[int, Pace], ...] = ((5, "under-5-s"), (30, "under-30-s"), (120, "under-2-min"))


@dataclass(frozen=True, slots=True)
class Signals:
    """How often the page was left and taken over, and how many first answers came in which class of time."""

    left: int
    taken_over: int
    paces: Mapping[Pace, int]


def pace(before: datetime, after: datetime) -> Pace:
    """Return the class of the time between two answers; the time itself is not kept."""
    seconds = (after - before).total_seconds()
    return next((name for limit, name in _LIMITS if seconds < limit), "longer")


def signals(left: int, taken_over: int, paces: Sequence[str]) -> Signals:
    """Join the counts of a sitting."""
    return Signals(left, taken_over, MappingProxyType({name: paces.count(name) for name in PACES}))
