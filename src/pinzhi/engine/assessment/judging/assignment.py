"""Experts to entries: the best total that the rules allow, with its proof, or the reason why there is none."""

from dataclasses import dataclass, replace

import numpy as np
import scipy

from pinzhi.engine.assessment.judging.core import Core, Rules, core_of
from pinzhi.engine.assessment.judging.fairness import fair_core, fair_pairs
from pinzhi.engine.assessment.judging.problem import Problem, Whole
from pinzhi.engine.assessment.judging.programme import is_met, is_proven, is_whole, solve_relaxed, solve_whole
from pinzhi.engine.assessment.judging.results import Made
from pinzhi.engine.assessment.judging.shortage import Shortage, contradiction, pinned_shortages, shortages
from pinzhi.engine.errors import Unavailable
from pinzhi.engine.texts import Text

SECONDS = 300.0
_FINES = (4.0, 4_000.0, 4_000_000.0)


@dataclass(frozen=True, slots=True)
class Assignment:
    """An assignment, or the causes why there is none.

    ``taken`` are places of the problem's pairs. ``bound`` is the total that nothing exceeds; it equals ``total``.
    ``prices`` (one whole number per reviewer) prove it where ``proof`` is ``prices``: ``prices.upper_bound`` works the
    bound out again from them. ``branch-and-bound`` is the solver's own proof.
    """

    status: str  # optimal, infeasible
    taken: tuple[int, ...]
    total: int
    worst_entry_total: int | None
    bound: int
    proof: str
    prices: tuple[int, ...]
    shortages: tuple[Shortage, ...]
    made: Made


def assign(problem: Problem, rules: Rules, *, seconds: float = SECONDS) -> Assignment:
    """Assign reviewers to entries so that the total of the scores is the greatest possible.

    Every entry gets exactly its demand, every reviewer a load within his bounds, pinned pairs stand. The answer does
    not depend on the order of the input. Where the rules leave no assignment, the causes are named and nothing is
    relaxed. ``seconds`` limits branch and bound, which only fairness to the worst-off entry, or seniors together with
    employers, can need; without a proof in that time there is no answer but Unavailable.

    Scores of entries × reviewers [[9,8,3,0],[7,9,2,5],[8,6,5,4]], two each, loads 1 to 2, without the first pair of
    the first entry and the second of the second: 37.
    """
    core = core_of(problem, rules)
    causes = pinned_shortages(problem, core, rules)
    if not causes and rules.fair:
        causes = _causes(problem, core, seconds)
    if causes:
        return _without(problem, causes)
    if rules.fair == "worst_entry":
        return _with(problem, core.pair[fair_pairs(problem, core, seconds=seconds)], None)
    core = fair_core(problem, core) if rules.fair == "weakest_pair" else core
    found = _best(core, seconds)
    if found is None:
        return _without(problem, _causes(problem, core, seconds))
    return _with(problem, core.pair[found.pairs], found.prices)


@dataclass(frozen=True, slots=True)
class _Found:
    """The pairs of the best assignment of a core, and the prices that prove it where there are such."""

    pairs: Whole
    prices: Whole | None


def _best(core: Core, seconds: float) -> _Found | None:
    """Return the best assignment; None when there is none."""
    for fine in _FINES:
        relaxed = solve_relaxed(core, fine=fine)
        if is_proven(core, relaxed):
            return _Found(np.flatnonzero(relaxed.share > 0.5), relaxed.whole_price)
        if is_met(relaxed):
            break
        if not is_met(solve_relaxed(replace(core, score=np.zeros_like(core.score)))):
            return None
    whole = solve_whole(core, seconds=seconds)
    return None if whole is None else _Found(whole, None)


def _causes(problem: Problem, core: Core, seconds: float) -> tuple[Shortage, ...]:
    """Return why there is no assignment, or nothing when there is one."""
    causes = shortages(problem, core)
    if causes or not core.wants_senior.any():
        return causes
    return _contradictions(problem, core, seconds)


