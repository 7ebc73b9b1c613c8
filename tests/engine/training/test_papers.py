"""Draws: repeatable, to the blueprint or refused, and laid out so that nothing but the order differs."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.errors import BadInput
from pinzhi.engine.training.papers import BankItem, commitment, draw, lay_out
from tests.engine.training.bank import PARTS, bank, bank_items, course

SEEDS = st.text(min_size=1, max_size=20)


@given(SEEDS, st.integers(0, 10_000))
def test_draw_gives_the_same_paper_for_the_same_seed_whatever_the_order_of_the_bank(seed: str, shuffle: int) -> None:
    items = bank_items(bank())
    mixed = items.copy()
    random.Random(shuffle).shuffle(mixed)  # noqa: S311 (a test's order)

    assert draw(course(), items, seed) == draw(course(), mixed, seed)


@given(SEEDS, st.integers(0, 5))
def test_draw_meets_the_blueprint_part_by_part_with_no_question_twice(seed: str, spare: int) -> None:
    questions = bank(spare)

    paper = draw(course(), bank_items(questions), seed)

    found = Counter((questions[one.id].field, questions[one.id].kind) for one in paper)
    assert found == {(field, kind): count for field, kind, count, _ in PARTS}
    assert len({one.id for one in paper}) == len(paper)
    assert sum(one.points for one in paper) == 100


@given(SEEDS, st.sets(st.sampled_from(sorted(bank())), max_size=8))
def test_draw_is_refused_exactly_when_a_part_is_short_and_says_what_is_missing(seed: str, gone: set[str]) -> None:
    left = [one for one in bank_items(bank()) if one.id not in gone]
    there = Counter((one.field, one.kind) for one in left)
    short = [(field, kind) for field, kind, count, _ in PARTS if there[(field, kind)] < count]

    if not short:
        assert len(draw(course(), left, seed)) == course().questions
        return
    with pytest.raises(BadInput) as refusal:
        draw(course(), left, seed)
    assert refusal.value.code == "training.bank.short"
    assert refusal.value.facts["parts"] == len(short)


def test_draw_says_in_words_what_the_bank_lacks() -> None:
    items = [one for one in bank_items(bank(0)) if one.id != "q000"]

    with pytest.raises(BadInput) as refusal:
        draw(course(), items, "seed")

    assert "“法律”单选题要 4 道，只有 3 道" in refusal.value.text.zh
    assert "“Law”, single choice: 4 wanted, 3 there" in refusal.value.text.en


@given(SEEDS)
def test_a_question_that_is_added_replaces_at_most_one_other(seed: str) -> None:
    items = bank_items(bank())
    before = {one.id for one in draw(course(), items, seed)}

    after = {one.id for one in draw(course(), [*items, BankItem("new", 1, "law", "single", 1)], seed)}

    assert len(before - after) == len(after & {"new"}) <= 1


@given(SEEDS, st.text(min_size=1, max_size=10))
def test_lay_out_is_a_permutation_of_questions_and_of_each_ones_options(seed: str, candidate: str) -> None:
    options = {one.id: tuple(choice.code for choice in one.choices) for one in bank().values()}

    places = lay_out(options, seed, candidate)

    assert sorted(one.id for one in places) == sorted(options)
    assert all(sorted(one.options) == sorted(options[one.id]) for one in places)
    assert places == lay_out(dict(reversed(options.items())), seed, candidate)


def test_lay_out_differs_between_candidates() -> None:
    options = {one.id: tuple(choice.code for choice in one.choices) for one in bank().values()}

    orders = {lay_out(options, "seed", f"candidate {number}") for number in range(30)}

    assert len(orders) == 30


def test_commitment_changes_with_seed_question_version_and_points() -> None:
    paper = draw(course(), bank_items(bank()), "seed")
    other = draw(course(), [BankItem(o.id, 2, o.field, o.kind, o.difficulty) for o in bank_items(bank())], "seed")

    assert len({commitment("seed", paper), commitment("seed2", paper), commitment("seed", other)}) == 3
