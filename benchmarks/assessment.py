"""How long judging takes: an assignment with its proof beside two other ways, and statistics of a whole round.

    python benchmarks/assessment.py [assignment|statistics …]

`assignment`: 5,000 entries, 800 reviewers, 3 reviews each, some 560,000 allowed pairs (conflicts taken out), least and
greatest loads, one reviewer per employer. Ours, a greedy choice and plain integer programming (HiGHS over all pairs at
once) get the same instance in the same run; ours gets it twice, the second time in another order.
`statistics`: severity of judges and 2,000 draws of the quota line over 5,000 × 3 marks.
"""

import argparse
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

import numpy as np
from scipy.optimize import Bounds, milp

from pinzhi.engine.assessment.judging.assignment import assign
from pinzhi.engine.assessment.judging.core import Rules, core_of
from pinzhi.engine.assessment.judging.line import sureness
from pinzhi.engine.assessment.judging.marks import Mark, Marks, make_marks
from pinzhi.engine.assessment.judging.prices import upper_bound
from pinzhi.engine.assessment.judging.problem import Entries, Pairs, Problem, Reviewers, make_problem
from pinzhi.engine.assessment.judging.programme import restrictions
from pinzhi.engine.assessment.judging.severity import severity

T = TypeVar("T")

ENTRIES, REVIEWERS, EACH, EMPLOYERS = 5_000, 800, 3, 200
PLAIN_S = 600.0  # plain integer programming gets so long
WANTED_ASSIGNMENT_S, WANTED_STATISTICS_S = 20.0, 2.0


def main() -> None:
    """Run what is asked, print what was measured, end with 1 when something is slower than wanted or wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help="assignment, statistics; without any, both")
    parser.add_argument("--plain", type=float, default=PLAIN_S, help="seconds for plain integer programming; 0: none")
    asked = parser.parse_args()
    results = [PARTS[part](asked.plain) for part in asked.parts or PARTS]
    sys.exit(0 if all(results) else 1)


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what the work gives, and its seconds."""
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


def tables(seed: int = 1) -> tuple[Entries, Reviewers, Pairs]:
    """Return entries and reviewers with fields of work; a pair is allowed where the fields are near and no conflict."""
    chance = np.random.default_rng(seed)
    entries, reviewers = (chance.normal(size=(count, 8)) for count in (ENTRIES, REVIEWERS))
    norms = np.outer(np.linalg.norm(entries, axis=1), np.linalg.norm(reviewers, axis=1))
    near = entries @ reviewers.T / norms
    score = np.clip((near + 1) / 2 * 900 + chance.integers(0, 100, near.shape), 0, 1_000).astype(int)
    allowed = (near >= np.quantile(near, 0.857, axis=1, keepdims=True)) & (chance.random(near.shape) < 0.98)
    entry, reviewer = np.nonzero(allowed)
    return (
        Entries([f"E{n:04}" for n in range(ENTRIES)], [EACH] * ENTRIES),
        Reviewers(
            [f"R{n:03}" for n in range(REVIEWERS)],
            chance.integers(3, 11, REVIEWERS).tolist(),
            chance.integers(19, 25, REVIEWERS).tolist(),
            [f"U{n}" for n in chance.integers(0, EMPLOYERS, REVIEWERS)],
        ),
        Pairs([f"E{n:04}" for n in entry], [f"R{n:03}" for n in reviewer], score[entry, reviewer].tolist()),
    )


def shuffled(entries: Entries, reviewers: Reviewers, pairs: Pairs) -> tuple[Entries, Reviewers, Pairs]:
    """Return the same tables with their rows in another order."""
    a, r, p = (np.random.default_rng(2).permutation(len(ids)) for ids in (entries.ids, reviewers.ids, pairs.entry))
    return (
        Entries([entries.ids[n] for n in a], [entries.demand[n] for n in a]),
        Reviewers(
            *([column[n] for n in r] for column in (reviewers.ids, reviewers.low, reviewers.high, reviewers.employer))
        ),
        Pairs(*([column[n] for n in p] for column in (pairs.entry, pairs.reviewer, pairs.score))),
    )


