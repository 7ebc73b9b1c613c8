"""The invented certificate register."""

from collections import Counter
from functools import cache

from pinzhi.engine.catalog.certificates import parse_certificate_number
from pinzhi.records.catalog.demo.certificates import COLUMNS, generated_certificates
from pinzhi.records.catalog.demo.organisations import holders
from tests.records.catalog.demo.words import vocabulary


@cache
def rows() -> list[dict[str, str]]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in generated_certificates(holders(vocabulary()))]


def valid_on(day: str, scheme: str) -> list[dict[str, str]]:
    return [
        row
        for row in rows()
        if row["scheme"] == scheme and row["state"] == "active" and row["issued_on"] <= day <= row["expires_on"]
    ]


def test_with_the_demo_enterprise_the_register_counts_what_the_city_counts() -> None:
    for day in ("2023-12-31", "2024-01-04"):
        valid = valid_on(day, "qms")
        assert len(valid) + 1 == 12_667
        assert len({row["holder"] for row in valid}) + 1 == 11_842


def test_every_state_occurs_and_what_ended_says_when_and_why() -> None:
    states = Counter(row["state"] for row in rows())

    assert set(states) == {"active", "suspended", "withdrawn", "cancelled"}
    assert any(row["expires_on"] < "2024-01-01" for row in rows() if row["state"] == "active")
    for row in rows():
        ended = row["state"] != "active"
        assert bool(row["state_on"]) == bool(row["state_ground"]) == ended
        assert not ended or row["issued_on"] < row["state_on"] < "2024-01-04"


def test_numbers_are_well_formed_and_once_each() -> None:
    numbers = [row["number"] for row in rows()]

    assert len(set(numbers)) == len(numbers)
    assert all(parse_certificate_number(row["number"]) for row in rows() if row["scheme"] != "youpin")


def test_the_first_batch_has_more_labels_than_holders() -> None:
    labels = [row for row in rows() if row["scheme"] == "youpin"]

    assert (len(labels) + 1, len({row["holder"] for row in labels}) + 1) == (100, 92)
    assert {row["edition"] for row in labels} == {"1"}


def test_every_row_is_marked_as_invented_and_audited_in_its_term() -> None:
    assert {row["synthetic"] for row in rows()} == {"1"}
    audited = [row for row in rows() if row["scheme"] != "youpin"]
    assert all(row["issued_on"] <= row["last_audit_on"] <= row["expires_on"] for row in audited)
