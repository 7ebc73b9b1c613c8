"""Pictures of figures that every door draws: a line over days, a spark, a bullet row, bars with their shares.

Coordinates are worked out here, templates write them down as SVG; paints are classes of base.css, because no style
attribute is allowed. Values are exact until they become a coordinate; a day without a value breaks the line.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

Number = Fraction | int
Worded = Callable[[Fraction], str]

MOST_TICKS = 6
NEAR = Fraction(6, 10)  # a line whose lowest value is above this part of the highest need not start at zero
STEPS = (1, 2, 5, 10)
RING = 5.0  # half a ring's width: one at zero is drawn whole


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid, or a day below it."""

    at: float
    word: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A point that is named."""

    x: float
    y: float
    word: str


@dataclass(frozen=True, slots=True)
class LineChart:
    """A line over days in a box; ``paths`` are its unbroken parts, ``alone`` the days without neighbours."""

    label: str
    width: int
    height: int
    left: int
    right: int
    base: float
    paths: tuple[str, ...]
    alone: tuple[Dot, ...]
    amounts: tuple[Tick, ...]
    days: tuple[Tick, ...]
    last: Dot | None
    before: Tick | None  # a level to compare with, such as the end of last year
    starts_at_zero: bool


@dataclass(frozen=True, slots=True)
class Spark:
    """A small line without axes, in a box of 112 × 26."""

    paths: tuple[str, ...]
    end: Dot | None


@dataclass(frozen=True, slots=True)
class Bullet:
    """How far a value is from its target, in a box of 320 × 22: bar now, tick target, ring a year ago."""

    now: float
    target: float
    before: float | None
    paint: str


def line_chart(
    label: str,
    points: Sequence[tuple[date, Number | None]],
    *,
    worded: Worded,
    width: int,
    height: int = 260,
    left: int = 64,
    right: int = 84,
    day_words: int = 7,
    before: tuple[Number, str] | None = None,
) -> LineChart:
    """Draw values over days; ``worded`` writes a value, ``before`` is a level with its words."""
    known = [Fraction(value) for _day, value in points if value is not None]
    levels = [*known, Fraction(before[0])] if before else known
    ticks = _ticks(levels)
    low, high = ticks[0], ticks[-1]
    top, base = 24.0, height - 30.0

    def x(place: int) -> float:
        return round(left + place * (width - left - right) / max(len(points) - 1, 1), 1)

    def y(value: Number) -> float:
        return round(base - float((value - low) / (high - low)) * (base - top), 1)

    runs = _runs([value for _day, value in points])
    last = max((place for run in runs for place in run), default=None)
    placed = [(x(place), value) for place, (_day, value) in enumerate(points)]
    return LineChart(
        label=label,
        width=width,
        height=height,
        left=left,
        right=width - right,
        base=base,
        paths=tuple(_path([(placed[at][0], y(placed[at][1] or 0)) for at in run]) for run in runs if len(run) > 1),
        alone=tuple(Dot(placed[run[0]][0], y(placed[run[0]][1] or 0), "") for run in runs if len(run) == 1),
        amounts=tuple(Tick(y(one), worded(one)) for one in ticks),
        days=_days([day for day, _value in points], x, day_words),
        last=None if last is None else Dot(placed[last][0], y(placed[last][1] or 0), worded(known[-1])),
        before=Tick(y(before[0]), before[1]) if before else None,
        starts_at_zero=low == 0,
    )


def spark(values: Sequence[Number | None]) -> Spark:
    """Draw values as a small line from the lowest to the highest; a level one lies in the middle."""
    known = [Fraction(one) for one in values if one is not None]
    if not known:
        return Spark((), None)
    low, span = min(known), max(known) - min(known)

    def point(place: int) -> tuple[float, float]:
        height = Fraction(values[place] or 0) - low
        share = float(height / span) if span else 0.5
        return round(4 + place * 102 / max(len(values) - 1, 1), 1), round(21 - share * 16, 1)

    runs = _runs(values)
    end = point(runs[-1][-1])
    return Spark(tuple(_path([point(at) for at in run]) for run in runs if len(run) > 1), Dot(*end, ""))


def bullet(now: Number, target: Number, before: Number | None, *, paint: str) -> Bullet:
    """Place a value, its target and the value a year ago on one scale from zero, the largest near its end."""
    amounts = [Fraction(one) for one in (now, target, before) if one is not None]
    most = max(max(amounts), Fraction(0)) or Fraction(1)

    def along(value: Number) -> float:
        return round(max(0.0, float(Fraction(value) / most)) * 300, 1)

    return Bullet(along(now), along(target), None if before is None else max(RING, along(before)), paint)


def percents(amounts: Sequence[Number | None]) -> list[int]:
    """Return the length of each bar in percent of the longest; something is never drawn as nothing."""
    most = max((one for one in amounts if one), default=0)
    return [max(1, round(100 * Fraction(one) / Fraction(most))) if one and one > 0 else 0 for one in amounts]


def fifths(amounts: Sequence[Number | None]) -> list[int]:
    """Return for each amount the fifth of the scale from zero to the largest that it lies in: 1 to 5, 0 for nothing."""
    most = max((one for one in amounts if one), default=0)
    return [math.ceil(5 * Fraction(one) / Fraction(most)) if one and one > 0 else 0 for one in amounts]


def _ticks(levels: Sequence[Fraction]) -> list[Fraction]:
    """Return round values from below the lowest to above the highest, at most six."""
    high = max(levels, default=Fraction(1))
    low = min(levels, default=Fraction(0))
    if low >= 0 and not (low and low >= high * NEAR):
        low = Fraction(0)
    span = (high - low) or abs(high) or Fraction(1)
    if high == low:
        low, high = low - span / 4, high + span / 4
        low = max(low, Fraction(0)) if levels and min(levels) >= 0 else low
        span = high - low
    step = _step(span / (MOST_TICKS - 2), whole=all(one.denominator == 1 for one in levels))
    first, end = math.floor(low / step), math.ceil(high / step)
    return [step * number for number in range(first, end + 1)]


def _step(least: Fraction, *, whole: bool) -> Fraction:
    """Return the smallest of 1, 2, 5 times a power of ten that is not below ``least``; for counts at least one."""
    power = Fraction(10) ** math.floor(math.log10(least))
    step = next(power * one for one in STEPS if power * one >= least)
    return max(step, Fraction(1)) if whole else step


def _runs(values: Sequence[Number | None]) -> list[list[int]]:
    """Return the places of values that stand next to each other."""
    runs: list[list[int]] = []
    for place, value in enumerate(values):
        if value is None:
            continue
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x:g} {y:g}" for x, y in points)


def _days(days: Sequence[date], x: Callable[[int], float], most: int) -> tuple[Tick, ...]:
    """Return every n-th month, counted back from the last."""
    every = max(1, math.ceil((len(days) - 1) / max(most - 1, 1)))
    places = range(len(days) - 1, -1, -every)
    return tuple(Tick(x(place), f"{days[place]:%Y-%m}") for place in reversed(places))
