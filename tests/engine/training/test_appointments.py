"""Appointments: every pair of states, what each step needs, terms."""

from datetime import date

import pytest

from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.training.appointments import (
    CLOSED,
    STATES,
    STEPS,
    check_said,
    step_between,
    steps_for,
    term_end,
)

PAIRS = {(one.before, one.after) for one in STEPS}


@pytest.mark.parametrize("before", list(STATES))
@pytest.mark.parametrize("after", list(STATES))
def test_every_pair_of_states_is_a_step_or_refused(before: str, after: str) -> None:
    if (before, after) in PAIRS:
        assert step_between(before, after).after == after
    else:
        with pytest.raises(Conflict, match=r"training\.appointment\.state"):
            step_between(before, after)


def test_nothing_leads_out_of_a_closed_state_and_everything_else_can_be_closed() -> None:
    assert not {before for before, _ in PAIRS} & CLOSED
    for state in STATES.keys() - CLOSED:
        assert {after for before, after in PAIRS if before == state} & CLOSED or state == "filed"


def test_serving_is_reached_only_by_filing() -> None:
    assert {before for before, after in PAIRS if after == "serving"} == {"filed"}
    assert [one.after for one in steps_for("appointed", "officer")] == ["filed", "dismissed"]


@pytest.mark.parametrize(
    ("before", "after", "said", "missing"),
    [
        ("nominated", "appointed", {}, "letter"),
        ("nominated", "appointed", {"letter": "  "}, "letter"),
        ("appointed", "filed", {}, "certificate"),
        ("serving", "changed", {"ground": "离职"}, "successor"),
        ("serving", "dismissed", {}, "ground"),
    ],
)
def test_a_step_is_refused_without_what_it_needs(before: str, after: str, said: dict[str, str], missing: str) -> None:
    with pytest.raises(BadInput) as refusal:
        check_said(step_between(before, after), said)

    assert refusal.value.facts["first"] == missing


def test_a_term_ends_the_day_before_its_anniversary() -> None:
    assert term_end(date(2024, 1, 4), 3) == date(2027, 1, 3)
    assert term_end(date(2024, 2, 29), 3) == date(2027, 2, 28)
