"""A figure followed over months: all days from few passes over the records, kept until they or rules change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.cache import cache

from pinzhi.engine.rulebook.figures import Figure
from pinzhi.records.publishing.compile import Number, Result, asks_of, counted, looked_up
from pinzhi.records.publishing.definitions import figure_named
from pinzhi.records.publishing.queries.protected import protected_over
from pinzhi.records.publishing.queries.values import KEPT_S, data_version, figure_value, kept_name
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
    figure, days = figure_named(figure_id, until), _month_ends(until, months)
    if figure.records is None:  # what it is made of is kept
        return tuple(Point(one, _number_of_others(figure, AsOf(one, known))) for one in days)
    name = kept_name(f"trend-{months}", figure, AsOf(until, known), data_version(figure.records.source))
    kept: tuple[Point, ...] | None = cache.get(name)
    if kept is not None:
        return kept
    results = results_over(figure, [one for one in days if figure.holds(one)], known)
    made = tuple(Point(one, results[one].number if one in results else None) for one in days)
    cache.set(name, made, KEPT_S)
    return made


def results_over(figure: Figure, days: Sequence[date], known: datetime | None) -> Mapping[date, Result]:
    """Return what comes of a figure that stands on records on each of some days, as ``figure_values`` gives it."""
    if figure.records is None or not days:
        return {}
    if figure.privacy == "group":
        return protected_over(figure, days, known)
    asks = {day: asks_of(figure, day) for day in days}
    if not asks[days[0]]:
        source = figure.records.source
        return {day: looked_up(figure, table(source, AsOf(day, known)), day) for day in days}
    answers = counted_over(figure.records.source, asks, known)
    return {day: counted(figure, list(answers[day])) for day in days}


def _month_ends(until: date, months: int) -> list[date]:
    days, day = [until], until
    for _ in range(months):
        day = day.replace(day=1) - _DAY
        days.append(day)
    return days[::-1]


def _number_of_others(figure: Figure, at: AsOf) -> Number | None:
    return figure_value(figure.id, at).number if figure.holds(at.on) else None
