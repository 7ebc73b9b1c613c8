"""Invented organisations."""

from collections import Counter
from functools import cache

import pytest

from pinzhi.engine.catalog.credit import check_credit_code
from pinzhi.records.catalog.demo.organisations import COLUMNS, HOLDERS, generated_organisations, holders
from tests.records.catalog.demo.words import vocabulary


@cache
def rows() -> list[dict[str, str]]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in generated_organisations(vocabulary(), 30_000)]


def test_names_and_codes_are_once_each_and_codes_are_valid() -> None:
    assert len({row["name"] for row in rows()}) == len(rows()) == 30_000
    assert len({check_credit_code(row["code"]) for row in rows()}) == len(rows())


def test_every_row_is_marked_as_invented() -> None:
    assert {(row["source"], row["synthetic"]) for row in rows()} == {("演示生成", "1")}


def test_the_register_comes_first_with_its_districts() -> None:
    register = rows()[:11_841]

    assert Counter(row["district"] for row in register) == HOLDERS
    assert {row["state"] for row in register} == {"active"}
    assert [firm.code for firm in holders(vocabulary())] == [row["code"] for row in register]


def test_the_directory_is_spread_as_designed() -> None:
    directory = rows()[11_841:]
    share = Counter("city" if row["district"].startswith("3702") else "else" for row in directory)
    states = Counter(row["state"] for row in directory)

    assert share["city"] / len(directory) == pytest.approx(0.70, abs=0.02)
    assert states["active"] / len(directory) == pytest.approx(0.85, abs=0.02)
    assert states["deregistered"] / len(directory) == pytest.approx(0.12, abs=0.02)


def test_a_dissolved_organisation_has_its_date_after_it_was_established() -> None:
    for row in rows():
        assert bool(row["dissolved_on"]) == (row["state"] != "active")
        assert not row["dissolved_on"] or row["established_on"] < row["dissolved_on"] < "2024-01-04"
