"""Runs of periods: how many in a row, ending with the latest there is."""

from collections.abc import Iterable
from itertools import pairwise, takewhile


def streak(periods: Iterable[str], holding: Iterable[str]) -> tuple[str, ...]:
    """Return the periods of the run that ends with the latest, latest first.

    ``periods`` are all there are, ``holding`` those that meet the condition. Periods that are whole numbers (years,
    editions) must follow one another: a year without any record ends the run, because nothing is known of it.

    >>> streak(["2019", "2020", "2021", "2023"], ["2019", "2020", "2021", "2023"])
    ('2023',)
    """
    held = set(holding)
    order = sorted(set(periods), key=_key, reverse=True)
    run = list(takewhile(lambda one: one in held, order))
    for number, (later, earlier) in enumerate(pairwise(run), start=1):
        if later.isdigit() and earlier.isdigit() and int(later) - int(earlier) != 1:
            return tuple(run[:number])
    return tuple(run)


def _key(period: str) -> tuple[int, str]:
    return (int(period), period) if period.isdigit() else (-1, period)
