"""The public registers: what they count and list, on any day and as known on any day, and what may be taken home."""

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from django.test import Client

from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.catalog.actions import record_change
from pinzhi.records.catalog.queries.register_statistics import statistics
from pinzhi.records.catalog.queries.registers import REGISTERS, Asked, register_lines, register_page
from tests.build_catalog import make_certificate, make_honour, make_organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
TODAY = date(2024, 1, 4)
SYSTEMS = REGISTERS["management-systems"]


@pytest.fixture(autouse=True)
def city() -> None:
    one = make_organisation("青岛澄海精工有限公司", "91370212MA0000015Y", district="370212")
    two = make_organisation("青岛蓝湾食品有限公司", "91370202MA0000003K", district="370202")
    # the worked example: a holder with three valid and one suspended adds three certificates and one organisation
    for number in ("Q-1", "Q-2", "Q-3"):
        make_certificate(one, number, issuer_name="甲认证")
    make_certificate(one, "Q-4", state="suspended", state_on=date(2023, 12, 1))
    make_certificate(two, "E-1", scheme="ems", last_audit_on=date(2023, 1, 1), issued_on=date(2022, 12, 1))
    make_certificate(two, "Q-5", state="withdrawn", state_on=date(2023, 6, 1))
    make_certificate(two, "Q-6", expires_on=date(2023, 1, 1))
    make_certificate(two, "YP-1", scheme="youpin", last_audit_on=None)
    make_honour("good-1", scheme="good-practice", grade="AAA", organisation=two, recipient=two.name, region="370202")
    make_honour("mayor-7-1", organisation=one, recipient=one.name)
    make_honour("mayor-8-1", state="notice", recipient="公示的单位")


def numbers(**asked: Any) -> list[str]:
    page = register_page(SYSTEMS, Asked(**({"on": TODAY, "sort": "number"} | asked)))
    return [line.certificate.key for line in page.lines]


def test_statistics_count_each_certificate_and_each_holder_once() -> None:
    found = statistics(SYSTEMS, TODAY)

    assert (found.valid, found.holders, found.overdue, found.withdrawn) == (4, 2, 1, 1)
    assert {one.code: one.count for one in found.states} == {
        "active": 4, "suspended": 1, "withdrawn": 1, "expired": 1,
    }  # fmt: skip
    assert {one.code: one.count for one in found.schemes} == {"qms": 3, "ems": 1}
    assert [(one.code, one.count, one.holders) for one in found.districts] == [("370212", 3, 1), ("370202", 1, 1)]
    assert sum(one.count for one in found.years) == 4


def test_names_on_public_notice_are_listed_and_not_counted() -> None:
    found = statistics(REGISTERS["titles"], TODAY)

    assert (found.valid, {one.code: one.count for one in found.states}) == (1, {"announced": 1, "notice": 1})
    assert statistics(REGISTERS["grades"], TODAY).valid == 1
    assert statistics(REGISTERS["labels"], TODAY).valid == 1


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["E-1", "Q-1", "Q-2", "Q-3", "Q-4", "Q-5", "Q-6"]),
        ({"state": "active"}, ["E-1", "Q-1", "Q-2", "Q-3"]),
        ({"state": "overdue"}, ["E-1"]),
        ({"state": "suspended"}, ["Q-4"]),
        ({"state": "withdrawn"}, ["Q-5"]),
        ({"state": "expired"}, ["Q-6"]),
        ({"state": "suspended", "on": date(2023, 11, 30)}, []),
        ({"state": "active", "on": date(2023, 5, 31)}, ["E-1", "Q-1", "Q-2", "Q-3", "Q-4", "Q-5"]),
        ({"scheme": "ems"}, ["E-1"]),
        ({"district": "370202"}, ["E-1", "Q-5", "Q-6"]),
        ({"year": "2022", "scheme": "ems"}, ["E-1"]),
        ({"issuer": "甲认证"}, ["Q-1", "Q-2", "Q-3"]),
        ({"text": "蓝湾 E-"}, ["E-1"]),
        ({"text": "91370212MA0000015Y", "state": "suspended"}, ["Q-4"]),
        ({"sort": "expiry", "scheme": "qms"}, ["Q-6", "Q-1", "Q-2", "Q-3", "Q-4", "Q-5"]),
    ],
)
def test_a_register_is_searched_narrowed_and_sorted(asked: dict[str, Any], expected: list[str]) -> None:
    assert numbers(**asked) == expected


