"""Random draws: a draw written down, the same again from the same seed, recusals kept, loads even."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.casework.draws import Draw, Inspector, RiskLevel, Target, Visit, draw, draw_digest
from pinzhi.engine.errors import BadInput, Conflict

TARGETS = [Target("A", "larger"), *(Target(f"G{number}", "general") for number in range(1, 9))]
INSPECTORS = [Inspector("i1"), Inspector("i2", frozenset({"A"})), Inspector("i3"), Inspector("i4")]


def test_a_draw_written_down_for_others_to_compare() -> None:
    made = draw(TARGETS, INSPECTORS, wanted={"larger": 1, "general": 2}, seed="2024-01-04 closing index 2967.25")

    assert made == draw(TARGETS[::-1], INSPECTORS[::-1], wanted={"general": 2, "larger": 1}, seed=made.seed)
    assert made.digest == draw_digest(TARGETS, INSPECTORS, {"larger": 1, "general": 2}, 2)
    assert sorted(one.level for one in made.visits) == ["general", "general", "larger"]
    assert isinstance(made, Draw)
    assert isinstance(made.visits[0], Visit)


def test_another_seed_draws_otherwise() -> None:
    draws = {draw(TARGETS, INSPECTORS, wanted={"general": 3}, seed=str(seed)).visits for seed in range(20)}

    assert len(draws) > 10


@given(
    sizes=st.tuples(st.integers(0, 8), st.integers(0, 4)),
    people=st.integers(2, 6),
    bars=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 11)), max_size=6),
    seed=st.text(min_size=1).filter(str.strip),
)
def test_a_draw_takes_as_many_as_wanted_keeps_recusals_and_spreads_the_load(
    sizes: tuple[int, int], people: int, bars: list[tuple[int, int]], seed: str
) -> None:
    levels: tuple[RiskLevel, ...] = ("general",) * 8 + ("larger",) * 4
    targets = [Target(f"t{number}", level) for number, level in enumerate(levels)]
    tied = {person: frozenset(f"t{t}" for p, t in bars if p == person) for person in range(people)}
    inspectors = [Inspector(f"p{person}", tied[person]) for person in range(people)]
    try:
        made = draw(targets, inspectors, wanted={"general": sizes[0], "larger": sizes[1]}, seed=seed)
    except Conflict:
        assert any(bars)
        return

    assert Counter(one.level for one in made.visits) == +Counter(general=sizes[0], larger=sizes[1])
    assert len({one.target for one in made.visits}) == sum(sizes)
    for visit in made.visits:
        assert len(set(visit.inspectors)) == 2
        assert all(visit.target not in tied[int(who[1:])] for who in visit.inspectors)
    if not bars:
        loads = Counter(who for visit in made.visits for who in visit.inspectors)
        counts = [loads[f"p{person}"] for person in range(people)]
        assert max(counts) - min(counts) <= 1


@pytest.mark.parametrize(
    ("targets", "inspectors", "wanted", "seed", "code"),
    [
        ([*TARGETS, TARGETS[0]], INSPECTORS, {"general": 1}, "s", "casework.draw.doubled"),
        (TARGETS, [*INSPECTORS, Inspector("i1")], {"general": 1}, "s", "casework.draw.doubled"),
        (TARGETS, INSPECTORS, {"general": 9}, "s", "casework.draw.wanted"),
        (TARGETS, INSPECTORS, {"major": 1}, "s", "casework.draw.wanted"),
        (TARGETS, INSPECTORS, {"general": -1}, "s", "casework.draw.wanted"),
        (TARGETS, INSPECTORS, {"general": 1}, "  ", "casework.draw.seed"),
    ],
)
def test_a_draw_is_refused(
    targets: list[Target], inspectors: list[Inspector], wanted: dict[RiskLevel, int], seed: str, code: str
) -> None:
    with pytest.raises(BadInput) as refused:
        draw(targets, inspectors, wanted=wanted, seed=seed)

    assert refused.value.code == code


def test_too_few_without_ties_are_named() -> None:
    with pytest.raises(Conflict, match=r"casework\.draw\.team") as refused:
        draw(TARGETS, INSPECTORS[:2], wanted={"larger": 1}, seed="s")

    assert refused.value.facts == {"target": "A", "team": 2, "left": 1}