def _contradictions(problem: Problem, core: Core, seconds: float) -> tuple[Shortage, ...]:
    """Find out whether the rules contradict one another though each alone can be met; scores do not matter here."""
    blank = replace(core, score=np.zeros_like(core.score))
    relaxed = solve_relaxed(blank)
    if is_met(relaxed) and (is_whole(relaxed) or solve_whole(blank, seconds=seconds) is not None):
        return ()
    got = np.bincount(core.entry, weights=relaxed.share, minlength=len(core.need))
    seniors = np.bincount(core.entry, weights=relaxed.share * core.senior, minlength=len(core.need))
    lacking = np.flatnonzero((got < core.need - 1e-6) | (core.wants_senior & (seniors < 1 - 1e-6)))
    if not len(lacking):
        lacking = np.flatnonzero(core.wants_senior)
    return (contradiction(problem, core, lacking, max(1, int(np.ceil(relaxed.unmet - 1e-6)))),)


def _with(problem: Problem, free: Whole, prices: Whole | None) -> Assignment:
    taken = np.sort(np.r_[np.flatnonzero(problem.pinned), free])
    _check(problem, taken)
    total = int(problem.score[taken].sum())
    totals = np.zeros(len(problem.entries), dtype=np.int64)
    np.add.at(totals, problem.entry[taken], problem.score[taken])
    served = totals[problem.demand > 0]
    return Assignment(
        status="optimal",
        taken=tuple(map(int, taken)),
        total=total,
        worst_entry_total=int(served.min()) if len(served) else None,
        bound=total,
        proof="branch-and-bound" if prices is None else "prices",
        prices=() if prices is None else tuple(map(int, prices)),
        shortages=(),
        made=_made(problem),
    )


def _without(problem: Problem, causes: tuple[Shortage, ...]) -> Assignment:
    made = replace(_made(problem), reasons=tuple(cause.text for cause in causes))
    return Assignment("infeasible", (), 0, None, 0, "", (), causes, made)


def _made(problem: Problem) -> Made:
    return Made("assignment", problem.digest(), solver=f"HiGHS, scipy {scipy.__version__}")


def _check(problem: Problem, taken: Whole) -> None:
    """Count again in whole numbers what a solver answered with fractions."""
    got = np.bincount(problem.entry[taken], minlength=len(problem.entries))
    load = np.bincount(problem.reviewer[taken], minlength=len(problem.reviewers))
    if (got != problem.demand).any() or (load < problem.low).any() or (load > problem.high).any():
        raise Unavailable(
            "judging.solver", "求解没有完成：{reason}。", "The solver did not finish: {reason}.", reason="rounding"
        )


def why(problem: Problem, found: Assignment, place: int) -> Text:
    """Say why the pair at a place of the problem was taken: its rank for the entry, and what the reviewer costs."""
    entry, reviewer = problem.entry[place], problem.reviewer[place]
    facts = {"entry": problem.entries[entry], "reviewer": problem.reviewers[reviewer], "score": problem.score[place]}
    if problem.pinned[place]:
        return Text("{entry} 与 {reviewer} 是指定的配对。", "{entry} with {reviewer} was pinned.").filled(**facts)
    first, behind = np.searchsorted(problem.entry, [entry, entry + 1])  # pairs stand in the order of entries
    rank = 1 + int((problem.score[first:behind] > problem.score[place]).sum())
    price = found.prices[reviewer] if found.prices else 0
    return Text(
        "{reviewer} 对 {entry} 的分值为 {score}，在其 {open} 位可选专家中列第 {rank}；"
        "安排给别处时最多可得 {price} 分。",
        "{reviewer} scores {score} for {entry}, rank {rank} of its {open} allowed reviewers; one more review by the"
        " same reviewer is worth {price} elsewhere.",
    ).filled(**facts, open=int(behind - first), rank=rank, price=price)
