"""Enrolments: states, places, who may sit and who may sit again."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.errors import Conflict
from pinzhi.engine.training.enrolments import (
    MOVES,
    Attempt,
    Dates,
    bars,
    check_move,
    has_attended,
    moves_up,
    place_for,
    session_state,
)
from tests.engine.training.bank import course

DAY = date(2024, 1, 4)
DATES = Dates(date(2024, 2, 1), date(2024, 2, 20), date(2024, 3, 1), date(2024, 3, 4), date(2024, 3, 8))


@pytest.mark.parametrize(
    ("on", "admitted", "state"),
    [
        (date(2024, 1, 31), 0, "planned"),
        (date(2024, 2, 1), 0, "open"),
        (date(2024, 2, 20), 29, "open"),
        (date(2024, 2, 20), 30, "full"),
        (date(2024, 2, 21), 30, "enrolled"),
        (date(2024, 3, 1), 30, "running"),
        (date(2024, 3, 4), 30, "running"),
        (date(2024, 3, 5), 30, "exam"),
        (date(2024, 3, 8), 30, "exam"),
        (date(2024, 3, 9), 30, "closed"),
    ],
)
def test_session_state_follows_the_day(on: date, admitted: int, state: str) -> None:
    assert session_state(DATES, on=on, capacity=30, admitted=admitted) == state
    assert session_state(DATES, on=on, capacity=30, admitted=admitted, is_cancelled=True) == "cancelled"


@pytest.mark.parametrize("before", list(MOVES))
@pytest.mark.parametrize("after", list(MOVES))
def test_every_move_is_allowed_or_refused(before: str, after: str) -> None:
    if after in MOVES[before]:
        check_move(before, after)
    else:
        with pytest.raises(Conflict, match=r"training\.enrolment\.state"):
            check_move(before, after)


@given(st.integers(1, 50), st.integers(0, 80), st.lists(st.integers(), unique=True, max_size=80))
def test_the_waiting_list_moves_up_in_order_and_never_over_the_places(
    capacity: int, admitted: int, waiting: list[int]
) -> None:
    moved = moves_up(capacity, admitted, waiting)

    assert list(moved) == waiting[: len(moved)]
    assert not moved or admitted + len(moved) <= capacity
    assert len(moved) == min(len(waiting), max(0, capacity - admitted))


def test_nobody_passes_those_who_wait() -> None:
    assert place_for(30, 29, 0) == "admitted"
    assert place_for(30, 30, 0) == "waiting"
    assert place_for(30, 29, 1) == "waiting"


@pytest.mark.parametrize(("attended", "enough"), [(7, False), (8, True), (10, True), (0, False)])
def test_attendance_is_enough_at_exactly_the_share(attended: int, enough: bool) -> None:
    assert has_attended(course(), attended, 10) is enough
    assert not has_attended(course(), 0, 0)


@pytest.mark.parametrize(
    ("state", "attended", "attempts", "barred"),
    [
        ("admitted", 8, [], 0),
        ("admitted", 7, [], 1),
        ("waiting", 7, [], 2),
        ("admitted", 8, [(10, False)], 0),
        ("admitted", 8, [(180, False)], 0),
        ("admitted", 8, [(181, False)], 1),
        ("admitted", 8, [(40, False), (10, False)], 1),
        ("admitted", 8, [(10, True)], 1),
        ("admitted", 8, [(10, None)], 1),
    ],
)
def test_bars_say_what_keeps_somebody_out(
    state: str, attended: int, attempts: list[tuple[int, bool | None]], barred: int
) -> None:
    given_attempts = [Attempt(DAY - timedelta(days=days), passed) for days, passed in attempts]

    found = bars(course(), state=state, attended=attended, held=10, attempts=given_attempts, on=DAY)

    assert len(found) == barred
