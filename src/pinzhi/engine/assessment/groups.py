"""How one compares with many without learning of any of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

FEWEST = 10  # with fewer, a mean and a guess tell too much of somebody


@dataclass(frozen=True, slots=True)
class Spread:
    """The mean and the quartiles of a group, exactly."""

    count: int
    mean: Fraction
    lower: Fraction
    median: Fraction
    upper: Fraction


def spread(values: Sequence[Fraction], *, fewest: int = FEWEST) -> Spread | None:
    """Return how the values of a group lie; None for a group that is too small to be anonymous.

    A quartile between two values lies between them in proportion (the method of spreadsheets).

    >>> spread([Fraction(n) for n in range(1, 10)]) is None
    True
    >>> found = spread([Fraction(n) for n in range(10, 21)])
    >>> found.lower, found.median, found.upper
    (Fraction(25, 2), Fraction(15, 1), Fraction(35, 2))
    """
    if len(values) < fewest:
        return None
    ordered = sorted(values)
    return Spread(
        len(ordered),
        sum(ordered, Fraction(0)) / len(ordered),
        _quartile(ordered, Fraction(1, 4)),
        _quartile(ordered, Fraction(1, 2)),
        _quartile(ordered, Fraction(3, 4)),
    )


def _quartile(ordered: Sequence[Fraction], share: Fraction) -> Fraction:
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
