"""How far totals would move with other judges of the same panels: intervals, and how often within the quota."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

DRAWS = 2_000
_LOW, _HIGH = 5, 95  # per cent: an interval of 90 %


@dataclass(frozen=True, slots=True)
class PanelMarks:
    """The independent marks of an entry's panel in one stage, and the stage's weight in the total."""

    weight: float
    marks: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """The interval of an entry's total, and how often it came within the quota."""

    entry: str
    low: float
    high: float
    within: float


def intervals(
    totals: Mapping[str, Fraction],
    panels: Mapping[str, Sequence[PanelMarks]],
    *,
    quota: int,
    seed: int,
    draws: int = DRAWS,
) -> tuple[Interval, ...]:
    """Return for each entry the interval in which nine of ten resampled totals lie, in the order of the entries' names.

    Judges are drawn with replacement within each panel; what their mean moves by moves the total, so that consensus
    and changes on site stay where they are. A panel of one judge tells nothing of doubt and moves nothing. The same
    seed gives the same answer, whatever the order of the input.
    """
    names = sorted(totals)
    if not names:
        return ()
    chance = np.random.default_rng(seed)
    drawn = np.empty((len(names), draws))
    for place, name in enumerate(names):
        drawn[place] = float(totals[name])
        for panel in panels.get(name, ()):
            marks = np.array(sorted(panel.marks))
            if len(marks) > 1:
                means = marks[chance.integers(0, len(marks), (draws, len(marks)))].mean(axis=1)
                drawn[place] += panel.weight * (means - marks.mean())
    better = np.sort(drawn, axis=0)[::-1]
    line = better[min(quota, len(names)) - 1] if quota else np.full(draws, np.inf)
    low, high = np.percentile(drawn, [_LOW, _HIGH], axis=1)
    within = (drawn >= line).mean(axis=1)
    return tuple(
        Interval(name, float(low[place]), float(high[place]), float(within[place])) for place, name in enumerate(names)
    )
