"""Certificates: numbers, states by date, surveillance."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.catalog.certificates import (
    STATES,
    CertificateNumber,
    certificate_state,
    may_become,
    next_cycle,
    parse_certificate_number,
    surveillance_due,
)
from pinzhi.engine.errors import BadIdentifier

LIFE = {"issued_on": date(2023, 3, 10), "expires_on": date(2026, 3, 9)}


@pytest.mark.parametrize(("text", "parts"), [
    ("03410Q10286R0S", CertificateNumber("034", 2010, "Q", "10286", 0, "S")),
    ("03410q10286r0s", CertificateNumber("034", 2010, "Q", "10286", 0, "S")),
    ("00124QJ123456R2L/SD01", CertificateNumber("001", 2024, "QJ", "123456", 2, "L", "SD01")),
    ("11623IS0042R1M-2", CertificateNumber("116", 2023, "IS", "0042", 1, "M", "2")),
])  # fmt: skip
def test_parse_certificate_number_takes_it_apart(text: str, parts: CertificateNumber) -> None:
    assert parse_certificate_number(text) == parts


@pytest.mark.parametrize("text", ["", "CN-12345", "03410Q10286", "03410Q10286R0X", "TSPZ-2023-01"])
def test_parse_certificate_number_refuses_foreign_formats(text: str) -> None:
    with pytest.raises(BadIdentifier):
        parse_certificate_number(text)


@pytest.mark.parametrize(("on", "state", "state_on", "expected"), [
    (date(2023, 3, 9), "active", None, "upcoming"),
    (date(2023, 3, 10), "active", None, "active"),
    (date(2026, 3, 9), "active", None, "active"),
    (date(2026, 3, 10), "active", None, "expired"),
    (date(2024, 3, 31), "suspended", date(2024, 4, 1), "active"),
    (date(2024, 4, 1), "suspended", date(2024, 4, 1), "suspended"),
    (date(2026, 3, 10), "suspended", date(2024, 4, 1), "expired"),
    (date(2024, 9, 30), "withdrawn", date(2024, 10, 1), "active"),
    (date(2030, 1, 1), "withdrawn", date(2024, 10, 1), "withdrawn"),
    (date(2030, 1, 1), "cancelled", date(2024, 10, 1), "cancelled"),
])  # fmt: skip
def test_certificate_state_on_a_day(on: date, state: str, state_on: date | None, expected: str) -> None:
    assert certificate_state(on=on, state=state, state_on=state_on, **LIFE) == expected


def test_surveillance_due_counts_from_the_later_of_audit_and_issue() -> None:
    assert surveillance_due(date(2024, 2, 29), date(2023, 3, 10)) == date(2025, 2, 28)
    assert surveillance_due(date(2022, 12, 1), date(2023, 3, 10)) == date(2024, 3, 10)
    assert surveillance_due(date(2024, 8, 31), None, 6) == date(2025, 2, 28)
    assert surveillance_due(None, None) is None


def test_next_cycle_restarts_when_the_audit_came_after_expiry() -> None:
    number = parse_certificate_number("03423Q10286R1S")

    assert next_cycle(number, audited_on=date(2026, 3, 9), expires_on=date(2026, 3, 9)) == 2
    assert next_cycle(number, audited_on=date(2026, 3, 20), expires_on=date(2026, 3, 9)) == 0


def test_withdrawn_and_cancelled_never_return() -> None:
    assert may_become("active", "suspended")
    assert may_become("suspended", "active")
    assert may_become("suspended", "withdrawn")
    assert not any(may_become(ended, state) for ended in ("withdrawn", "cancelled", "expired") for state in STATES)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sampled_from(["active", "suspended", "withdrawn", "cancelled"]))
def test_certificate_state_is_one_of_the_states(on: date, state: str) -> None:
    assert certificate_state(on=on, state=state, state_on=date(2024, 4, 1), **LIFE) in STATES
