"""Counts on many days from one reading of the records: each record counts from one day to another.

Records whose days the source cannot tell (their holder has moved meanwhile, their standard has a history) are counted
day by day, beside the others.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from pinzhi.records.publishing.sources.names import SOURCES
from pinzhi.records.publishing.sources.shapes import Lasting, Listing, Side, Source
from pinzhi.records.publishing.tables.asks import Ask, Counted, plain
from pinzhi.records.publishing.tables.conditions import name_of, named, where_q
from pinzhi.records.publishing.tables.database import CHUNK, DatabaseTable
from pinzhi.records.publishing.tables.open import table
from pinzhi.records.publishing.times import AsOf

MOST_KEYS = 500  # records counted day by day that are named one by one; more are found again each day


def counted_over(
    source: str, asks: Mapping[date, Sequence[Ask]], known: datetime | None
) -> dict[date, tuple[Counted, ...]]:
    """Count what is asked on each of some days: the same questions, whose periods move with the day."""
    found, days = SOURCES[source], tuple(sorted(asks))
    if isinstance(found, Listing) or found.lasting is None:
        return {day: tuple(table(source, AsOf(day, known)).numbers(asks[day])) for day in days}
    each = [_Reading(found, days, known, versions) for versions in zip(*(asks[day] for day in days), strict=True)]
    tallies = [one.tally() for one in each]
    return {day: tuple(one.on(place) for one in tallies) for place, day in enumerate(days)}


@dataclass(slots=True)
class _Tally:
    """What counts on which days: the days are the bits of a number."""

    records: Counter[int] = field(default_factory=Counter)
    numbers: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    things: dict[Any, int] = field(default_factory=lambda: defaultdict(int))

    def on(self, place: int) -> Counted:
        """Return what was counted on one of the days."""
        records = sum(number for days, number in self.records.items() if days >> place & 1)
        number = sum((number for days, number in self.numbers.items() if days >> place & 1), Decimal(0))
        return Counted(plain(number), records)

    def close(self) -> None:
        """Count the different things."""
        for days, number in Counter(self.things.values()).items():
            self.numbers[days] += number


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one side is read once: which rows, between which days each counts, and of which rows that is known."""

    held: Q
    bounds: tuple[tuple[str, Any], ...]  # since, until or before, each with the expression of a day
    steady: Q


