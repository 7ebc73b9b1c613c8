"""The way of a visitor, and when a point is staffed."""

from datetime import time
from typing import get_args

import pytest

from pinzhi.engine.casework.walkins import STATES, Act, WalkInState, after, check_shift, staffed
from pinzhi.engine.errors import BadInput, Conflict

WAYS = {
    ("waiting", "call"): "serving",
    ("waiting", "leave"): "left",
    ("waiting", "hand-on"): "handed-on",
    ("serving", "serve"): "served",
    ("serving", "leave"): "left",
    ("serving", "hand-on"): "handed-on",
}


@pytest.mark.parametrize("state", get_args(WalkInState))
@pytest.mark.parametrize("act", get_args(Act))
def test_every_act_leads_on_or_is_refused(state: str, act: str) -> None:
    if (state, act) in WAYS:
        assert after(state, act) == WAYS[state, act]
        return
    with pytest.raises(Conflict, match=r"walk-in\.state"):
        after(state, act)


def test_an_act_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match=r"walk-in\.act"):
        after("waiting", "promote")


def test_every_state_has_its_words() -> None:
    assert STATES.keys() == set(get_args(WalkInState))


def test_shifts_that_touch_or_overlap_are_one_span() -> None:
    shifts = [(time(13, 30), time(17)), (time(9), time(12)), (time(11), time(13)), (time(13), time(13, 30))]

    assert staffed(shifts) == ((time(9), time(17)),)
    assert staffed([(time(9), time(12)), (time(13), time(14))]) == ((time(9), time(12)), (time(13), time(14)))
    assert staffed([]) == ()


@pytest.mark.parametrize(("starts", "ends"), [(time(9), time(9)), (time(17), time(9))])
def test_a_shift_ends_after_it_starts(starts: time, ends: time) -> None:
    with pytest.raises(BadInput, match=r"shift\.times"):
        check_shift(starts, ends)
