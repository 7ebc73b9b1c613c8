"""Assignment: worked cases, the optimum against all possibilities, and causes that can be checked."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinzhi.engine.assessment.judging import programme
from pinzhi.engine.assessment.judging.assignment import Assignment, assign, why
from pinzhi.engine.assessment.judging.core import Rules, core_of
from pinzhi.engine.assessment.judging.prices import upper_bound
from pinzhi.engine.assessment.judging.problem import BadPairError, Entries, Pairs, Problem, Reviewers, make_problem


def problem_of(
    scores: list[list[int | None]],
    demand: list[int],
    loads: list[tuple[int, int]],
    employer: list[str] | None = None,
    senior: list[bool] | None = None,
    pinned: tuple[tuple[int, int], ...] = (),
) -> Problem:
    """A problem from a table of scores, None where a pair is not allowed."""
    allowed = [(a, r, s) for a, row in enumerate(scores) for r, s in enumerate(row) if s is not None]
    return make_problem(
        Entries([f"E{a}" for a in range(len(demand))], demand),
        Reviewers(
            [f"R{r}" for r in range(len(loads))],
            [low for low, _ in loads],
            [high for _, high in loads],
            employer or (),
            senior or (),
        ),
        Pairs(
            [f"E{a}" for a, _, _ in allowed],
            [f"R{r}" for _, r, _ in allowed],
            [s for _, _, s in allowed],
            [(a, r) in pinned for a, r, _ in allowed],
        ),
    )


def pairs_of(problem: Problem, found: Assignment) -> list[tuple[int, int]]:
    return [(int(problem.entry[p]), int(problem.reviewer[p])) for p in found.taken]


def every_assignment(problem: Problem, rules: Rules) -> list[list[int]]:
    """All assignments that the rules allow, as places of pairs, by trying every one."""
    choices = [
        [
            chosen
            for chosen in combinations(np.flatnonzero(problem.entry == entry).tolist(), int(demand))
            if _entry_is_right(problem, rules, entry, chosen)
        ]
        for entry, demand in enumerate(problem.demand)
    ]
    every = []
    for parts in product(*choices):
        taken = [place for part in parts for place in part]
        load = np.bincount(problem.reviewer[taken], minlength=len(problem.reviewers)) if taken else 0 * problem.low
        if (load >= problem.low).all() and (load <= problem.high).all():
            every.append(taken)
    return every


def _entry_is_right(problem: Problem, rules: Rules, entry: int, chosen: tuple[int, ...]) -> bool:
    who = problem.reviewer[list(chosen)] if chosen else np.array([], dtype=int)
    known = [e for e in problem.employer[who] if e >= 0]
    pins = set(np.flatnonzero(problem.pinned & (problem.entry == entry)).tolist())
    return (
        pins <= set(chosen)
        and (not rules.one_per_employer or len(known) == len(set(known)))
        and (not rules.one_senior or not chosen or bool(problem.senior[who].any()))
    )


# Methods reference, section 1.1: lower bounds belong into the same solve.
def test_least_loads_and_total_are_weighed_together() -> None:
    problem = problem_of([[5, 1], [9, 8]], [2, 1], [(1, 2), (1, 2)])

    assert assign(problem, Rules()).total == 15


# Methods reference, section 1.1: the example with two conflicts.
def test_the_best_of_twelve_pairs_with_two_conflicts() -> None:
    problem = problem_of([[None, 8, 3, 0], [7, None, 2, 5], [8, 6, 5, 4]], [2] * 3, [(1, 2)] * 4)

    found = assign(problem, Rules())

    assert (found.status, found.total, found.bound, found.proof) == ("optimal", 37, 37, "prices")
    assert pairs_of(problem, found) == [(0, 1), (0, 2), (1, 0), (1, 3), (2, 0), (2, 1)]
    assert upper_bound(core_of(problem, Rules()), np.array(found.prices)) == 37


# Methods reference, section 1.3: fairness to the worst-off entry.
FAIR: list[list[int | None]] = [[10, 10, 1, 1], [10, 9, 2, 1], [9, 8, 2, 2]]
FAIR_LOADS = [(0, 2), (0, 2), (0, 1), (0, 1)]


@pytest.mark.parametrize(("fair", "total", "worst"), [("", 43, 4), ("worst_entry", 42, 11)])
def test_fairness_lifts_the_worst_off_entry_first(fair: str, total: int, worst: int) -> None:
    found = assign(problem_of(FAIR, [2] * 3, FAIR_LOADS), Rules(fair=fair))

    assert (found.total, found.worst_entry_total) == (total, worst)


@st.composite
def small_problems(draw: st.DrawFn) -> Problem:
    entries, reviewers = draw(st.integers(1, 3)), draw(st.integers(1, 5))
    score = st.one_of(st.none(), st.integers(-3, 9))
    scores = draw(st.lists(st.lists(score, min_size=reviewers, max_size=reviewers), min_size=entries, max_size=entries))
    demand = draw(st.lists(st.integers(0, 3), min_size=entries, max_size=entries))
    load = st.tuples(st.integers(0, 2), st.integers(0, 2)).map(lambda two: (min(two), max(two)))
    loads = draw(st.lists(load, min_size=reviewers, max_size=reviewers))
    employer = draw(st.lists(st.sampled_from(["", "x", "y"]), min_size=reviewers, max_size=reviewers))
    senior = draw(st.lists(st.booleans(), min_size=reviewers, max_size=reviewers))
    allowed = [(a, r) for a, row in enumerate(scores) for r, s in enumerate(row) if s is not None]
    pinned = draw(st.lists(st.sampled_from(allowed), max_size=2)) if allowed else []
    return problem_of(scores, demand, loads, employer, senior, tuple(pinned))


all_rules = st.builds(Rules, one_per_employer=st.booleans(), one_senior=st.booleans())


@settings(max_examples=300, deadline=None)
@given(problem=small_problems(), rules=all_rules)
def test_the_optimum_is_that_of_trying_everything(problem: Problem, rules: Rules) -> None:
    every = every_assignment(problem, rules)

    found = assign(problem, rules)

    if not every:
        assert found.status == "infeasible"
        assert found.shortages
        assert all(cause.short > 0 for cause in found.shortages)
        return
    assert found.status == "optimal"
    assert sorted(found.taken) in [sorted(one) for one in every]
    assert found.total == found.bound == max(int(problem.score[one].sum()) for one in every)


@settings(max_examples=100, deadline=None)
@given(problem=small_problems(), rules=all_rules)
def test_fairness_is_that_of_trying_everything(problem: Problem, rules: Rules) -> None:
    every = every_assignment(problem, rules)
    worst = assign(problem, replace(rules, fair="worst_entry"))
    weakest = assign(problem, replace(rules, fair="weakest_pair"))

    if not every:
        assert (worst.status, weakest.status) == ("infeasible", "infeasible")
        return

    def least_total(one: list[int]) -> int:
        totals = np.zeros(len(problem.entries), dtype=int)
        np.add.at(totals, problem.entry[one], problem.score[one])
        return int(totals[problem.demand > 0].min()) if problem.demand.any() else 0

    def least_pair(one: list[int]) -> int:
        free = [place for place in one if not problem.pinned[place]]
        return int(problem.score[free].min()) if free else 0

    total = {tuple(one): int(problem.score[one].sum()) for one in every}
    assert (least_total(list(worst.taken)), worst.total) == max((least_total(o), total[tuple(o)]) for o in every)
    assert (least_pair(list(weakest.taken)), weakest.total) == max((least_pair(o), total[tuple(o)]) for o in every)


@settings(max_examples=150, deadline=None)
@given(problem=small_problems(), employers=st.booleans())
def test_a_cause_is_true(problem: Problem, employers: bool) -> None:
    """What a cause says can be counted: its entries or reviewers fall short by so much."""
    rules = Rules(one_per_employer=employers)
    for cause in assign(problem, rules).shortages:
        if cause.kind == "demand":
            assert cause.possible == _most(problem, rules, cause.entries) < cause.needed
        if cause.kind == "load":
            assert cause.needed == sum(problem.low[problem.reviewers.index(name)] for name in cause.reviewers) - sum(
                min(
                    problem.low[problem.reviewers.index(name)],
                    (problem.pinned & (problem.reviewer == problem.reviewers.index(name))).sum(),
                )
                for name in cause.reviewers
            )


def _most(problem: Problem, rules: Rules, names: tuple[str, ...]) -> int:
    """The most reviews, pinned ones apart, that some entries can get, by trying everything."""
    core = core_of(problem, rules)
    inside = [p for p in range(len(core.pair)) if problem.entries[core.entry[p]] in names]
    for size in range(len(inside), -1, -1):
        for chosen in combinations(inside, size):
            at = list(chosen)
            fits = (np.bincount(core.entry[at], minlength=len(core.need)) <= np.maximum(core.need, 0)).all()
            fits = fits and (np.bincount(core.reviewer[at], minlength=len(core.high)) <= core.high).all()
            if fits and len(set(core.group[at])) == size:
                return size
    return 0


@given(problem=small_problems(), rules=all_rules, seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_input_changes_nothing(problem: Problem, rules: Rules, seed: int) -> None:
    chance = np.random.default_rng(seed)
    a, r, p = (chance.permutation(len(c)) for c in (problem.entries, problem.reviewers, problem.pair_ids()[0]))
    entries, reviewers = problem.pair_ids()
    employers = [("" if e < 0 else f"e{e}") for e in problem.employer]

    again = make_problem(
        Entries([problem.entries[i] for i in a], problem.demand[a].tolist()),
        Reviewers(
            [problem.reviewers[i] for i in r],
            problem.low[r].tolist(),
            problem.high[r].tolist(),
            [employers[i] for i in r],
            problem.senior[r].tolist(),
        ),
        Pairs(
            [entries[i] for i in p], [reviewers[i] for i in p], problem.score[p].tolist(), problem.pinned[p].tolist()
        ),
    )

    assert assign(again, rules) == assign(problem, rules)


@pytest.mark.parametrize("rules", [Rules(), Rules(one_per_employer=True), Rules(True, True)])
def test_few_pairs_at_a_time_give_the_optimum_of_all(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(7)
    table = [[int(s) if s > 2 else None for s in row] for row in chance.integers(0, 40, (60, 30))]
    employer = [f"e{n}" for n in chance.integers(0, 9, 30)]
    problem = problem_of(table, [3] * 60, [(4, 8)] * 30, employer, (chance.random(30) < 0.5).tolist())
    whole = assign(problem, rules)

    monkeypatch.setattr(programme, "SMALL", 0)
    monkeypatch.setattr(programme, "FIRST_OF_ENTRY", 3)
    monkeypatch.setattr(programme, "FIRST_OF_REVIEWER", 2)

    assert assign(problem, rules).total == whole.total
    assert whole.status == "optimal"


def test_an_entry_with_too_few_reviewers_is_named_with_them() -> None:
    found = assign(problem_of([[5, 4, None], [1, 2, 3]], [3, 1], [(0, 2)] * 3), Rules())

    assert (found.status, found.total) == ("infeasible", 0)
    assert [(c.kind, c.entries, c.reviewers, c.needed, c.possible, c.short) for c in found.shortages] == [
        ("demand", ("E0",), ("R0", "R1"), 3, 2, 1)
    ]
    assert found.made.reasons[0].en == (
        "The entries E0 need 3 reviews together; the reviewers open to them, R0, R1, can give at most 2 within their"
        " loads and the rules: 1 short."
    )


def test_reviewers_who_must_do_more_than_there_is_are_named() -> None:
    found = assign(problem_of([[5, 4]], [2], [(1, 2), (2, 2)]), Rules())

    assert [(c.kind, c.reviewers, c.entries, c.needed, c.possible) for c in found.shortages] == [
        ("load", ("R1",), ("E0",), 2, 1)
    ]


def test_pins_that_cannot_stand_are_named() -> None:
    problem = problem_of([[5, 4]], [2], [(0, 1)] * 2, ["x", "x"], pinned=((0, 0), (0, 1)))

    assert assign(problem, Rules()).total == 9
    assert [(c.kind, c.entries, c.reviewers) for c in assign(problem, Rules(one_per_employer=True)).shortages] == [
        ("pinned", ("E0",), ("R0", "R1"))
    ]


def test_a_pair_says_why() -> None:
    problem = problem_of([[5, 4, 9]], [2], [(0, 1)] * 3, pinned=((0, 1),))
    found = assign(problem, Rules())

    assert why(problem, found, 1).en == "E0 with R1 was pinned."
    assert why(problem, found, 2).en.startswith("R2 scores 9 for E0, rank 1 of its 3 allowed reviewers")


@pytest.mark.parametrize(
    ("code", "entries", "pairs"),
    [
        ("judging.id.doubled", (["a", "a"], [1, 1]), (["a"], ["r"], [1])),
        ("judging.id.empty", (["", "a"], [1, 1]), (["a"], ["r"], [1])),
        ("judging.amount", (["a"], [-1]), (["a"], ["r"], [1])),
        ("judging.id.unknown", (["a"], [1]), (["b"], ["r"], [1])),
        ("judging.pair.doubled", (["a"], [1]), (["a", "a"], ["r", "r"], [1, 2])),
        ("judging.score.range", (["a"], [1]), (["a"], ["r"], [10**10])),
    ],
)
def test_tables_that_make_no_sense_are_refused(code: str, entries: tuple, pairs: tuple) -> None:  # type: ignore[type-arg]
    with pytest.raises(BadPairError) as refused:
        make_problem(Entries(*entries), Reviewers(["r"], [0], [1]), Pairs(*pairs))

    assert refused.value.code == code
