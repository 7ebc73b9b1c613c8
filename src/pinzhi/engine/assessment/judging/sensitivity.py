"""What would change the order: other weights, a judge or a criterion left out, another method."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from pinzhi.engine.assessment.judging.marks import Marks, make_marks
from pinzhi.engine.errors import BadInput

Scores = Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class WeightRange:
    """The weights of one criterion, the others in proportion, under which the leader stays first (ties included)."""

    criterion: str
    leader: str
    lowest: Fraction
    highest: Fraction


@dataclass(frozen=True, slots=True)
class Change:
    """Who enters and who leaves the quota when something is done otherwise."""

    what: str
    enters: tuple[str, ...]
    leaves: tuple[str, ...]


def weight_range(scores: Mapping[str, Scores], weights: Mapping[str, Fraction], criterion: str) -> WeightRange:
    """Find between which weights of a criterion the first entry stays first; exact, in fractions.

    ``scores`` by entry and criterion. A (80, 90), B (85, 80), weights .6 and .4: A stays first up to 2/3.
    """
    others = [one for one in weights if one != criterion]
    rest = sum((weights[one] for one in others), Fraction(0))
    if not rest or criterion not in weights:
        raise BadInput(
            "judging.weights.criteria",
            "没有可以加权的指标（{criteria}）。请核对指标代码。",
            "No weight applies ({criteria}). Check the codes of the criteria.",
            criteria=criterion,
        )
    own = {entry: scores[entry][criterion] for entry in scores}
    other = {entry: sum((weights[one] * scores[entry][one] for one in others), Fraction(0)) / rest for entry in scores}
    now = weights[criterion] / (weights[criterion] + rest)
    leader = max(sorted(scores), key=lambda entry: now * own[entry] + (1 - now) * other[entry])
    lowest, highest = Fraction(0), Fraction(1)
    for entry in scores:
        at_none = other[leader] - other[entry]
        slope = own[leader] - own[entry] - at_none
        if slope > 0:
            lowest = max(lowest, -at_none / slope)
        elif slope < 0:
            highest = min(highest, -at_none / slope)
    return WeightRange(criterion, leader, lowest, highest)


def compare(what: str, before: Scores, after: Scores, quota: int) -> Change:
    """Return who enters and leaves the first ``quota`` places; all that tie with the last place count as inside."""
    inside, now = _inside(before, quota), _inside(after, quota)
    return Change(what, tuple(sorted(now - inside)), tuple(sorted(inside - now)))


def _inside(scores: Scores, quota: int) -> set[str]:
    last = sorted(scores.values(), reverse=True)[:quota][-1:]
    return {entry for entry, score in scores.items() if last and score >= last[0]}


def leave_one_judge_out(marks: Marks, quota: int, scored: Callable[[Marks], Scores]) -> tuple[Change, ...]:
    """Score the round again without each judge in turn; entries that only this judge marked drop out."""
    before = scored(marks)
    return tuple(
        compare(judge, before, scored(make_marks(mark for mark in marks.marks if mark.judge != judge)), quota)
        for judge in marks.judges
        if len(marks.judges) > 1
    )


def leave_one_criterion_out(
    scores: Mapping[str, Scores], weights: Mapping[str, Fraction], quota: int
) -> tuple[Change, ...]:
    """Score again without each criterion in turn, the other weights in proportion."""
    before = _totals(scores, weights)
    return tuple(
        compare(one, before, _totals(scores, {c: w for c, w in weights.items() if c != one}), quota)
        for one in weights
        if len(weights) > 1
    )


def _totals(scores: Mapping[str, Scores], weights: Mapping[str, Fraction]) -> dict[str, Fraction]:
    whole = sum(weights.values(), Fraction(0))
    return {
        entry: sum((weight * of[one] for one, weight in weights.items()), Fraction(0)) / whole
        for entry, of in scores.items()
    }


def first_place_shares(
    scores: Mapping[str, Scores], criteria: Sequence[str], *, draws: int = 10_000, seed: int
) -> dict[str, float]:
    """Return how often each entry is first when weights are drawn evenly from all that add up to 1, ties shared."""
    entries = sorted(scores)
    table = np.array([[float(scores[entry][one]) for one in criteria] for entry in entries])
    weights = np.random.Generator(np.random.PCG64(seed)).dirichlet(np.ones(len(criteria)), draws)
    totals = np.round(weights @ table.T, 9)
    first = totals == totals.max(axis=1, keepdims=True)
    shares = (first / first.sum(axis=1, keepdims=True)).mean(axis=0)
    return {entry: float(share) for entry, share in zip(entries, shares, strict=True)}
