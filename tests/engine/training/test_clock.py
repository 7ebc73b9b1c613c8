"""The clock of a sitting: on the server, never backwards, and over at the second."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.errors import Conflict
from pinzhi.engine.training.clock import Window, deadline, honest, remaining_s, require_open, takes_answers

NINE = datetime(2024, 1, 4, 9, tzinfo=UTC)
WINDOW = Window(NINE, NINE + timedelta(hours=2))
SECONDS = st.integers(-20_000, 20_000)


def test_deadline_counts_from_the_beginning_and_never_passes_the_window() -> None:
    assert deadline(WINDOW, NINE, 60) == NINE + timedelta(hours=1)
    assert deadline(WINDOW, NINE + timedelta(minutes=90), 60) == WINDOW.ends_at


@pytest.mark.parametrize(
    ("seconds", "takes", "left"), [(-1, True, 1), (0, False, 0), (1, False, 0), (-3600, True, 3600)]
)
def test_an_answer_counts_before_the_deadline_and_not_at_it(seconds: int, takes: bool, left: int) -> None:
    until = deadline(WINDOW, NINE, 60)

    assert takes_answers(until, until + timedelta(seconds=seconds)) is takes
    assert remaining_s(until, until + timedelta(seconds=seconds)) == left


@given(SECONDS, st.integers(1, 480), st.integers(0, 7_199))
def test_no_answer_counts_after_the_end_whenever_one_began(at: int, minutes: int, began: int) -> None:
    until = deadline(WINDOW, NINE + timedelta(seconds=began), minutes)
    moment = NINE + timedelta(seconds=at)

    assert takes_answers(until, moment) is (moment < until)
    assert until <= WINDOW.ends_at
    assert (remaining_s(until, moment) > 0) <= takes_answers(until, moment)


@given(st.lists(SECONDS, min_size=1))
def test_a_clock_that_is_set_back_never_gives_time_back(jumps: list[int]) -> None:
    until, latest, left = deadline(WINDOW, NINE, 60), None, None
    for jump in jumps:
        latest = honest(NINE + timedelta(seconds=jump), latest)
        now_left = remaining_s(until, latest)
        assert left is None or now_left <= left
        left = now_left


@pytest.mark.parametrize(
    ("minutes", "code"), [(-1, "training.exam.early"), (120, "training.exam.over"), (121, "training.exam.over")]
)
def test_nobody_begins_outside_the_window(minutes: int, code: str) -> None:
    with pytest.raises(Conflict) as refusal:
        require_open(WINDOW, NINE + timedelta(minutes=minutes))

    assert refusal.value.code == code
    require_open(WINDOW, NINE)
