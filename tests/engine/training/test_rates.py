"""Rates with their denominators."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.training.rates import Outcome, coverage, pass_rate

OUTCOMES = st.builds(
    lambda person, course, attended, sat, passed: Outcome(person, course, attended, sat, passed if sat else None),
    st.sampled_from("abcdef"),
    st.sampled_from(["cqo", "cbo"]),
    st.booleans(),
    st.booleans(),
    st.sampled_from([True, False, None]),
)


def test_pass_rate_of_the_worked_example_prints_its_denominator() -> None:
    outcomes = [Outcome(f"p{n}", "cqo", True, n < 1000, n < 930 if n < 1000 else None) for n in range(1300)]

    rate = pass_rate(outcomes)

    assert (rate.attended, rate.sat, rate.passed) == (1300, 1000, 930)
    assert (rate.percent(1), rate.percent_of_attended()) == (Decimal("93.0"), Decimal("71.5"))


def test_a_resit_counts_once_and_the_absent_not_at_all() -> None:
    rate = pass_rate(
        [
            Outcome("a", "cqo", True, True, False),
            Outcome("a", "cqo", True, True, True),
            Outcome("b", "cqo", True, True, False),
            Outcome("c", "cqo", True, False, None),
            Outcome("d", "cqo", True, True, None),
        ]
    )

    assert (rate.attended, rate.persons, rate.sat, rate.passed, rate.unmarked) == (5, 4, 2, 1, 1)
    assert rate.percent() == 50


@given(st.lists(OUTCOMES))
def test_counts_stand_in_order_and_do_not_depend_on_the_order(outcomes: list[Outcome]) -> None:
    rate = pass_rate(outcomes)

    assert rate == pass_rate(reversed(outcomes))
    assert 0 <= rate.passed <= rate.sat
    assert rate.persons <= rate.attended
    assert (rate.share is None) == (rate.sat == 0)


def test_coverage_counts_enterprises_of_the_list_only() -> None:
    found = coverage(["a", "b", "c", "c"], ["a", "x", "a"])

    assert (found.listed, found.covered, found.percent()) == (3, 1, Decimal("33.3"))
    assert coverage([], ["a"]).share is None
