"""What is left to assign once the pinned pairs are taken out: needs, loads, and pairs in groups of one employer."""

from dataclasses import dataclass, replace

import numpy as np

from pinzhi.engine.assessment.judging.problem import Flags, Problem, Whole


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules of an assignment besides demands and loads.

    ``one_per_employer``: an entry has at most one reviewer of an employer. ``one_senior``: an entry that has reviewers
    has a senior one. ``fair`` to entries: ``worst_entry`` makes the least total of an entry as great as possible first,
    ``weakest_pair`` the least score of a pair; then the total counts.
    """

    one_per_employer: bool = False
    one_senior: bool = False
    fair: str = ""


@dataclass(frozen=True, slots=True)
class Core:
    """The open part of a problem: of each ``group`` (pairs of one entry and one employer) at most one pair is taken.

    ``pair`` are the places of the pairs in the problem. A pair without a companion in its group has a group alone.
    ``wants_senior`` marks entries whose pinned reviewers include no senior one though one is asked for.
    """

    need: Whole
    low: Whole
    high: Whole
    wants_senior: Flags
    pair: Whole
    entry: Whole
    reviewer: Whole
    score: Whole
    senior: Flags
    group: Whole

    def only(self, kept: Flags) -> "Core":
        """Return the core with some of its pairs."""
        return replace(
            self,
            pair=self.pair[kept],
            entry=self.entry[kept],
            reviewer=self.reviewer[kept],
            score=self.score[kept],
            senior=self.senior[kept],
            group=self.group[kept],
        )


def core_of(problem: Problem, rules: Rules) -> Core:
    """Settle the pinned pairs; needs and greatest loads may fall below zero, which no assignment can then meet."""
    pinned, free = problem.pinned, ~problem.pinned
    taken = problem.entry[pinned], problem.reviewer[pinned]
    size = len(problem.entries), len(problem.reviewers)
    given, done = np.bincount(taken[0], minlength=size[0]), np.bincount(taken[1], minlength=size[1])
    group = problem.entry * size[1] + problem.reviewer
    if rules.one_per_employer:
        employer = problem.employer[problem.reviewer]
        group = np.where(employer < 0, group, size[0] * size[1] + problem.entry * size[1] + employer)
        free = free & ~np.isin(group, group[pinned])
    need = problem.demand - given
    wants_senior = np.zeros(size[0], dtype=bool)
    if rules.one_senior:
        has_senior = np.bincount(taken[0], weights=problem.senior[taken[1]], minlength=size[0]) > 0
        wants_senior = (problem.demand > 0) & ~has_senior
    free = free & (need > 0)[problem.entry]
    return Core(
        need=need,
        low=np.maximum(problem.low - done, 0),
        high=problem.high - done,
        wants_senior=wants_senior,
        pair=np.flatnonzero(free),
        entry=problem.entry[free],
        reviewer=problem.reviewer[free],
        score=problem.score[free],
        senior=problem.senior[problem.reviewer[free]],
        group=np.unique(group[free], return_inverse=True)[1].astype(np.int64),
    )
