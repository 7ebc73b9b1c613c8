"""The linear programme of an assignment, solved over few pairs at a time until no other pair can improve it."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix, vstack

from pinzhi.engine.assessment.judging.core import Core
from pinzhi.engine.assessment.judging.prices import upper_bound
from pinzhi.engine.assessment.judging.problem import Flags, Whole
from pinzhi.engine.errors import Unavailable

Real = NDArray[np.float64]
SMALL = 40_000  # so many pairs are solved at once
FIRST_OF_ENTRY, FIRST_OF_REVIEWER, MORE_OF_ENTRY = 8, 20, 6
_CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The best solution when pairs may be taken in part: share of each pair, prices, and what could not be met."""

    share: Real
    price: Real
    unmet: float

    @property
    def whole_price(self) -> Whole:
        return np.rint(self.price).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The restrictions over some columns: equal to, and at most."""

    equal: csr_matrix
    equals: Real
    limited: csr_matrix
    limits: Real


def solve_relaxed(core: Core, *, fine: float = 4.0) -> Relaxed:
    """Solve over the most promising pairs, add those whose reduced cost is positive, and so on.

    The last solution is optimal over all pairs, because none outside has a positive reduced cost. What cannot be met
    costs ``fine`` times the greatest score.
    """
    if len(core.pair) <= SMALL:
        return _solved(core, np.arange(len(core.pair)), fine)[0]
    chosen = _first_pairs(core)
    while True:
        columns = np.flatnonzero(chosen)
        relaxed, reduced = _solved(core, columns, fine)
        better = _best_of_entries(core, np.where(chosen, -np.inf, reduced))
        if not better.any() or is_proven(core, relaxed):
            return relaxed
        chosen |= better


def is_met(relaxed: Relaxed) -> bool:
    """Tell whether every demand, least load and wish for a senior reviewer is met."""
    return relaxed.unmet < _CLOSE


def is_whole(relaxed: Relaxed) -> bool:
    """Tell whether every pair is either taken or not."""
    return bool(np.abs(relaxed.share - np.rint(relaxed.share)).max(initial=0) < _CLOSE)


def is_proven(core: Core, relaxed: Relaxed) -> bool:
    """Tell whether a solution is an assignment and its own prices show that none is better."""
    if not is_met(relaxed) or not is_whole(relaxed):
        return False
    return upper_bound(core, relaxed.whole_price) == int(core.score[relaxed.share > 0.5].sum())


def is_possible(core: Core, *, seconds: float = 60.0) -> bool:
    """Tell whether any assignment exists, whatever its scores."""
    blank = replace(core, score=np.zeros_like(core.score))
    relaxed = solve_relaxed(blank)
    return is_met(relaxed) and (is_whole(relaxed) or solve_whole(blank, seconds=seconds) is not None)


def restrictions(core: Core) -> list[LinearConstraint]:
    """Return demands, loads, employers and seniors over all pairs, for a whole-number programme."""
    rows = _rows(core, np.arange(len(core.pair)))
    return [
        LinearConstraint(rows.equal, rows.equals, rows.equals),
        LinearConstraint(rows.limited, np.full(len(rows.limits), -np.inf), rows.limits),
    ]


def solve_whole(core: Core, *, seconds: float) -> Whole | None:
    """Return the places of the pairs of the best whole assignment by branch and bound; None when there is none."""
    if not len(core.pair):
        return np.array([], dtype=np.int64)
    result = milp(
        -core.score.astype(float),
        integrality=np.ones(len(core.pair)),
        bounds=Bounds(0, 1),
        constraints=restrictions(core),
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    return whole_solution(result, len(core.pair))


def whole_solution(result: object, pairs: int) -> Whole | None:
    """Read the answer of a whole-number programme: the pairs taken, None when there is no assignment."""
    status = getattr(result, "status", 4)
    if status == _NO_SOLUTION:
        return None
    if status != 0:
        raise Unavailable(
            "judging.not_proven",
            "在给定的时间内没有证明最优。请放宽时间（--seconds）或去掉公平选项。",
            "No optimum was proven in the time given. Allow more (--seconds), or leave the fairness option out.",
        )
    return np.flatnonzero(np.asarray(getattr(result, "x"))[:pairs] > 0.5)  # noqa: B009  (scipy has no types)


_NO_SOLUTION = 2


def _first_pairs(core: Core) -> Flags:
    """Choose the best pairs of each entry (one of each group) and of each reviewer; equal ones in no special order."""
    chosen, leads = (np.zeros(len(core.pair), dtype=bool) for _ in range(2))
    by_group = _best_first(core, core.group, np.arange(len(core.pair)))
    leads[by_group[_rank(core.group[by_group]) == 0]] = True
    seniors = leads & core.senior & core.wants_senior[core.entry]
    for key, kept, most in (
        (core.entry, np.flatnonzero(leads), FIRST_OF_ENTRY),
        (core.entry, np.flatnonzero(seniors), FIRST_OF_ENTRY // 4),
        (core.reviewer, np.arange(len(core.pair)), FIRST_OF_REVIEWER),
    ):
        places = _best_first(core, key, kept)
        chosen[places[_rank(key[places]) < most]] = True
    return chosen


def _best_first(core: Core, key: Whole, places: Whole) -> Whole:
    """Sort places by a key, then by score from the greatest; equal scores in a mixed order that is always the same."""
    entry, reviewer, below = core.entry[places], core.reviewer[places], core.score.max() - core.score[places]
    mixed = ((entry * 2_654_435_761) ^ (reviewer * 2_246_822_519)) & 0xFFFF
    span = int(below.max(initial=0)) + 1
    if (int(key.max(initial=0)) + 1) * span >= 2**46:  # one number cannot hold all three
        return places[np.lexsort((mixed, below, key[places]))]
    return places[np.argsort((key[places] * span + below) << 16 | mixed, kind="stable")]


def _best_of_entries(core: Core, reduced: Real) -> Flags:
    """Choose of each entry some pairs with the greatest reduced cost above zero."""
    places = np.flatnonzero(reduced > _CLOSE)
    places = places[np.lexsort((-reduced[places], core.entry[places]))]
    chosen = np.zeros(len(reduced), dtype=bool)
    chosen[places[_rank(core.entry[places]) < MORE_OF_ENTRY]] = True
    return chosen


def _rank(key: Whole) -> Whole:
    """Return for each place of a column with equal ones together how many of them stand before it."""
    begins = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else key
    return np.arange(len(key)) - np.repeat(begins, np.diff(np.r_[begins, len(key)]))


def _rows(core: Core, columns: Whole) -> _Rows:
    count, entries, reviewers = len(columns), len(core.need), len(core.low)
    own, ones = np.arange(count), np.ones(count)
    equal = csr_matrix((ones, (core.entry[columns], own)), shape=(entries, count))
    load = csr_matrix((ones, (core.reviewer[columns], own)), shape=(reviewers, count))
    group = core.group[columns]
    shared = np.flatnonzero(np.bincount(group, minlength=1) > 1)
    inside = np.isin(group, shared)
    groups = csr_matrix(
        (ones[inside], (np.searchsorted(shared, group[inside]), own[inside])), shape=(len(shared), count)
    )
    wanting = np.flatnonzero(core.wants_senior & (core.need > 0))
    fits = core.senior[columns] & np.isin(core.entry[columns], wanting)
    seniors = csr_matrix(
        (-ones[fits], (np.searchsorted(wanting, core.entry[columns][fits]), own[fits])), shape=(len(wanting), count)
    )
    limits = np.r_[core.high, -core.low, np.ones(len(shared)), -np.ones(len(wanting))].astype(float)
    return _Rows(equal, core.need.astype(float), vstack([load, -load, groups, seniors]).tocsr(), limits)


def _solved(core: Core, columns: Whole, fine: float) -> tuple[Relaxed, Real]:
    """Solve over some columns; return the solution and the reduced cost of every pair.

    What cannot be met is bought at a fine, so that there is always a solution to learn prices from.
    """
    rows = _rows(core, columns)
    count, entries, reviewers = len(columns), len(core.need), len(core.low)
    wanting = np.flatnonzero(core.wants_senior & (core.need > 0))
    fine *= float(np.abs(core.score).max(initial=0)) + 1
    # one column for each review that is missing, one for each that is short of a least load, one for each senior
    missing = csr_matrix((np.ones(entries), (np.arange(entries), np.arange(entries))), shape=(entries, entries))
    spare = reviewers + len(wanting)
    at = np.r_[reviewers + np.arange(reviewers), rows.limited.shape[0] - len(wanting) + np.arange(len(wanting))]
    short = csr_matrix((-np.ones(spare), (at, np.arange(spare))), shape=(rows.limited.shape[0], spare))
    empty = csr_matrix((entries, spare)), csr_matrix((rows.limited.shape[0], entries))
    result = linprog(
        np.r_[-core.score[columns].astype(float), np.full(entries + spare, fine)],
        A_ub=_beside(rows.limited, empty[1], short),
        b_ub=rows.limits,
        A_eq=_beside(rows.equal, missing, empty[0]),
        b_eq=rows.equals,
        bounds=np.r_[np.tile([0.0, 1.0], (count, 1)), np.tile([0.0, np.inf], (entries + spare, 1))],
        method="highs-ipm",
    )
    if result.x is None:
        raise Unavailable(
            "judging.solver",
            "求解没有完成：{reason}。",
            "The solver did not finish: {reason}.",
            reason=str(result.message),
        )
    share = np.zeros(len(core.pair))
    share[columns] = result.x[:count]
    worth, paid = -result.eqlin.marginals, -result.ineqlin.marginals
    price = paid[:reviewers] - paid[reviewers : 2 * reviewers]
    bonus = np.zeros(entries)
    bonus[wanting] = paid[len(paid) - len(wanting) :]
    reduced = core.score - price[core.reviewer] - worth[core.entry] + bonus[core.entry] * core.senior
    # a group pays what its best pair is worth: only a pair that is better still is worth adding
    held = np.zeros(int(core.group.max(initial=0)) + 1)
    np.maximum.at(held, core.group[columns], reduced[columns])
    return Relaxed(share, price, float(result.x[count:].sum())), reduced - held[core.group]


def _beside(*parts: csr_matrix) -> csr_matrix:
    return vstack([part.T.tocsr() for part in parts]).T.tocsr()
