"""Figures with a target: where each stands, which need a look first, how districts compare."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from pinzhi.engine.rulebook.figure_parts import Target
from pinzhi.engine.rulebook.figures import Figure
from pinzhi.records.publishing.queries.breakdowns import breakdown
from pinzhi.records.publishing.queries.trends import aim_values
from pinzhi.records.publishing.queries.values import Value, figure_values
from pinzhi.records.publishing.times import AsOf

Standing = Literal["reached", "below", "over", "unknown"]
MONTHS = 24
FIRST = 3


@dataclass(frozen=True, slots=True)
class Aim:
    """A figure beside its target.

    ``missed`` is by how much the target is missed as a share of it, 0 where it is reached or nothing is known;
    ``gap`` the same in the figure's own unit.
    """

    value: Value
    target: Target
    before: Value | None  # the same day a year ago
    trend: tuple[Fraction | None, ...]  # at the ends of months and on the day
    standing: Standing
    gap: Fraction
    missed: Fraction


def aims(at: AsOf, readable: Iterable[Figure]) -> tuple[Aim, ...]:
    """Return where the figures with a target stand, among those that somebody may read, in their order."""
    return tuple(_aim(one, one.target, at) for one in readable if one.target is not None)


def first_to_see(every: Iterable[Aim]) -> tuple[Aim, ...]:
    """Return up to three that miss their target, the furthest from it first."""
    missed = [one for one in every if one.standing in ("below", "over")]
    return tuple(sorted(missed, key=lambda one: (-one.missed, one.value.figure.id))[:FIRST])


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure taken apart by district: None for a district whose number is withheld, 0 where there is none."""

    value: Value
    numbers: dict[str, Fraction | None]


def by_district(at: AsOf, readable: Iterable[Figure]) -> tuple[Compared, ...]:
    """Return the figures that districts have a part in, with the part of each."""
    wanted = [one.id for one in readable if "district" in one.dimensions.by]
    values = figure_values(wanted, at)
    found = []
    for one in wanted:
        rows = breakdown(one, "district", at).rows
        numbers = {row.code: None if row.number is None else Fraction(row.number) for row in rows}
        found.append(Compared(values[one], numbers))
    return tuple(found)


def _aim(figure: Figure, target: Target, at: AsOf) -> Aim:
    before, *values = aim_values(figure, at.on, months=MONTHS, known=at.known)
    value = values[-1]
    if value is None:
        raise ValueError(f"{figure.id} is not in force on {at.on}")
    points = tuple(None if one is None else _exact(one) for one in values)
    if value.number is None or isinstance(value.number, date):
        return Aim(value, target, before, points, "unknown", Fraction(0), Fraction(0))
    number, wanted = Fraction(value.number), Fraction(target.value)
    gap = wanted - number if target.better == "more" else number - wanted
    if gap <= 0:
        return Aim(value, target, before, points, "reached", Fraction(0), Fraction(0))
    standing: Standing = "below" if target.better == "more" else "over"
    return Aim(value, target, before, points, standing, gap, gap / abs(wanted) if wanted else gap)


def _exact(value: Value) -> Fraction | None:
    return None if value.number is None or isinstance(value.number, date) else Fraction(value.number)
