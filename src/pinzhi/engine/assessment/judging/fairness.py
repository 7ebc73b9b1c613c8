"""Fairness between entries: first the one that comes off worst, then the total."""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, hstack, vstack

from pinzhi.engine.assessment.judging.core import Core
from pinzhi.engine.assessment.judging.problem import Problem, Whole
from pinzhi.engine.assessment.judging.programme import is_possible, restrictions, whole_solution
from pinzhi.engine.assessment.judging.shortage import shortages
from pinzhi.engine.errors import Unavailable


def fair_core(problem: Problem, core: Core) -> Core:
    """Drop the weakest pairs as long as an assignment is left (a search by halves over the scores that occur)."""
    levels = np.unique(core.score)
    known, refused = 0, len(levels)
    while refused - known > 1:
        middle = (known + refused) // 2
        part = core.only(core.score >= levels[middle])
        possible = not shortages(problem, part) and (not core.wants_senior.any() or is_possible(part))
        known, refused = (middle, refused) if possible else (known, middle)
    return core.only(core.score >= levels[known]) if len(levels) else core


def fair_pairs(problem: Problem, core: Core, *, seconds: float) -> Whole:
    """Return the pairs with which the least total of an entry is as great as possible, and then the sum of all.

    Scores [[10,10,1,1],[10,9,2,1],[9,8,2,2]], two each, loads up to 2, 2, 1, 1: least total 11, sum 42 (the best sum
    without fairness, 43, leaves the third entry with 4). NP-hard in general, so by branch and bound.
    """
    pinned = np.zeros(len(core.need), dtype=np.int64)
    np.add.at(pinned, problem.entry[problem.pinned], problem.score[problem.pinned])
    served = np.flatnonzero(problem.demand > 0)
    if not len(core.pair) or not len(served):
        return np.array([], dtype=np.int64)
    totals = csr_matrix(
        (core.score.astype(float), (core.entry, np.arange(len(core.pair)))), (len(core.need), len(core.pair))
    )[served]
    rows = restrictions(core)
    level = csr_matrix(np.ones((len(served), 1)))
    none = csr_matrix((sum(row.A.shape[0] for row in rows), 1))
    wide = hstack([vstack([row.A for row in rows]), none])
    lower, upper = (np.concatenate([getattr(row, side) for row in rows]) for side in ("lb", "ub"))
    best = milp(
        np.r_[np.zeros(len(core.pair)), -1.0],
        integrality=np.ones(len(core.pair) + 1),
        bounds=Bounds(np.r_[np.zeros(len(core.pair)), -np.inf], np.r_[np.ones(len(core.pair)), np.inf]),
        constraints=[
            LinearConstraint(wide, lower, upper),
            LinearConstraint(hstack([totals, -level]), -pinned[served].astype(float), np.inf),
        ],
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    taken = _required(whole_solution(best, len(core.pair)))
    got = pinned.copy()
    np.add.at(got, core.entry[taken], core.score[taken])
    least = int(got[served].min())
    kept = LinearConstraint(totals, (least - pinned[served]).astype(float), np.inf)
    total = milp(
        -core.score.astype(float),
        integrality=np.ones(len(core.pair)),
        bounds=Bounds(0, 1),
        constraints=[*rows, kept],
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    return _required(whole_solution(total, len(core.pair)))


def _required(pairs: Whole | None) -> Whole:
    if pairs is None:
        raise Unavailable(
            "judging.solver", "求解没有完成：{reason}。", "The solver did not finish: {reason}.", reason="status"
        )
    return pairs
