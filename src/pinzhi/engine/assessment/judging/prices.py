"""The proof that an assignment is best: a price per reviewer, under which no entry could be served better."""

import numpy as np

from pinzhi.engine.assessment.judging.core import Core
from pinzhi.engine.assessment.judging.problem import Whole


def upper_bound(core: Core, price: Whole) -> int:
    """Return a total that no assignment exceeds, in whole numbers and without rounding.

    Whoever takes a reviewer pays his price. Then the best total is at most what each entry could have for itself, its
    reviewers' prices taken off, plus the price of every load that is possible (Lagrangean duality; the prices that an
    optimal linear programme leaves make both equal). Anybody can work it out again from the prices.
    """
    value = core.score - price[core.reviewer]
    loads = np.where(price > 0, core.high * price, core.low * price)
    return int(_best_apart(core, value).sum() + loads.sum())


def _best_apart(core: Core, value: Whole) -> Whole:
    """Return for each entry the best sum of values it could have if all reviewers were free for it."""
    entry, best, senior = _groups(core, value)
    order = np.lexsort((-best, entry))
    entry, best, senior = entry[order], best[order], senior[order]
    start = np.searchsorted(entry, np.arange(len(core.need)))
    rank = np.arange(len(entry)) - start[entry]
    top = rank < core.need[entry]
    total = np.zeros(len(core.need), dtype=np.int64)
    np.add.at(total, entry[top], best[top])
    weakest = np.zeros(len(core.need), dtype=np.int64)  # the value that makes room for a senior reviewer
    weakest[entry[top]] = best[top]  # of an entry the last, which is the least, stays
    # what it costs to have the senior one of a group: instead of its best, or instead of the weakest of the chosen
    cost = np.where(top, best, weakest[entry]) - senior
    least = np.full(len(core.need), np.iinfo(np.int64).max)
    known = senior > _NONE
    np.minimum.at(least, entry[known], cost[known])
    pays = core.wants_senior & (core.need > 0) & (least < np.iinfo(np.int64).max)
    return total - np.where(pays, np.maximum(least, 0), 0)


_NONE = np.iinfo(np.int64).min // 4


def _groups(core: Core, value: Whole) -> tuple[Whole, Whole, Whole]:
    """Return entry, greatest value and greatest value of a senior reviewer of each group."""
    count = int(core.group.max()) + 1 if len(core.group) else 0
    entry = np.zeros(count, dtype=np.int64)
    best, senior = (np.full(count, _NONE, dtype=np.int64) for _ in range(2))
    entry[core.group] = core.entry
    np.maximum.at(best, core.group, value)
    np.maximum.at(senior, core.group[core.senior], value[core.senior])
    return entry, best, senior
