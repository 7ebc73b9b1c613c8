"""A list has as many rows as its count, parts add up to the whole: for random facts, days and conditions."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis.extra.django import TestCase

from pinzhi.engine.rulebook.figure_parts import Where
from pinzhi.records.accounts.permissions import ANONYMOUS
from pinzhi.records.publishing.queries.breakdowns import breakdown
from pinzhi.records.publishing.queries.listing import records
from pinzhi.records.publishing.queries.snapshots import snapshot
from pinzhi.records.publishing.queries.steps import steps
from pinzhi.records.publishing.queries.values import figure_value
from pinzhi.records.publishing.tables.asks import Ask
from pinzhi.records.publishing.tables.open import table
from pinzhi.records.publishing.times import AsOf
from tests.build_catalog import make_certificate, make_honour, make_organisation
from tests.build_publishing import D, make_figures
from tests.records.publishing.random_facts import certificate_of, conditions, days, held, holder_of, holders


class TestAgreement(TestCase):
    """Properties of questions over random certificates and holders with histories."""

    @hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(holders, held, conditions, days)
    def test_rows_values_and_parts_agree_with_the_count(
        self, holders: list[Any], held: list[Any], conditions: list[Any], on: date
    ) -> None:
        numbers = count(1)
        made = [holder_of(next(numbers), *one) for one in holders]
        for one in held:
            certificate_of(next(numbers), made, *one)
        where = tuple(Where.model_validate(one) for one in conditions)
        found = table("certificates", AsOf(on))
        rows, firms = Ask(where), Ask(where, unit="different", of="holder")

        together = found.numbers([rows, firms])
        apart = [found.numbers([one])[0] for one in (rows, firms)]

        assert together == apart
        assert len(found.rows(rows, ("number", "district"), start=0, limit=100)) == together[0].number
        assert len(list(found.keys(rows, ("district",)))) == together[0].number
        assert len(found.rows(firms, ("holder",), start=0, limit=100)) == together[1].number
        assert len(found.values(rows, "holder")) == together[1].number
        assert sum(found.grouped(rows, "district").values()) == together[0].number
        assert sum(found.grouped(firms, "district").values()) == together[1].number


CERTIFICATES = """
[count]
from = "certificates"
where = [{ field = "valid", is = true }]
[dimensions]
by = ["district", "zones"]
parts = "district"
"""


@pytest.fixture
def figures(settings: Any, tmp_path: Path) -> Iterator[None]:
    make_figures(
        settings,
        tmp_path,
        T1=CERTIFICATES,
        T2=CERTIFICATES.replace("[count]\n", '[distinct]\nof = "holder"\n').replace('parts = "district"\n', ""),
    )
    cache.clear()
    return


@pytest.mark.django_db
def test_parts_by_district_add_up_and_merged_ones_count_where_they_went(figures: None) -> None:
    for number, district in enumerate(["370212", "370282", "370215", ""]):
        make_certificate(make_organisation(f"单位{number}", f"X{number}", district=district), f"Q{number}")

    parts = breakdown("T1", "district", D)

    numbers = {one.code: one.number for one in parts.rows if one.number}
    assert numbers == {"370212": 1, "370215": 2, "": 1}
    assert sum(numbers.values()) == figure_value("T1", D).number
    assert "370282" not in {one.code for one in parts.rows}
    assert len([one for one in parts.rows if one.number == 0]) == 8
    assert records("T1", D, actor=ANONYMOUS, part="district=370215").total == 2


@pytest.mark.django_db
def test_an_organisation_in_two_zones_counts_in_both_and_once_in_all(figures: None) -> None:
    holder = make_organisation(zones="gaoxin;west-coast")
    make_certificate(holder, "Q1")
    make_certificate(holder, "Q2")

    zones = breakdown("T2", "zones", D)

    assert {one.code: one.number for one in zones.rows} == {"gaoxin": 1, "west-coast": 1}
    assert zones.overlaps
    assert not zones.adds_up
    assert figure_value("T2", D).number == 1
    assert [one.count for one in steps("T2", D)] == [2, 2, 1]


@pytest.mark.django_db
def test_a_snapshot_does_not_mind_what_the_figure_does_not_look_at(settings: Any, tmp_path: Path) -> None:
    make_figures(settings, tmp_path, T1='[count]\nfrom = "honours"\nwhere = [{ field = "grade", is = "award" }]\n')
    honour = make_honour("a")
    before = snapshot("T1", D)

    type(honour).objects.update(issuer="别的机关", recorded_at=datetime(2023, 7, 1, tzinfo=UTC))
    cache.clear()

    assert snapshot("T1", D).records == before.records
    type(honour).objects.update(code="b")
    assert snapshot("T1", D).records != before.records