def test_a_register_shows_what_was_known_on_a_day() -> None:
    record_change(
        actor=SYSTEM, kind="certificate", key="Q-1", valid_from=date(2023, 12, 1), now=datetime(2024, 1, 3, tzinfo=UTC),
        values={"state": "suspended", "state_on": "2023-12-01"},
    )  # fmt: skip
    asked = {"state": "active", "scheme": "qms"}

    assert numbers(**asked) == ["Q-2", "Q-3"]
    assert numbers(**asked, on=date(2023, 11, 1)) == ["Q-1", "Q-2", "Q-3", "Q-4"]
    assert numbers(**asked, known=date(2024, 1, 1)) == ["Q-1", "Q-2", "Q-3"]
    assert statistics(SYSTEMS, TODAY, date(2024, 1, 1)).valid == 4
    assert statistics(SYSTEMS, TODAY).valid == 3
    assert len(list(register_lines(SYSTEMS, Asked(on=TODAY)))) == 7


def test_pages_show_every_register_and_its_files(client: Client) -> None:
    assert "管理体系认证证书" in client.get("/registers").content.decode()
    for name in REGISTERS:
        page = client.get(f"/registers/{name}")
        assert page.status_code == 200
        rows = json.loads(client.get(f"/registers/{name}.json").content)["rows"]
        taken = client.get(f"/registers/{name}.csv")
        text = b"".join(taken.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
        assert len(list(csv.DictReader(io.StringIO(text)))) == len(rows) == REGISTERS_SIZE[name]
        frame = pl.read_parquet(client.get(f"/registers/{name}.parquet").getvalue())
        assert len(frame) == len(rows)
        sheet = client.get(f"/registers/{name}.xlsx")
        assert b"".join(sheet.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
        for close in sheet._resource_closers:
            close()


REGISTERS_SIZE = {"management-systems": 7, "products": 0, "labels": 1, "grades": 1, "titles": 2}


def test_the_page_says_what_is_valid_and_what_is_overdue(client: Client) -> None:
    page = client.get("/registers/management-systems").content.decode()

    assert "4<span" in page
    assert "由 2 家组织持有" in page
    assert "1 张名义有效、监督逾期" in page
    assert "2023-01-04 以来撤销 1 张" in page


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("nothing", 404),
        ("management-systems?state=asleep", 400),
        ("management-systems?district=999999", 400),
        ("management-systems?year=20x4", 400),
        ("management-systems?sort=colour", 400),
        ("management-systems?colour=red", 400),
        ("grades?issuer=x", 400),
        ("management-systems?on=2024-13-01", 400),
        ("management-systems?known=tomorrow", 400),
        ("management-systems?page=2", 404),
        ("management-systems?q=%00", 400),
        ("management-systems.csv?state=asleep", 400),
        ("management-systems?q='; drop table", 200),
        ("management-systems?q=%25", 200),
    ],
)
def test_odd_addresses_get_a_defined_answer(client: Client, address: str, status: int) -> None:
    assert client.get(f"/registers/{address}").status_code == status


@pytest.mark.parametrize("count", [1, 30])
def test_a_page_takes_a_fixed_number_of_statements(count: int, django_assert_num_queries: Any) -> None:
    holder = make_organisation("丙", "91370203MA0000004H")
    for number in range(count):
        make_certificate(holder, f"N-{number}")

    with django_assert_num_queries(4):
        register_page(SYSTEMS, Asked(on=TODAY))
