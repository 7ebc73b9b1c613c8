"""Scores: exact, explained, and the same whatever the order of the answers."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.assessment.outcome import Change, compare, grade, is_passed
from pinzhi.engine.assessment.scores import score
from pinzhi.engine.errors import BadInput
from tests.engine.assessment.sheets import instrument, item, option, section

FIVES = st.integers(0, 20).map(lambda step: str(step * 5))


def test_points_are_a_percentage_of_what_the_item_is_worth() -> None:
    found = score(instrument(item("a", points=50), item("b", points=10)), {"a": "55", "b": "45"})

    assert [part.shown for part in found.parts] == [Decimal("27.50"), Decimal("4.50")]
    assert (found.shown, found.points) == (Decimal("32.00"), 60)
    assert found.reasons[0].en == "sum of the parts 32.00 of 60.00"
    assert found.parts[0].reasons[0].zh == "50 × 55%"


@pytest.mark.parametrize(
    ("rule", "percent", "state"), [("zero", Fraction(50), "zero"), ("left-out", Fraction(100), "left-out")]
)
def test_what_is_missing_counts_as_the_instrument_says(rule: str, percent: Fraction, state: str) -> None:
    found = score(instrument(item("a", points=10), item("b", points=10), unanswered=rule), {"a": "100"})

    assert found.percent == percent
    assert found.parts[1].state == state


def test_a_missing_answer_may_refuse_the_whole() -> None:
    with pytest.raises(BadInput) as refused:
        score(instrument(item("a", points=10), unanswered="refuse"), {})
    assert refused.value.code == "assessment.answer.missing"


def test_an_answer_that_is_not_allowed_refuses_the_whole() -> None:
    with pytest.raises(BadInput) as refused:
        score(instrument(item("a", points=10)), {"a": "57"})
    assert refused.value.facts["item"] == "a"


def test_nothing_answered_is_no_percentage_at_all() -> None:
    found = score(instrument(item("a", points=10), unanswered="left-out"), {})

    assert (found.percent, found.earned, found.shown, found.state) == (None, None, None, "left-out")


def test_a_branch_that_is_closed_counts_neither_for_nor_against() -> None:
    sheet = instrument(
        item("export", "single", option=(option("yes", 5), option("no", 5))),
        item("abroad", points=10, when={"item": "export", "equals": "yes"}),
    )

    closed = score(sheet, {"export": "no", "abroad": "100"})

    assert closed.percent == 100
    assert closed.part("abroad").state == "not-asked"  # type: ignore[union-attr]
    assert score(sheet, {"export": "yes"}).percent == Fraction(100, 3)


def test_reverse_items_turn_round_and_a_scale_begins_at_nothing() -> None:
    sheet = instrument(item("good", "likert"), item("bad", "likert", reverse=True), method="mean")

    assert score(sheet, {"good": "5", "bad": "1"}).percent == 100
    assert score(sheet, {"good": "1", "bad": "5"}).percent == 0
    assert score(sheet, {"good": "3", "bad": "2"}).percent == Fraction(125, 2)


def test_weights_of_items_count_in_a_mean() -> None:
    sheet = instrument(item("a", points=1, weight=3), item("b", points=9), method="mean")

    assert score(sheet, {"a": "100", "b": "0"}).percent == 75


@pytest.mark.parametrize(
    ("chosen", "points"),
    [(["a", "b"], 5), (["a", "wrong"], 1), (["wrong"], 0), (["a", "b", "wrong"], 3), (["none"], 0)],
)
def test_a_wrong_choice_costs_points_and_never_more_than_there_are(chosen: list[str], points: int) -> None:
    sheet = instrument(
        item("m", "multiple", option=(option("a", 3), option("b", 2), option("wrong", -2), option("none", alone=True)))
    )
    assert score(sheet, {"m": chosen}).earned == points


@pytest.mark.parametrize(("answer", "points"), [("95", 100), ("94", 100), ("93.99", 80), ("89", 0)])
def test_a_number_is_worth_the_step_it_reaches(answer: str, points: int) -> None:
    steps = ({"at_least": 94, "points": 100}, {"at_least": 90, "points": 80})

    assert score(instrument(item("rate", "number", steps=steps)), {"rate": answer}).earned == points


WEIGHED = instrument(
    item("x", points=20, section="one"),
    item("y", points=80, section="two"),
    item("z", points=20, section="two"),
    section=(section("one", weight=Decimal("0.3")), section("two", weight=Decimal("0.7"))),
    method="weighted_sum",
    unanswered="left-out",
    scale=1000,
    digits=1,
)


def test_sections_weigh_as_written_whatever_their_points() -> None:
    found = score(WEIGHED, {"x": "100", "y": "50", "z": "0"})

    assert found.percent == 30 + Fraction(7, 10) * 40
    assert found.shown == Decimal("580.0")
    assert found.points == 1000


def test_a_section_left_out_leaves_its_weight_to_the_others() -> None:
    assert score(WEIGHED, {"x": "65"}).percent == 65


def test_a_total_is_rounded_once_at_the_end() -> None:
    sheet = instrument(*[item(f"i{n}", "likert", low=0, high=3, weight=1) for n in range(3)], method="mean", scale=100)

    found = score(sheet, {"i0": "1", "i1": "1", "i2": "1"})

    assert found.percent == Fraction(100, 3)
    assert found.shown == Decimal("33.33")


NUMBERED = instrument(*[item(f"i{n}", points=n + 1) for n in range(6)])


@given(st.lists(FIVES, min_size=6, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(marks: list[str], chance: Any) -> None:
    answers = [(f"i{n}", mark) for n, mark in enumerate(marks)]
    shuffled = answers[:]
    chance.shuffle(shuffled)

    assert score(NUMBERED, dict(answers)) == score(NUMBERED, dict(shuffled))


@given(st.lists(FIVES, min_size=6, max_size=6), st.integers(0, 5), FIVES)
def test_a_better_mark_never_lowers_the_total(marks: list[str], place: int, other: str) -> None:
    before = {f"i{n}": mark for n, mark in enumerate(marks)}
    after = {**before, f"i{place}": max(other, before[f"i{place}"], key=int)}

    assert (score(NUMBERED, after).earned or 0) >= (score(NUMBERED, before).earned or 0)


@given(st.lists(FIVES, min_size=6, max_size=6))
def test_parts_add_up_and_stay_within_bounds(marks: list[str]) -> None:
    found = score(NUMBERED, {f"i{n}": mark for n, mark in enumerate(marks)})

    assert found.earned == sum((part.earned or 0) for part in found.parts)
    assert 0 <= (found.percent or 0) <= 100


def test_a_grade_is_the_best_line_reached_exactly() -> None:
    lines = (
        {"code": "A", "title": {"zh": "甲", "en": "A"}, "at_least": 90},
        {"code": "B", "title": {"zh": "乙", "en": "B"}, "at_least": 80},
    )
    sheet = instrument(item("a", points=10), grade=lines, pass_at=80)

    def code(percent: Fraction) -> str | None:
        found = grade(sheet, percent)
        return found.code if found else None

    assert [code(Fraction(one)) for one in ("90", "89.5", "80", "79.99")] == ["A", "B", "B", None]
    assert is_passed(sheet, Fraction(80)) is True
    assert is_passed(sheet, None) is False
    assert is_passed(NUMBERED, Fraction(80)) is None


def test_two_scores_differ_by_the_parts_that_changed() -> None:
    before = score(NUMBERED, {"i0": "100", "i1": "50"})
    after = score(NUMBERED, {"i0": "100", "i1": "100"})

    assert compare(before, before) == ()
    assert compare(before, after) == (Change("", Fraction(2), Fraction(3)), Change("i1", Fraction(1), Fraction(2)))
    assert compare(before, after)[0].difference == 1
