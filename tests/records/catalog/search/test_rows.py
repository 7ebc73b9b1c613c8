"""Rows of result lines."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinzhi.records.catalog.search import rows_of
from pinzhi.records.catalog.search.shapes import Hit
from tests.records.catalog.search.small import TODAY, make_catalogue


@pytest.fixture
def catalogue(db: None, settings: Any) -> dict[str, Any]:
    """A small catalogue; rows need no index."""
    settings.TODAY = TODAY
    return make_catalogue()


def test_rows_come_in_the_order_of_hits_and_leave_out_what_has_gone(catalogue: dict[str, Any]) -> None:
    hits = [
        Hit("organisation", catalogue["haier"].pk),
        Hit("standard", 999_999),
        Hit("standard", catalogue["new"].pk),
        Hit("institution", catalogue["tester"].pk),
    ]

    rows = rows_of(hits)

    assert [row.kind for row in rows] == ["organisation", "standard", "institution"]
    assert rows[2].categories == ("testing", "metrology")


def test_a_replaced_standard_names_its_successor(catalogue: dict[str, Any]) -> None:
    (row,) = rows_of([Hit("standard", catalogue["old"].pk)])

    assert (row.status, row.successor, row.successor_key) == ("replaced", "GB/T 19580-2012", "GB/T 19580-2012")


def test_rows_are_worded_for_the_day_asked_for(catalogue: dict[str, Any]) -> None:
    certificate = Hit("certificate", catalogue["certificate"].pk)
    old = Hit("standard", catalogue["old"].pk)

    assert [row.status for row in rows_of([certificate, old])] == ["active", "replaced"]
    assert [row.status for row in rows_of([certificate], on=date(2024, 1, 5))] == ["expired"]
    assert [row.status for row in rows_of([old], on=date(2010, 1, 1))] == ["current"]


@pytest.mark.parametrize("count", [1, 3])
def test_rows_take_one_statement_a_kind_however_many(catalogue: dict[str, Any], count: int) -> None:
    hits = [Hit("organisation", catalogue["haier"].pk + step) for step in range(count)]

    with CaptureQueriesContext(
        connection,
    ) as taken:
        rows_of(hits)

    assert len(taken) == 2  # organisations, and whether they are institutions
