"""Public notices: the clock and its suspension, who may object and handle, what keeps a list from its announcement."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.assessment.rounds.notices import (
    Objection,
    Posted,
    Seen,
    Standing,
    check_closing,
    check_handler,
    check_objection,
    for_applicant,
    standing,
)
from pinzhi.engine.errors import BadInput, Conflict, NotAllowed
from tests.engine.assessment.rounds.facts import DAYS, MAYOR, stage

RULE = stage(MAYOR, "public_notice").notice
BY_ENTRY = stage(MAYOR, "acceptance_notice").notice
POSTED = Posted(date(2024, 2, 8), ("a", "b"), "00")
OBJECTION = Objection("o1", "a", "false-material", date(2024, 2, 19), objector="某单位", handler="officer-2")
CLOSED = replace(OBJECTION, closed_on=date(2024, 2, 22), outcome="unfounded", finding="the files are genuine")


def at(day: date, *objections: Objection, by_entry: bool = False) -> Standing:
    rule = BY_ENTRY if by_entry else RULE
    assert rule is not None
    return standing(rule, POSTED, objections, on=day, days=DAYS)


def test_a_notice_runs_to_the_end_of_its_fifth_working_day() -> None:
    assert not at(date(2024, 2, 21)).may_be_announced
    assert at(date(2024, 2, 22)).may_be_announced


def test_an_open_objection_stops_the_clock_of_the_whole_list() -> None:
    found = at(date(2024, 6, 3), OBJECTION)

    assert (found.open, found.may_be_announced) == (("o1",), False)
    assert found.periods["b"].last_day is None
    assert found.objected == {"a": ("o1",), "b": ()}


def test_an_open_objection_stops_the_clock_of_its_entry_alone_where_the_scheme_says_so() -> None:
    found = at(date(2024, 2, 22), OBJECTION, by_entry=True)

    assert (found.is_over("a"), found.is_over("b")) == (False, True)
    assert not found.may_be_announced  # as long as anything is open


def test_the_clock_goes_on_after_the_objection_is_closed() -> None:
    # 9 and 18 February were counted; 19 to 22 stood still; 23, 26 and 27 remain.
    assert at(date(2024, 2, 27), CLOSED).periods["a"].last_day == date(2024, 2, 27)
    assert not at(date(2024, 2, 27), CLOSED).may_be_announced
    assert at(date(2024, 2, 28), CLOSED).may_be_announced


def test_what_was_open_on_a_day_stays_open_in_the_picture_of_that_day() -> None:
    assert at(date(2024, 2, 21), CLOSED).open == ("o1",)


def test_an_entry_is_removed_and_the_others_go_on() -> None:
    founded = replace(CLOSED, outcome="founded", removes=True)

    found = at(date(2024, 2, 28), founded)

    assert (found.removed, found.remaining, found.may_be_announced) == (("a",), ("b",), True)


def test_an_objection_after_the_end_stops_nothing_and_is_kept() -> None:
    late = replace(OBJECTION, received_on=date(2024, 2, 22))

    found = at(date(2024, 2, 23), late)

    assert (found.late, found.open, found.may_be_announced) == (("o1",), (), True)


def test_an_objection_on_the_last_day_is_in_time() -> None:
    found = at(date(2024, 2, 22), replace(OBJECTION, received_on=date(2024, 2, 21)))

    assert (found.open, found.may_be_announced) == (("o1",), False)


def test_a_list_without_anybody_left_is_not_announced() -> None:
    alone = replace(POSTED, entries=("a",))
    assert RULE is not None
    founded = replace(CLOSED, outcome="founded", removes=True)

    assert not standing(RULE, alone, [founded], on=date(2024, 3, 20), days=DAYS).may_be_announced


@pytest.mark.parametrize(
    "objection",
    [
        replace(OBJECTION, entry="z"),
        replace(OBJECTION, received_on=date(2024, 2, 7)),
        replace(OBJECTION, received_on=date(2024, 2, 22)),
        replace(OBJECTION, objector=" ", evidence=0),
    ],
)
def test_objections_that_cannot_be_taken_are_refused(objection: Objection) -> None:
    with pytest.raises(BadInput):
        check_objection(objection, POSTED, at(date(2024, 2, 19)).periods["a"])


def test_an_objection_without_a_name_is_taken_with_evidence() -> None:
    check_objection(replace(OBJECTION, objector="", evidence=1), POSTED, at(date(2024, 2, 19)).periods["a"])


@pytest.mark.parametrize("handler", ["", "officer-1", "某单位"])
def test_the_case_officer_and_the_objector_may_not_handle_it(handler: str) -> None:
    with pytest.raises(NotAllowed):
        check_handler(OBJECTION, handler, {"officer-1"})


def test_closing_needs_handler_outcome_and_finding() -> None:
    day = date(2024, 2, 22)
    check_closing(OBJECTION, on=day, outcome="founded", finding="forged", removes=True)
    with pytest.raises(BadInput):
        check_closing(OBJECTION, on=day, outcome="unfounded", finding="genuine", removes=True)
    with pytest.raises(BadInput):
        check_closing(OBJECTION, on=day, outcome="founded", finding=" ", removes=False)
    with pytest.raises(BadInput):
        check_closing(replace(OBJECTION, handler=""), on=day, outcome="founded", finding="forged", removes=True)
    with pytest.raises(BadInput):
        check_closing(OBJECTION, on=date(2024, 2, 18), outcome="founded", finding="forged", removes=True)
    with pytest.raises(Conflict):
        check_closing(CLOSED, on=day, outcome="founded", finding="forged", removes=True)


def test_the_applicant_never_sees_who_objected() -> None:
    seen = for_applicant(OBJECTION)

    assert seen == Seen("o1", "a", "false-material", date(2024, 2, 19), "", "")
    assert "某单位" not in repr(seen)


_DAYS_ON = st.integers(0, 40).map(lambda days: POSTED.on + timedelta(days=days))


@st.composite
def objections(draw: st.DrawFn) -> Objection:
    received = draw(_DAYS_ON)
    closed = draw(st.none() | st.integers(0, 30).map(lambda days: received + timedelta(days=days)))
    removes = closed is not None and draw(st.booleans())
    return Objection(
        draw(st.uuids().map(str)), draw(st.sampled_from(["a", "b", ""])), "other", received,
        evidence=1, closed_on=closed, removes=removes,
    )  # fmt: skip


@given(made=st.lists(objections(), max_size=5), on=_DAYS_ON, by_entry=st.booleans())
def test_no_objections_shorten_a_notice_or_let_it_end_while_open(
    made: list[Objection], on: date, by_entry: bool
) -> None:
    plain = at(on, by_entry=by_entry)
    found = at(on, *made, by_entry=by_entry)

    timely_open = [one for one in made if one.is_open(on) and one.received_on <= date(2024, 2, 21)]
    if timely_open or on <= date(2024, 2, 21):
        assert not found.may_be_announced
    for key in POSTED.entries:
        assert plain.is_over(key) >= found.is_over(key)
    assert at(on, *reversed(made), by_entry=by_entry) == found