def greedy(problem: Problem) -> tuple[int, int]:
    """Take the best pair that is still possible, again and again; return the total and the reviews that are missing."""
    core = core_of(problem, Rules(one_per_employer=True))
    need, room, taken, total = core.need.copy(), core.high.copy(), set(), 0
    for pair in np.argsort(-core.score, kind="stable"):
        entry, reviewer, group = core.entry[pair], core.reviewer[pair], core.group[pair]
        if need[entry] and room[reviewer] and group not in taken:
            need[entry] -= 1
            room[reviewer] -= 1
            taken.add(group)
            total += int(core.score[pair])
    below = np.maximum(core.low - (core.high - room), 0).sum()
    return total, int(need.sum() + below)


def plain(problem: Problem, seconds: float) -> int | None:
    """Give every pair to branch and bound at once; None when it proves nothing in the time."""
    core = core_of(problem, Rules(one_per_employer=True))
    result = milp(
        -core.score.astype(float),
        integrality=np.ones(len(core.pair)),
        bounds=Bounds(0, 1),
        constraints=restrictions(core),
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    return round(-result.fun) if result.status == 0 else None


def assignment(plain_s: float) -> bool:
    """Measure the assignment; true when it is proven, the same for both orders, and in time."""
    given = tables()
    rules = Rules(one_per_employer=True)
    problem, making = timed(lambda: make_problem(*given))
    print(f"{ENTRIES:,} entries × {REVIEWERS} reviewers × {EACH}, {len(problem.entry):,} allowed pairs")
    found, solving = timed(lambda: assign(problem, rules))
    proof, checking = timed(lambda: upper_bound(core_of(problem, rules), np.array(found.prices)))
    other = make_problem(*shuffled(*given))
    is_same = assign(other, rules) == found
    print(f"ours    {making + solving:6.1f} s  total {found.total:,}  proven {proof == found.total} ", end="")
    print(f"(proof checked in {checking:.2f} s)  same in another order {is_same}")
    (total, missing), seconds = timed(lambda: greedy(problem))
    print(f"greedy  {seconds:6.1f} s  total {total:,}  {missing} reviews missing, {found.total - total:,} below ours")
    if plain_s:
        best, seconds = timed(lambda: plain(problem, plain_s))
        said = "proved nothing in that time" if best is None else f"total {best:,}, same {best == found.total}"
        print(f"plain   {seconds:6.1f} s  {said}; {seconds / (making + solving):.1f} times ours")
    return proof == found.total and is_same and making + solving <= WANTED_ASSIGNMENT_S


def round_of_marks(seed: int = 3) -> Marks:
    """Return three marks for each entry by judges of different severity."""
    chance = np.random.default_rng(seed)
    quality, severe = chance.normal(75, 8, ENTRIES), chance.normal(0, 4, REVIEWERS)
    return make_marks(
        Mark(f"E{entry:04}", f"J{judge:03}", Decimal(f"{quality[entry] + severe[judge] + chance.normal(0, 3):.1f}"))
        for entry in range(ENTRIES)
        for judge in chance.choice(REVIEWERS, EACH, replace=False)
    )


def statistics(_: float) -> bool:
    """Measure severity and the certainty of the line; true when both together are in time."""
    marks = round_of_marks()
    fitted, fitting = timed(lambda: severity(marks))
    sure, drawing = timed(lambda: sureness(marks, ENTRIES // 10, draws=2_000, seed=1, adjusted=True))
    print(f"severity of {len(fitted.judges)} judges {fitting:.2f} s, residual sd {fitted.residual_sd:.2f}; ", end="")
    print(f"{sure.draws:,} draws {drawing:.2f} s, {len(sure.contested)} entries contested")
    return fitting + drawing <= WANTED_STATISTICS_S


PARTS: dict[str, Callable[[float], bool]] = {"assignment": assignment, "statistics": statistics}


if __name__ == "__main__":
    main()
