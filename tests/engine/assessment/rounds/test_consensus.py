"""Layers of an item: independent marks, the talk they need, what the panel agreed, what the site changed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.assessment.rounds.consensus import Layer, Settlement, check_percent, settle, spread, without
from pinzhi.engine.errors import BadInput, Conflict
from tests.engine.assessment.rounds.facts import MAYOR, marks, pct, stage

DESK = stage(MAYOR, "desk_review")
SITE = stage(MAYOR, "site_visit")
AGREED = Settlement("4.1.2", Decimal(50), "lead", "evidence of deployment read together")


def test_57_percent_is_refused_and_55_is_not() -> None:
    assert check_percent(Decimal(55), DESK.step) == 55
    with pytest.raises(BadInput) as refused:
        check_percent(Decimal(57), DESK.step)
    assert refused.value.code == "assessment.round.percent"


@pytest.mark.parametrize("percent", ["-5", "105", "NaN", "Infinity"])
def test_percentages_out_of_range_are_refused(percent: str) -> None:
    with pytest.raises(BadInput):
        check_percent(Decimal(percent), DESK.step)


def test_a_range_of_25_needs_talk_and_has_no_result_before() -> None:
    (found,) = settle(DESK, ["4.1.2"], marks("4.1.2", 40, 50, 65))

    assert (found.spread, found.needs_talk, found.percent) == (25, True, None)
    assert [layer.kind for layer in found.layers] == ["independent"] * 3


def test_a_range_of_20_needs_none() -> None:
    (found,) = settle(DESK, ["4.1.2"], marks("4.1.2", 40, 50, 60))

    assert (found.spread, found.needs_talk, found.percent) == (20, False, 50)


def test_what_the_panel_agreed_and_the_site_changed_keeps_every_layer() -> None:
    changed = Settlement("4.1.2", Decimal(55), "lead", "a second plant was seen")

    (found,) = settle(DESK, ["4.1.2"], marks("4.1.2", 40, 50, 65), agreed=[AGREED], changed=[changed])

    assert found.percent == 55
    assert not found.needs_talk
    assert found.layers == (
        Layer("independent", Decimal(40), "j1"),
        Layer("independent", Decimal(50), "j2"),
        Layer("independent", Decimal(65), "j3"),
        Layer("consensus", Decimal(50), "lead", "evidence of deployment read together"),
        Layer("site", Decimal(55), "lead", "a second plant was seen"),
    )


def test_a_panel_that_works_by_consensus_agrees_on_every_item() -> None:
    (found,) = settle(SITE, ["4.1.2"], marks("4.1.2", 50, 50, 50))

    assert (found.needs_talk, found.percent) == (True, None)


def test_consensus_before_all_independent_marks_is_refused() -> None:
    with pytest.raises(Conflict) as refused:
        settle(DESK, ["4.1.2"], marks("4.1.2", 40, 65), agreed=[AGREED])
    assert refused.value.code == "assessment.round.independent_first"


def test_a_change_on_site_before_consensus_is_refused() -> None:
    with pytest.raises(Conflict) as refused:
        settle(DESK, ["4.1.2"], marks("4.1.2", 40, 50, 65), changed=[AGREED])
    assert refused.value.code == "assessment.round.consensus_first"


@pytest.mark.parametrize(
    "settlement",
    [
        Settlement("4.1.2", Decimal(50), "lead", "  "),
        Settlement("4.1.2", Decimal(52), "lead", "because"),
        Settlement("9.9", Decimal(50), "lead", "because"),
    ],
)
def test_settlements_without_reason_step_or_item_are_refused(settlement: Settlement) -> None:
    with pytest.raises(BadInput):
        settle(DESK, ["4.1.2"], marks("4.1.2", 40, 50, 65), agreed=[settlement])


def test_a_second_mark_of_one_judge_is_refused() -> None:
    with pytest.raises(BadInput):
        settle(DESK, ["4.1.2"], [*marks("4.1.2", 40), *marks("4.1.2", 45)])


def test_marks_of_a_judge_in_conflict_count_no_more() -> None:
    kept = without(marks("4.1.2", 40, 50, 65), ["j3"])

    assert spread(mark.percent for mark in kept) == 10
    assert settle(DESK, ["4.1.2"], kept)[0].percent is None  # three marks are needed


@given(st.lists(st.integers(0, 20).map(lambda value: value * 5), min_size=3, max_size=9), st.randoms())
def test_a_result_lies_within_its_marks_whatever_their_order(values: list[int], order: object) -> None:
    given_marks = marks("4.1.2", *values)
    shuffled = list(given_marks)
    order.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random

    (found,) = settle(DESK, ["4.1.2"], given_marks)

    assert settle(DESK, ["4.1.2"], shuffled) == (found,)
    assert found.needs_talk == (max(values) - min(values) > 20)
    assert found.percent is None or min(pct(*values)) <= found.percent <= max(pct(*values))
