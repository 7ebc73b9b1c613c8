"""Totals, grades by their lines, and runs of years."""

from decimal import Decimal
from fractions import Fraction

import pytest

from pinzhi.engine.assessment.judging.aggregation import rounded, trimmed_mean
from pinzhi.engine.assessment.rounds.quotas import earns
from pinzhi.engine.assessment.rounds.totals import grade, streak, total
from pinzhi.engine.errors import BadInput
from tests.engine.assessment.rounds.facts import CONTEST, GOVERNMENT, MAYOR


@pytest.mark.parametrize(
    ("percent", "expected"),
    [("100", "A"), ("90.0", "A"), ("89.99", "B"), ("89.5", "B"), ("80", "B"), ("79.9", "C"), ("60", "C"), ("59.9", "D"),
     ("0", "D")],
)  # fmt: skip
def test_grades_of_government_work_have_their_lines_at_90_80_and_60(percent: str, expected: str) -> None:
    assert grade(GOVERNMENT, Decimal(percent)).grade == expected


def test_a_systemic_safety_event_forces_d() -> None:
    found = grade(GOVERNMENT, Decimal(93), frozenset({"systemic-safety-event"}))

    assert (found.grade, found.is_forced) == ("D", True)
    assert grade(GOVERNMENT, Decimal(93), frozenset({"another-fact"})).grade == "A"


def test_a_streak_ends_at_the_latest_year_and_breaks_at_a_missing_one() -> None:
    assert streak(dict(enumerate("BAAAAAA", start=2017)), "A") == 6
    assert streak({2020: "A", 2022: "A", 2023: "A"}, "A") == 2
    assert streak({2022: "A", 2023: "B"}, "A") == 0
    assert streak({}, "A") == 0


def test_a_contest_weighs_desk_and_presentation() -> None:
    trimmed = trimmed_mean([Decimal(mark) for mark in (88, 92, 79, 90, 85)])
    found = total(CONTEST, "industry", {"desk_review": trimmed, "hearing": Decimal(90)})

    assert (trimmed, rounded(trimmed, CONTEST.digits)) == (Fraction(263, 3), Decimal("87.67"))
    assert found.points == Decimal("89.07")


def test_a_total_is_rounded_once_half_up_and_thresholds_go_by_the_exact_one() -> None:
    found = total(MAYOR, "team", {"desk_review": Decimal(50), "site_visit": Decimal("54.99"), "hearing": Decimal(55)})

    assert found.percent == Decimal("53.495")
    assert found.points == Decimal("535.0")
    every_item = dict.fromkeys(("desk_review", "site_visit", "hearing"), Decimal(55))
    assert total(MAYOR, "organisation", every_item).points == Decimal("550.0")


def test_thirds_reach_a_line_exactly() -> None:
    found = total(CONTEST, "industry", {"desk_review": Fraction(200, 3), "hearing": Fraction(800, 9)})

    assert found.percent == 80
    assert earns(CONTEST, "first", found.percent)
    assert not earns(CONTEST, "first", found.percent - Fraction(1, 10**30))


def test_a_total_without_a_stage_is_refused() -> None:
    with pytest.raises(BadInput):
        total(CONTEST, "industry", {"hearing": Decimal(90)})
