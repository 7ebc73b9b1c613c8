"""Surveillance: what is due on a day, from the dates alone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.attestation.surveillance import (
    Reminder,
    Watched,
    due_after,
    may_restore,
    reminders,
    rules_by_scheme,
    standing,
)
from pinzhi.engine.catalog.certificates import STATES
from pinzhi.engine.rulebook.shapes import CertificationScheme
from pinzhi.engine.rulebook.surveillance import SurveillanceRule
from pinzhi.engine.texts import Text

YEARLY = SurveillanceRule()
FLAGS = SurveillanceRule(overdue="flag")
# The worked example of the city: issued 2023-03-10 for three years, no audit since.
EXAMPLE = Watched(issued_on=date(2023, 3, 10), expires_on=date(2026, 3, 9))
SUSPENDED = replace(EXAMPLE, state="suspended", state_on=date(2024, 4, 1))


@pytest.mark.parametrize(
    ("watched", "on", "stage", "act"),
    [
        (EXAMPLE, date(2023, 3, 9), "upcoming", None),
        (EXAMPLE, date(2023, 3, 10), "quiet", None),
        (EXAMPLE, date(2023, 12, 10), "quiet", None),
        (EXAMPLE, date(2023, 12, 11), "open", None),  # 90 days before 2024-03-10
        (EXAMPLE, date(2024, 3, 10), "open", None),  # the last day is in time
        (EXAMPLE, date(2024, 3, 11), "overdue", "suspend"),
        (SUSPENDED, date(2024, 4, 1), "suspended", None),
        (SUSPENDED, date(2024, 9, 30), "suspended", None),
        (SUSPENDED, date(2024, 10, 1), "to-withdraw", "withdraw"),
        (replace(SUSPENDED, passed_on=(date(2024, 6, 3),)), date(2024, 10, 1), "suspended", None),
        (replace(EXAMPLE, passed_on=(date(2024, 3, 1),)), date(2024, 3, 11), "quiet", None),
        (replace(EXAMPLE, passed_on=(date(2024, 3, 1),)), date(2025, 3, 2), "overdue", "suspend"),
        (replace(EXAMPLE, passed_on=(date(2024, 3, 1), date(2025, 2, 20))), date(2026, 2, 21), "overdue", "suspend"),
        (EXAMPLE, date(2026, 3, 10), "expired", None),
        (SUSPENDED, date(2026, 3, 10), "expired", None),
        (replace(EXAMPLE, state="withdrawn", state_on=date(2024, 10, 1)), date(2026, 3, 10), "ended", None),
        (replace(EXAMPLE, state="cancelled", state_on=date(2024, 10, 1)), date(2024, 10, 1), "ended", None),
        (replace(EXAMPLE, expires_on=None), date(2025, 1, 1), "unknown", None),
    ],
)  # fmt: skip
def test_standing_on_each_side_of_every_day(watched: Watched, on: date, stage: str, act: str | None) -> None:
    found = standing(YEARLY, watched, on)

    assert (found.stage, found.act) == (stage, act)


def test_standing_of_a_register_that_is_not_ours_flags_and_does_nothing() -> None:
    overdue, over = standing(FLAGS, EXAMPLE, date(2024, 3, 11)), standing(FLAGS, SUSPENDED, date(2024, 10, 1))

    assert (overdue.state, overdue.stage, overdue.act) == ("active", "overdue", None)
    assert (over.stage, over.act) == ("to-withdraw", None)


def test_standing_gives_days_of_grace_before_it_suspends() -> None:
    rule = SurveillanceRule(grace_days=10)

    assert standing(rule, EXAMPLE, date(2024, 3, 20)).act is None
    assert standing(rule, EXAMPLE, date(2024, 3, 20)).is_overdue
    assert standing(rule, EXAMPLE, date(2024, 3, 21)).act == "suspend"


def test_standing_counts_the_surveillances_of_the_term_and_takes_kinds_in_turn() -> None:
    rule = SurveillanceRule(kinds=("factory-sample", "market-sample"))
    led_to_it, first, second = date(2023, 2, 1), date(2024, 3, 1), date(2025, 2, 20)
    found = [
        standing(rule, replace(EXAMPLE, passed_on=passed), date(2025, 2, 21))
        for passed in ((led_to_it,), (led_to_it, first), (second, first, led_to_it))
    ]

    assert [(one.number, one.kind, one.due_on) for one in found] == [
        (1, "factory-sample", date(2024, 3, 10)),
        (2, "market-sample", date(2025, 3, 1)),
        (3, "factory-sample", date(2026, 2, 20)),
    ]


def test_due_after_is_nothing_when_the_term_ends_first() -> None:
    year = Watched(issued_on=date(2023, 3, 10), expires_on=date(2024, 3, 9))

    assert due_after(YEARLY, year) is None
    assert standing(YEARLY, year, date(2024, 3, 9)).stage == "quiet"


def test_first_surveillance_has_its_own_time() -> None:
    rule = SurveillanceRule(first_within_months=6, interval_months=24)

    assert due_after(rule, EXAMPLE) == date(2023, 9, 10)
    assert due_after(rule, EXAMPLE, (date(2023, 9, 1),)) == date(2025, 9, 1)


@pytest.mark.parametrize(
    ("passed", "state", "expected"),
    [
        ((date(2024, 6, 3),), "suspended", True),
        ((date(2024, 4, 1),), "suspended", True),
        ((date(2024, 3, 31),), "suspended", False),
        ((), "suspended", False),
        ((date(2024, 6, 3),), "active", False),
        ((date(2024, 6, 3),), "withdrawn", False),
    ],
)
def test_may_restore_only_after_a_surveillance_passed_since(
    passed: tuple[date, ...], state: str, expected: bool
) -> None:
    assert may_restore(replace(SUSPENDED, state=state, passed_on=passed)) is expected


@pytest.mark.parametrize(
    ("days_before", "expected"),
    [(91, None), (90, 90), (60, 90), (31, 90), (30, 30), (1, 30), (0, 30), (-1, None)],
)
def test_reminders_of_expiry_come_ninety_and_thirty_days_before(days_before: int, expected: int | None) -> None:
    watched = Watched(date(2023, 3, 10), date(2026, 3, 9), passed_on=(date(2024, 3, 1), date(2025, 3, 9)))
    on = date(2026, 3, 9) - timedelta(days=days_before)

    found = [one for one in reminders(YEARLY, watched, on) if one.of == "expiry"]

    assert found == ([Reminder("expiry", date(2026, 3, 9), expected)] if expected else [])


def test_reminders_of_surveillance_and_of_the_end_of_a_suspension() -> None:
    assert reminders(YEARLY, EXAMPLE, date(2024, 2, 20)) == (Reminder("surveillance", date(2024, 3, 10), 30),)
    assert reminders(YEARLY, EXAMPLE, date(2024, 3, 11)) == ()
    assert reminders(YEARLY, SUSPENDED, date(2024, 9, 10)) == (Reminder("suspension", date(2024, 10, 1), 30),)


def test_rules_come_from_the_scheme_and_else_from_the_code_list() -> None:
    entries = [
        CertificationScheme(code="qms", name=Text("质量", "Quality"), kind="system", surveillance_months=12),
        CertificationScheme(code="youpin", name=Text("优品", "Label"), kind="label"),
        CertificationScheme(code="taishan-quality", name=Text("泰", "T"), kind="product", surveillance_months=12),
    ]
    own = SurveillanceRule(kinds=("factory-sample",), unannounced=True)

    rules = rules_by_scheme(entries, {"taishan-quality": own, "youpin": None})

    assert sorted(rules) == ["qms", "taishan-quality"]
    assert rules["taishan-quality"] is own
    assert (rules["qms"].interval_months, rules["qms"].overdue) == (12, "flag")


DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))
WATCHED = st.builds(
    Watched,
    issued_on=st.none() | DAYS,
    expires_on=st.none() | DAYS,
    state=st.sampled_from(["active", "suspended", "withdrawn", "cancelled"]),
    state_on=st.none() | DAYS,
    passed_on=st.lists(DAYS, max_size=4).map(tuple),
)
RULES = st.builds(
    SurveillanceRule,
    interval_months=st.integers(4, 60),
    first_within_months=st.integers(4, 60),
    grace_days=st.integers(0, 366),
    overdue=st.sampled_from(["suspend", "flag"]),
    suspension_months=st.integers(1, 60),
)


@given(RULES, WATCHED, DAYS)
def test_standing_is_total_and_never_contradicts_itself(rule: SurveillanceRule, watched: Watched, on: date) -> None:
    found = standing(rule, watched, on)

    assert found.state in STATES
    assert found.is_overdue == (found.stage == "overdue")
    if found.act == "suspend":
        assert found.state == "active"
        assert found.due_on is not None
        assert found.due_on < on
        assert rule.overdue == "suspend"
    if found.act == "withdraw":
        assert found.state == "suspended"
        assert not may_restore(watched)
    if found.stage in ("ended", "expired", "upcoming", "unknown"):
        assert (found.act, found.due_on) == (None, None)
    for one in reminders(rule, watched, on):
        assert 0 <= (one.day - on).days <= one.days
        assert one.days in rule.remind_days


@given(RULES, DAYS, DAYS, DAYS, DAYS)
def test_passing_a_surveillance_never_makes_it_worse(
    rule: SurveillanceRule, issued: date, expires: date, passed: date, on: date
) -> None:
    before = standing(rule, Watched(issued, expires), on)
    after = standing(rule, Watched(issued, expires, passed_on=(passed,)), on)

    # A first deadline longer than the rhythm may be cut short by an early first surveillance; not otherwise.
    if rule.first_within_months <= rule.interval_months and after.stage == "overdue":
        assert before.stage == "overdue"


@given(RULES, WATCHED, DAYS, st.integers(0, 4000))
def test_what_is_overdue_stays_so_until_something_happens(
    rule: SurveillanceRule, watched: Watched, on: date, later: int
) -> None:
    """A day later nothing gets better by itself."""
    past = replace(watched, passed_on=tuple(day for day in watched.passed_on if day <= on))
    further = min(date.max, on + timedelta(days=later)) if later <= (date.max - on).days else date.max
    stages = [standing(rule, past, day).stage for day in (on, further)]

    if stages[0] == "overdue" and (past.state == "active" or past.state_on is None):
        assert stages[1] in ("overdue", "expired")
    if stages[0] == "to-withdraw":
        assert stages[1] in ("to-withdraw", "expired")
    if stages[0] in ("ended", "expired") and past.state == "active":
        assert stages[1] == stages[0]
