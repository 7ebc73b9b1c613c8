"""Marks: exact, by field, the same in any order, and never lower because a question was withdrawn."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.errors import BadInput
from pinzhi.engine.training.marking import mark, valid_until
from pinzhi.engine.training.papers import draw, lay_out
from tests.engine.training.bank import bank, bank_items, course

QUESTIONS = bank()
PAPER = draw(course(), bank_items(QUESTIONS), "seed")


@st.composite
def answers(draws: st.DrawFn) -> dict[str, object]:
    given: dict[str, object] = {}
    for one in PAPER:
        question = QUESTIONS[one.id]
        codes = [choice.code for choice in question.choices]
        if question.kind == "multiple":
            chosen = draws(st.lists(st.sampled_from(codes), unique=True))
        else:
            chosen = draws(st.sampled_from(["", *codes]))
        if chosen:
            given[one.id] = chosen
    return given


def test_mark_gives_everything_for_right_answers_and_nothing_for_none() -> None:
    right = {one.id: QUESTIONS[one.id].right_answer for one in PAPER}

    best, worst = mark(course(), PAPER, QUESTIONS, right), mark(course(), PAPER, QUESTIONS, {})

    assert (best.percent, best.shown, best.passed, best.right, best.answered) == (100, Decimal("100.0"), True, 9, 9)
    assert (worst.percent, worst.passed, worst.right, worst.answered, worst.questions) == (0, False, 0, 0, 9)
    assert [(one.code, one.points, one.earned) for one in best.fields] == [
        ("law", Decimal("50.0"), Decimal("50.0")),
        ("tools", Decimal("50.0"), Decimal("50.0")),
    ]


def test_mark_gives_a_multiple_choice_all_or_nothing() -> None:
    item = next(one.id for one in PAPER if QUESTIONS[one.id].kind == "multiple")

    earned = [
        mark(course(), PAPER, QUESTIONS, {item: chosen}).percent for chosen in (["A", "C"], ["A"], ["A", "B", "C"])
    ]

    assert earned == [Fraction(25, 2), 0, 0]


def test_mark_passes_exactly_at_the_pass_mark() -> None:
    law = {one.id: QUESTIONS[one.id].right_answer for one in PAPER if QUESTIONS[one.id].field == "law"}
    multiple = next(one.id for one in PAPER if QUESTIONS[one.id].kind == "multiple")

    at = mark(course(pass_at=Decimal("62.5")), PAPER, QUESTIONS, {**law, multiple: ["A", "C"]})
    below = mark(course(pass_at=Decimal("62.6")), PAPER, QUESTIONS, {**law, multiple: ["A", "C"]})

    assert (at.shown, at.passed, below.passed) == (Decimal("62.5"), True, False)


@given(answers(), st.sets(st.sampled_from([one.id for one in PAPER])))
def test_withdrawing_questions_never_lowers_a_mark(given_answers: dict[str, object], withdrawn: set[str]) -> None:
    before = mark(course(), PAPER, QUESTIONS, given_answers)  # type: ignore[arg-type]

    after = mark(course(), PAPER, QUESTIONS, given_answers, withdrawn=frozenset(withdrawn))  # type: ignore[arg-type]

    assert after.percent >= before.percent
    assert (after.passed or not before.passed) is True


@given(answers(), st.text(min_size=1, max_size=8))
def test_the_order_in_which_a_candidate_answers_changes_nothing(
    given_answers: dict[str, object], candidate: str
) -> None:
    options = {one.id: tuple(c.code for c in QUESTIONS[one.id].choices) for one in PAPER}
    order = [place.id for place in lay_out(options, "seed", candidate)]
    mixed = {item: given_answers[item] for item in order if item in given_answers}

    assert mark(course(), PAPER, QUESTIONS, mixed) == mark(course(), PAPER, QUESTIONS, given_answers)  # type: ignore[arg-type]
    shuffled = sorted(PAPER, key=lambda one: order.index(one.id))
    assert mark(course(), shuffled, QUESTIONS, mixed).percent == mark(course(), PAPER, QUESTIONS, mixed).percent  # type: ignore[arg-type]


@pytest.mark.parametrize("answer", ["Z", ["A"], "A,B"])
def test_mark_refuses_what_is_no_option(answer: object) -> None:
    item = next(one.id for one in PAPER if QUESTIONS[one.id].kind == "single")

    with pytest.raises(BadInput):
        mark(course(), PAPER, QUESTIONS, {item: answer})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("years", "granted", "until"),
    [
        (3, date(2024, 1, 4), date(2027, 1, 3)),
        (1, date(2024, 2, 29), date(2025, 2, 28)),
        (4, date(2024, 2, 29), date(2028, 2, 28)),
        (None, date(2024, 1, 4), None),
    ],
)
def test_valid_until_is_the_day_before_the_anniversary(years: int | None, granted: date, until: date | None) -> None:
    assert valid_until(course(validity_years=years), granted) == until
