"""The clocks of a case on the official calendar: made-up weekends, waiting, coming back, extending, escalating."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.casework.cases import Case, Extended
from pinzhi.engine.casework.deadlines import Due, Told, clocks, escalations, extend, next_due
from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.periods import Stop
from tests.engine.casework.cases import CLOSER, DAYS, DUST, HANDLER, OFFICER, VERIFIER, extended, opened, went


def day(text: str) -> date:
    return date.fromisoformat(f"2024-{text}")


def clock_of(case: Case, code: str, on: date) -> Due:
    return next(one for one in clocks(DUST, case, on=on, days=DAYS) if one.code == code)


def test_rectification_counts_working_days_over_the_spring_festival() -> None:
    """Assigned Thursday 8 February 2024, 5 working days: 9, 18 (a Sunday worked), 19, 20, 21 February."""
    case = went(opened(day("02-08")), ("assign", OFFICER, day("02-08")))

    clock = clock_of(case, "rectification", day("02-19"))

    assert (clock.started_on, clock.last_day, clock.left) == (day("02-08"), day("02-21"), 2)
    assert clock.is_running
    assert not clock.is_late


def test_the_clock_stands_still_while_the_case_waits_for_others() -> None:
    """Assigned Thursday 4 January; waits from Monday 8 to Friday 12: 5, 8, 12, 15, 16 count."""
    case = went(
        opened(), ("assign", OFFICER, day("01-04")), ("wait", OFFICER, day("01-08")), ("go-on", OFFICER, day("01-12"))
    )

    clock = clock_of(case, "rectification", day("01-12"))

    assert clock.stops == (Stop(day("01-09"), day("01-11")),)
    assert clock.last_day == day("01-16")


def test_a_clock_that_stands_still_has_no_last_day() -> None:
    case = went(opened(), ("assign", OFFICER, day("01-04")), ("wait", OFFICER, day("01-05")))

    clock = clock_of(case, "rectification", day("01-31"))

    assert (clock.last_day, clock.left, clock.is_late, clock.is_running) == (None, None, False, False)


def test_a_clock_starts_anew_when_the_case_comes_back() -> None:
    case = went(
        opened(),
        ("assign", OFFICER, day("01-04")),
        ("rectify", HANDLER, day("01-09")),
        ("send-back", VERIFIER, day("01-10")),
    )

    clock = clock_of(case, "rectification", day("01-10"))

    assert (clock.started_on, clock.last_day) == (day("01-10"), day("01-17"))


def test_a_clock_met_in_time_or_late_says_so() -> None:
    case = went(opened(), ("assign", OFFICER, day("01-04")), ("rectify", HANDLER, day("01-12")))

    triage, rectification, check = clocks(DUST, case, on=day("01-12"), days=DAYS)

    assert (triage.met_on, triage.is_late) == (day("01-04"), False)
    assert (rectification.last_day, rectification.met_on, rectification.is_late) == (day("01-11"), day("01-12"), True)
    assert next_due((triage, rectification, check)) == check


def test_overdue_counts_the_working_days_since() -> None:
    case = went(opened(), ("assign", OFFICER, day("01-04")))

    clock = clock_of(case, "rectification", day("01-15"))

    assert (clock.last_day, clock.left, clock.is_late) == (day("01-11"), -2, True)


@pytest.mark.parametrize(
    ("on", "told"),
    [
        ("01-11", []),
        ("01-12", [Told("rectification", "officer", day("01-12"))]),
        (
            "01-17",
            [
                Told("rectification", "officer", day("01-12")),
                Told("rectification", "supervisor", day("01-17")),
            ],
        ),
    ],
)
def test_escalation_tells_the_officer_first_and_the_supervisor_three_working_days_later(
    on: str, told: list[Told]
) -> None:
    case = went(opened(), ("assign", OFFICER, day("01-04")))

    assert list(escalations(DUST, clocks(DUST, case, on=day(on), days=DAYS), on=day(on), days=DAYS)) == told


def test_extension_moves_the_last_day_twice_and_no_more() -> None:
    case = went(opened(), ("assign", OFFICER, day("01-04")))
    one = extend(DUST, case, "rectification", 5, ground="frost", on=day("01-10"), days=DAYS)
    case = extended(case, one, Extended("rectification", 2, day("01-11")))

    clock = clock_of(case, "rectification", day("01-11"))

    assert clock.last_day == DAYS.add(day("01-04"), 12)
    with pytest.raises(Conflict, match=r"extend\.times"):
        extend(DUST, case, "rectification", 1, ground="frost", on=day("01-12"), days=DAYS)


@pytest.mark.parametrize(
    ("code", "by", "ground", "error"),
    [
        ("rectification", 6, "frost", BadInput),
        ("rectification", 0, "frost", BadInput),
        ("rectification", 3, " ", BadInput),
        ("triage", 1, "frost", Conflict),
        ("check", 1, "frost", Conflict),
        ("nonsense", 1, "frost", Conflict),
    ],
)
def test_extension_is_refused(code: str, by: int, ground: str, error: type[Exception]) -> None:
    case = went(opened(), ("assign", OFFICER, day("01-04")))

    with pytest.raises(error):
        extend(DUST, case, code, by, ground=ground, on=day("01-05"), days=DAYS)


def test_closing_meets_every_clock() -> None:
    case = went(
        opened(),
        ("assign", OFFICER, day("01-04")),
        ("rectify", HANDLER, day("01-05")),
        ("verify", VERIFIER, day("01-08")),
        ("close", CLOSER, day("01-08")),
    )

    assert next_due(clocks(DUST, case, on=day("03-01"), days=DAYS)) is None


@given(waits=st.lists(st.integers(0, 9), max_size=6), later=st.integers(0, 30))
def test_waiting_never_shortens_a_deadline(waits: list[int], later: int) -> None:
    """However often a case waits, its last day is never earlier than without, and what is left never negative then."""
    on = day("01-04")
    case = went(opened(on), ("assign", OFFICER, on))
    plain = clock_of(case, "rectification", on)
    for wait in waits:
        case = went(case, ("wait", OFFICER, on))
        on += timedelta(days=wait)
        case = went(case, ("go-on", OFFICER, on))
    seen = on + timedelta(days=later)

    clock = clock_of(case, "rectification", seen)

    assert clock.last_day is not None
    assert plain.last_day is not None
    assert clock.last_day >= plain.last_day
    assert clock.is_late == (seen > clock.last_day)


def test_a_clock_ends_on_the_date_that_the_case_names_even_after_it_came_back() -> None:
    kind = DUST.model_copy(
        update={"deadline": tuple(one.model_copy(update={"until": "by"}) for one in DUST.deadline)}, deep=True
    )
    case = went(
        opened(),
        ("assign", OFFICER, day("01-04")),
        ("rectify", HANDLER, day("01-09")),
        ("send-back", VERIFIER, day("01-10")),
    )

    def last_day(one: Case) -> date | None:
        return next(
            due.last_day for due in clocks(kind, one, on=day("01-10"), days=DAYS) if due.code == "rectification"
        )

    assert last_day(replace(case, days={"by": day("02-08")})) == day("02-08")
    assert last_day(case) == day("01-17")
    # moved by two working days from a Thursday before the Spring Festival: 9 and 18 February
    moved = replace(case, days={"by": day("02-08")}, extensions=(Extended("rectification", 2, day("01-10")),))
    assert last_day(moved) == day("02-18")
