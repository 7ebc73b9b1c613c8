"""A figure followed over months: all days from few passes over the records, kept until they or rules change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.core.cache import cache

from pinzhi.engine.periods import years_before
from pinzhi.engine.rulebook.figures import Figure
from pinzhi.engine.signatures import sha256
from pinzhi.records.publishing.compile import Number, Result, asks_of, counted, looked_up
from pinzhi.records.publishing.definitions import figure_named
from pinzhi.records.publishing.queries.protected import protected_over
from pinzhi.records.publishing.queries.values import KEPT_S, Value, data_version, figure_value, kept_name, value_of
from pinzhi.records.publishing.tables.open import table
from pinzhi.records.publishing.tables.over_days import counted_over
from pinzhi.records.publishing.times import AsOf

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Point:
    """A figure on a day; None where it had no number."""

    day: date
    number: Number | None


def trend(figure_id: str, until: date, *, months: int = 24, known: datetime | None = None) -> tuple[Point, ...]:
    """Return a figure at the ends of so many months before a day, and on the day itself.

    All under the definition of the last day; without a number before the figure was in force.
    """
    figure = figure_named(figure_id, until)
    values = values_over(figure, _month_ends(until, months), known)
    return tuple(Point(day, value.number if value else None) for day, value in values.items())


def aim_values(figure: Figure, until: date, *, months: int, known: datetime | None = None) -> tuple[Value | None, ...]:
    """Return a figure the same day a year before, then as ``trend`` does: at the ends of months and on the day."""
    days = _month_ends(until, months)
    values = values_over(figure, [years_before(until, 1), *days], known)
    return (values[years_before(until, 1)], *(values[one] for one in days))


def values_over(figure: Figure, days: Sequence[date], known: datetime | None) -> dict[date, Value | None]:
    """Return a figure on each of some days under one definition, None before it was in force; in the days' order."""
    held = [one for one in days if figure.holds(one)]
    if figure.records is None:  # what it is made of is kept
        found = {day: figure_value(figure.id, AsOf(day, known)) for day in held}
    else:
        results = _kept(figure, figure.records.source, held, known)
        found = {day: value_of(figure, AsOf(day, known), results[day]) for day in held}
    return {day: found.get(day) for day in days}


def _kept(figure: Figure, source: str, days: Sequence[date], known: datetime | None) -> Mapping[date, Result]:
    """Return results from what is kept while no record changes."""
    if not days:
        return {}
    named = sha256(" ".join(map(str, days)).encode()).hex()[:16]
    name = kept_name(f"days-{named}", figure, AsOf(days[-1], known), data_version(source))
    kept: Mapping[date, Result] | None = cache.get(name)
    if kept is None:
        kept = results_over(figure, days, known)
        cache.set(name, kept, KEPT_S)
    return kept


def results_over(figure: Figure, days: Sequence[date], known: datetime | None) -> Mapping[date, Result]:
    """Return what comes of a figure that stands on records on each of some days; of ranks without their peers."""
    if figure.records is None or not days:
        return {}
    if figure.privacy == "group":
        return protected_over(figure, days, known)
    asks = {day: asks_of(figure, day) for day in days}
    source = figure.records.source
    if not asks[days[0]]:
        found = {day: looked_up(figure, table(source, AsOf(day, known)), day) for day in days}
        return {day: replace(one, peers=()) for day, one in found.items()}
    answers = counted_over(source, asks, known)
    return {day: counted(figure, list(answers[day])) for day in days}


def _month_ends(until: date, months: int) -> list[date]:
    days, day = [until], until
    for _ in range(months):
        day = day.replace(day=1) - _DAY
        days.append(day)
    return days[::-1]