class _Reading:
    """One question on several days; ``versions`` are the question of each day."""

    def __init__(self, source: Source, days: tuple[date, ...], known: datetime | None, versions: Sequence[Ask]) -> None:
        self._source = source
        self._days = days
        self._at = [AsOf(day, known) for day in days]
        self._asks = versions
        self._periods = [one.period.days for one in versions if one.period is not None]
        self._tally = _Tally()

    def tally(self) -> _Tally:
        """Read every side."""
        sides = self._source.lasting(self._at[0], self._at[-1]) if self._source.lasting else ()
        for side, rows, lasting in sides:
            plan = None if lasting is None else self._plan(side, lasting)
            if plan is None:
                self._day_by_day(side, rows)
                continue
            self._at_once(side, rows, plan)
            if plan.steady:
                self._day_by_day(side, rows.exclude(plan.steady))
        self._tally.close()
        return self._tally

    # ---- how -------------------------------------------------------------------------------------------------------
    def _plan(self, side: Side, lasting: Lasting) -> _Plan | None:
        """Return how a side is read once; None where something changes with the day in a way nobody has told."""
        ask, lastings, held = self._asks[0], [lasting], lasting.held
        told: set[str] = set()
        for where in ask.where:
            flag = self._source.fields[where.field].lasting
            if flag is not None and where.is_ is True:
                lastings.append(flag(side))
                held &= lastings[-1].held
                told.add(where.field)
                continue
            first, *others = [where_q(self._source, one, where) for one in self._sides(side)]
            if any(one != first for one in others):
                return None
            held &= first
        steady = [self._steady(side, name) for name in sorted(ask.fields - told)]
        if None in steady or sum(one.apart for one in lastings) > 1:
            return None
        bounds = tuple(
            (kind, one) for each in lastings for kind in ("since", "until", "before") for one in getattr(each, kind)
        )
        return _Plan(held, bounds, reduce(and_, filter(None, steady), Q()))

    def _steady(self, side: Side, name: str) -> Q | None:
        """Return of which records a field is the same on every day; None where nobody can tell."""
        asked = self._source.fields[name]
        if asked.steady is not None:
            return asked.steady(self._at[0], self._at[-1])
        if asked.value is None:
            return Q()
        first, *others = [asked.value(one) for one in self._sides(side)]
        return None if any(one != first for one in others) else Q()

    def _sides(self, side: Side) -> list[Side]:
        return [Side(at, side.record, side.past) for at in self._at]

    def _at_once(self, side: Side, rows: QuerySet[Any], plan: _Plan) -> None:
        """Read rows with the days between which each counts; those that share them are counted by the database."""
        ask, source = self._asks[0], self._source
        fields = frozenset(name for name in ask.fields if source.fields[name].flag is None)
        asked = named(source, side, rows, fields).filter(plan.held & plan.steady).order_by()
        days: dict[str, Any] = {f"_day_{place}": one for place, (_, one) in enumerate(plan.bounds)}
        if ask.period is not None:
            days["_period"] = F(name_of(source, ask.period.field))
            asked = asked.filter(self._in_some_period(days["_period"].name))
        thing = {"_thing": F(source.fields[ask.of].identity or name_of(source, ask.of))} if ask.of else {}
        thing = thing if ask.unit == "different" else {}
        measure: dict[str, Any] = {"_records": Count("pk")}
        if ask.unit == "total":
            measure["_number"] = Sum(name_of(source, ask.of))
        kinds, counted = [kind for kind, _ in plan.bounds], {}  # many rows share their days
        found = asked.annotate(**days, **thing).values_list(*days, *thing).annotate(**measure)
        for row in found.iterator(chunk_size=CHUNK):
            between, rest = row[: len(days)], row[len(days) :]
            if between not in counted:
                counted[between] = self._counts_on(kinds, between)
            if counts := counted[between]:
                self._add(counts, *rest)

    def _in_some_period(self, name: str) -> Q:
        """Return the condition that a day lies between the first and the last of all periods."""
        first, last = self._periods[0].first, self._periods[-1].last
        if first is None:
            return Q(**{name: None}) | Q(**{f"{name}__lte": last})
        return Q(**{f"{name}__gte": first, f"{name}__lte": last})

    def _add(self, counts: int, *row: Any) -> None:
        """Add a row: of different things the thing and its records, of totals the records and their sum."""
        tally, unit = self._tally, self._asks[0].unit
        if unit == "different":
            thing, records = row
            tally.records[counts] += records
            if thing not in (None, ""):
                tally.things[thing] |= counts
            return
        tally.records[counts] += row[0]
        tally.numbers[counts] += Decimal(row[-1] or 0)

    def _counts_on(self, kinds: Sequence[str], between: Sequence[date | None]) -> int:
        """Return the days, as bits, on which a row counts: between all its bounds, in a period that has its day."""
        days = self._days
        start, end = 0, len(days)
        for kind, day in zip(kinds, between, strict=False):
            if day is None:
                continue
            if kind == "since":
                start = max(start, bisect_left(days, day))
            else:
                end = min(end, bisect_right(days, day) if kind == "until" else bisect_left(days, day))
        if self._periods and between[-1] is not None:  # a period's first and last day never go back
            begun = [one.first for one in self._periods if one.first is not None]
            start = max(start, bisect_left(self._periods, between[-1], key=lambda one: one.last))
            end = min(end, bisect_right(begun, between[-1])) if begun else end
        return (1 << end) - (1 << start) if start < end else 0

    def _day_by_day(self, side: Side, rows: QuerySet[Any]) -> None:
        """Count some rows of a side on each day by itself."""
        keys = list(rows.values_list("pk", flat=True)[: MOST_KEYS + 1])
        if not keys:
            return
        for place, (at, ask) in enumerate(zip(self._at, self._asks, strict=True)):
            sides = [
                (one, found.filter(pk__in=keys if len(keys) <= MOST_KEYS else rows.values("pk")))
                for one, found in self._source.sides(at)
                if one.past == side.past
            ]
            read = DatabaseTable(self._source, at, sides)
            (counted,) = read.numbers([ask])
            self._tally.records[1 << place] += counted.records
            if ask.unit == "different":
                for thing in read.things(ask):
                    self._tally.things[thing] |= 1 << place
            else:
                self._tally.numbers[1 << place] += counted.number
