"""The day around the board: where the open cases lie, what falls due when, what came and went."""

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.models import Case
from pinzhi.records.casework.queries.desk import column_of, found
from pinzhi.records.casework.queries.filters import Filter
from pinzhi.records.casework.queries.visible import visible_parts
from pinzhi.records.catalog.rulebook import calendar, rulebook

AHEAD = 10  # working days of the strip of what falls due
MAPPED = 300  # points on the map
WEEKS = 12


@dataclass(frozen=True, slots=True)
class Point:
    """A case on the map."""

    number: str
    title: str
    column: str
    latitude: float
    longitude: float
    district: Text


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day and how many open cases fall due on it; ``again`` of them were reported three times or more.

    ``is_working`` is None in a year whose official calendar is not known.
    """

    on: date
    count: int
    again: int
    is_working: bool | None = True


@dataclass(frozen=True, slots=True)
class Week:
    """A week, by its Monday: how many cases were opened and how many closed in it."""

    monday: date
    opened: int
    closed: int


def points(actor: Actor, asked: Filter, on: date) -> tuple[Point, ...]:
    """Return the open cases of a filter that have a place, those due first, as many as a map shows."""
    cases = found(actor, asked, on).filter(latitude__isnull=False).first(MAPPED)
    return tuple(point for one in cases if (point := point_of(one, on)) is not None)


def point_of(case: Case, on: date) -> Point | None:
    """Return a case as a point of a map; None where its place is known in words alone."""
    if case.latitude is None or case.longitude is None:
        return None
    district = rulebook().codelist("districts").text(case.district) if case.district else Text("", "")
    return Point(case.number, case.title, column_of(case, on), case.latitude, case.longitude, district)


def due_days(actor: Actor, asked: Filter, on: date) -> tuple[DueDay, ...]:
    """Return the working days ahead, today first, each with what falls due on it."""
    days, ahead = calendar(), [on]
    while len(ahead) < AHEAD:
        ahead.append(days.add(ahead[-1], 1))
    due = _due(actor, asked, on, ahead[0], ahead[-1])
    return tuple(DueDay(day, *due[day]) for day in ahead)


def due_weeks(actor: Actor, asked: Filter, on: date, month: date) -> tuple[tuple[DueDay, ...], ...]:
    """Return the weeks, Monday first, that hold a month, each day with what falls due on it."""
    days = calendar()
    monday = month.replace(day=1) - timedelta(days=month.replace(day=1).weekday())
    last = month.replace(day=monthrange(month.year, month.month)[1])
    count = (last - monday).days // 7 + 1
    shown = [[monday + timedelta(weeks=week, days=day) for day in range(7)] for week in range(count)]
    due = _due(actor, asked, on, monday, shown[-1][-1])
    return tuple(
        tuple(DueDay(day, *due[day], days.is_working(day) if day.year in days.years else None) for day in week)
        for week in shown
    )


def _due(actor: Actor, asked: Filter, on: date, first: date, last: date) -> dict[date, tuple[int, int]]:
    """Return for each day how many cases fall due on it, and how many of them were reported three times or more."""
    due: dict[date, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for cases in found(actor, asked, on).querysets():
        rows = cases.filter(due_on__range=(first, last)).order_by().values_list("due_on")
        for day, n, more in rows.annotate(n=Count("pk"), again=Count("pk", filter=Q(seen_before__gte=2))):
            due[day] = (due[day][0] + n, due[day][1] + more)
    return due


def weeks(actor: Actor, on: date) -> tuple[Week, ...]:
    """Return the last weeks, the oldest first: opened and closed in each."""
    this = on - timedelta(days=on.weekday())
    first = this - timedelta(weeks=WEEKS - 1)
    counts = {first + timedelta(weeks=number): [0, 0] for number in range(WEEKS)}
    for part in visible_parts(actor):
        for place, name in enumerate(("opened_on", "closed_on")):
            rows = part.filter(**{f"{name}__gte": first, f"{name}__lte": on}).order_by()
            for day, count in rows.values_list(name).annotate(n=Count("pk")):
                counts[day - timedelta(days=day.weekday())][place] += count
    return tuple(Week(monday, *both) for monday, both in counts.items())
