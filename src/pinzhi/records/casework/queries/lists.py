"""The cases of a filter, counted and paged without looking at rows that are not shown."""

import heapq
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db.models import F, Q, QuerySet

from pinzhi.records.casework.models import Case

Key = tuple[object, int]  # what a list is ordered by, and the case


@dataclass(frozen=True, slots=True)
class Run:
    """Cases that stand together in a list, in the order of one day; ``conditions`` are disjoint."""

    conditions: tuple[Q, ...]
    by: str  # the day they are ordered by
    newest_first: bool = False


def runs_of(column: str, on: date, order: str = "") -> tuple[Run, ...]:
    """Return the runs of a column of the board, one after the other; of no column, those of all that is open.

    ``order`` puts the whole column in the order in which its cases were opened, ``oldest`` or ``newest`` first.
    """
    runs = _runs_by_day(column, on)
    if not order:
        return runs
    conditions = tuple(condition for run in runs for condition in run.conditions)
    return (Run(conditions, "opened_on", newest_first=order == "newest"),)


def _runs_by_day(column: str, on: date) -> tuple[Run, ...]:
    active, waiting = Q(lane="active"), Q(lane="waiting")
    match column:
        case "overdue":
            return (Run((active & Q(due_on__lt=on),), "due_on"),)
        case "today":
            return (Run((active & Q(due_on=on),), "due_on"),)
        case "open":
            return Run((active & Q(due_on__gt=on),), "due_on"), Run((active & Q(due_on=None),), "due_on")
        case "waiting":
            return (Run((waiting,), "opened_on"),)
        case "closed":
            return (Run((Q(lane="closed", closed_on__isnull=False),), "closed_on", newest_first=True),)
    dated, undated = Q(due_on__isnull=False), Q(due_on=None)
    return Run((active & dated, waiting & dated), "due_on"), Run((active & undated, waiting & undated), "due_on")


def in_column(cases: QuerySet[Case], column: str, on: date, order: str = "") -> QuerySet[Case]:
    """Return the cases of a column, or all that are open, in the order of their runs: for who wants every one."""
    runs = runs_of(column, on, order)
    wanted = Q(pk__in=[])
    for run in runs:
        for condition in run.conditions:
            wanted |= condition
    day = F(runs[0].by)
    ordered = day.desc() if runs[0].newest_first else day.asc(nulls_last=True)
    return cases.filter(wanted).order_by(ordered, "-pk" if runs[0].newest_first else "pk")


@dataclass(frozen=True, slots=True)
class Found:
    """The cases of a filter: disjoint querysets, and the runs in which they are listed."""

    parts: tuple[QuerySet[Case], ...]
    runs: tuple[Run, ...]

    def filter(self, **conditions: object) -> "Found":
        """Narrow to the cases that hold further conditions."""
        return Found(tuple(part.filter(**conditions) for part in self.parts), self.runs)

    def querysets(self) -> list[QuerySet[Case]]:
        """Return the cases as disjoint querysets without an order."""
        return [one for run in self.runs for one in self._of(run)]

    def count(self) -> int:
        """Return how many there are."""
        return sum(one.count() for one in self.querysets())

    def first(self, limit: int, start: int = 0) -> list[Case]:
        """Return some of them in their order, after ``start`` others."""
        ids: list[int] = []
        skip = start
        for run in self.runs:
            wanted = skip + limit - len(ids)
            keys = self._keys(run, wanted)
            ids += [pk for _, pk in keys[skip:]]
            if len(keys) == wanted:
                break
            skip = max(0, skip - len(keys))  # the run is over: the next one is begun
        return _in_order(ids)

    def _of(self, run: Run) -> list[QuerySet[Case]]:
        return [part.filter(condition) for part in self.parts for condition in run.conditions]

    def _keys(self, run: Run, limit: int) -> list[Key]:
        """Return the first keys of a run; each queryset gives its own first, in order, and they are merged."""
        sign = "-" if run.newest_first else ""
        ordered = [
            one.order_by(f"{sign}{run.by}", f"{sign}pk").values_list(run.by, "pk")[:limit] for one in self._of(run)
        ]
        return list(islice(heapq.merge(*map(list, ordered), reverse=run.newest_first), limit))


@dataclass(frozen=True, slots=True)
class Scanned:
    """The cases that hold a word, which no index tells: found once, then counted and leafed through."""

    keys: tuple[Key, ...]

    def count(self) -> int:
        """Return how many there are."""
        return len(self.keys)

    def first(self, limit: int, start: int = 0) -> list[Case]:
        """Return some of them in their order, after ``start`` others."""
        return _in_order([pk for _, pk in self.keys[start : start + limit]])


def scanned(cases: QuerySet[Case]) -> Scanned:
    """Look at all cases of a queryset, whose order they keep."""
    return Scanned(tuple(cases.values_list("due_on", "pk")))


def _in_order(ids: list[int]) -> list[Case]:
    rows = Case.objects.in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]
