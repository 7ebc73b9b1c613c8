"""Who replaces whom: a graph of standards, many to many, partly or wholly, kept free of cycles (代替关系)."""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Edge(Generic[Key]):
    """``new`` replaces ``old`` from a day on, wholly (全部代替) or partly (部分代替)."""

    new: Key
    old: Key
    partial: bool = False
    effective_on: date | None = None


def closing_cycle(olds: Mapping[Key, Iterable[Key]], new: Key, old: Key) -> tuple[Key, ...] | None:
    """Return the cycle that the edge ``new`` replaces ``old`` would close, or None.

    ``olds`` maps a standard to those it replaces already. The answer begins and ends with ``new``.

    >>> closing_cycle({"B": ["A"], "C": ["B"]}, "A", "C")
    ('A', 'C', 'B', 'A')
    """
    if new == old:
        return (new, new)
    came_from: dict[Key, Key] = {}
    waiting = deque([old])
    while waiting:
        here = waiting.popleft()
        for further in olds.get(here, ()):
            if further == new:
                return (new, *_way(came_from, here, old), new)
            if further != old and further not in came_from:
                came_from[further] = here
                waiting.append(further)
    return None


def _way(came_from: Mapping[Key, Key], end: Key, start: Key) -> list[Key]:
    """Return the keys from ``start`` to ``end`` by which the search came."""
    steps = [end]
    while steps[-1] != start:
        steps.append(came_from[steps[-1]])
    return steps[::-1]


def successors(edges: Iterable[Edge[Key]], key: Key, on: date) -> tuple[Key, ...]:
    """Return the standards that stand in full for ``key`` on a day: those at the ends of full replacements in force.

    A partly replaced standard stays current and therefore stands for itself. An edge without a day counts at once.
    """
    forward: dict[Key, list[Key]] = defaultdict(list)
    for edge in edges:
        if not edge.partial and (edge.effective_on is None or edge.effective_on <= on):
            forward[edge.old].append(edge.new)
    ends: list[Key] = []
    seen = {key}
    waiting = deque([key])
    while waiting:
        here = waiting.popleft()
        further = forward.get(here, [])
        if not further and here != key:
            ends.append(here)
        for new in further:
            if new not in seen:
                seen.add(new)
                waiting.append(new)
    return tuple(ends)


def chain(edges: Sequence[Edge[Key]], key: Key, in_force_from: Mapping[Key, date | None]) -> tuple[Key, ...]:
    """Return the editions before and after a standard as one line through time, oldest first, itself among them.

    Those that ``key`` replaces, directly or by steps, and those that replace it; not what else these replace. What
    replaces always stands after what it replaces; among equals the day of coming into force decides, then the key.

    >>> chain([Edge("C", "B"), Edge("B", "A")], "B", {})
    ('A', 'B', 'C')
    """
    olds: dict[Key, list[Key]] = defaultdict(list)
    news: dict[Key, list[Key]] = defaultdict(list)
    for edge in edges:
        olds[edge.new].append(edge.old)
        news[edge.old].append(edge.new)
    shown = _reached(olds, key) | _reached(news, key)
    line: list[Key] = []
    waiting = set(shown)
    while waiting:
        free = [one for one in waiting if not any(old in waiting for old in olds[one])] or list(waiting)
        first = min(free, key=lambda one: (in_force_from.get(one) or date.min, str(one)))
        waiting.remove(first)
        line.append(first)
    return tuple(line)


def _reached(ways: Mapping[Key, list[Key]], start: Key) -> set[Key]:
    seen = {start}
    waiting = deque([start])
    while waiting:
        for further in ways.get(waiting.popleft(), []):
            if further not in seen:
                seen.add(further)
                waiting.append(further)
    return seen


def superseded_on(edges: Iterable[Edge[Key]], key: Key, in_force_from: Mapping[Key, date | None]) -> date | None:
    """Return the first day on which a full successor of ``key`` is in force; None while there is none with a day.

    An edge without a day of its own takes the day on which the new standard comes into force.
    """
    days = [edge.effective_on or in_force_from.get(edge.new) for edge in edges if edge.old == key and not edge.partial]
    return min((day for day in days if day is not None), default=None)
