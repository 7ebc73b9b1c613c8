"""Headline figures and the tables they lead to: the figure is the count of the table."""

from datetime import date
from typing import Any

import pytest

from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.records.catalog import models
from pinzhi.records.catalog.queries.tables import (
    TABLES,
    check_filters,
    statistics_year,
    table_named,
    table_page,
)
from tests.build_catalog import (
    RECORDED,
    TODAY,
    make_certificate,
    make_drafting,
    make_honour,
    make_institution,
    make_organisation,
    make_place,
    make_standard,
)

pytestmark = pytest.mark.django_db


def _count(name: str, on: date = TODAY, **filters: str) -> int:
    """Count a table, and see that its rows are as many."""
    table = table_named(name)
    counted = table.count(on, filters)
    assert len(list(table.lines(on, filters))) == counted
    return counted


def test_award_counts_winners_and_not_who_is_on_notice() -> None:
    make_honour("a", edition="6")
    make_honour("b")
    make_honour("c", state="notice")
    make_honour("d", state="revoked")
    make_honour("e", region="3701")

    assert _count("mayor-award") == 2


def test_award_is_counted_as_of_the_day_asked() -> None:
    make_honour("a", awarded_on=date(2021, 12, 20))
    make_honour("b", awarded_on=date(2023, 12, 20))

    assert [_count("mayor-award", on=day) for day in (date(2021, 12, 19), date(2021, 12, 20), TODAY)] == [0, 1, 2]


def test_corrected_honour_is_counted_as_it_was_on_that_day() -> None:
    honour = make_honour("a", state="revoked", valid_from=date(2023, 6, 1))
    models.HonourPast.objects.create(
        subject_id=honour.pk,
        code="a",
        scheme="mayor",
        edition="7",
        grade="award",
        title_zh="第七届青岛市市长质量奖",
        recipient="某单位",
        issuer="青岛市人民政府",
        state="announced",
        region="3702",
        valid_to=date(2023, 6, 1),
        recorded_at=RECORDED,
    )

    assert (_count("mayor-award", on=date(2023, 5, 31)), _count("mayor-award", on=date(2023, 6, 1))) == (1, 0)


def test_holder_of_three_certificates_and_a_suspended_one_counts_once() -> None:
    holder = make_organisation()
    for number in range(3):
        make_certificate(holder, f"Q{number}")
    make_certificate(holder, "Q9", state="suspended", state_on=date(2023, 1, 1))
    other = make_organisation("青岛示例电气有限公司", "91370214MA00000589", district="370214")
    make_certificate(other, "E1", scheme="ems")

    assert (_count("certificates", scheme="qms"), _count("certificate-holders", scheme="qms")) == (3, 1)
    assert (_count("certificates"), _count("certificate-holders")) == (4, 2)
    assert _count("certificates", district="370214") == 1


def test_certificate_suspended_later_was_valid_before() -> None:
    make_certificate(make_organisation(), "Q1", state="suspended", state_on=date(2023, 7, 1))

    assert (_count("certificates", on=date(2023, 6, 30)), _count("certificates", on=date(2023, 7, 1))) == (1, 0)


def test_standard_with_three_local_drafters_counts_once() -> None:
    standard = make_standard("GB/T 1-2023", published_on=date(2023, 5, 1))
    for rank in range(1, 4):
        make_drafting(standard, rank, make_organisation(f"青岛{rank}号有限公司", f"TMP-00000000000{rank}"))
    guest = make_standard("JB/T 2-2023", published_on=date(2023, 5, 1))
    make_drafting(guest, 1, make_organisation("北京示例研究院", "91110000600037341L", district="110105"))
    earlier = make_standard("JB/T 3-2022", published_on=date(2022, 5, 1))
    make_drafting(earlier, 1, models.Organisation.objects.get(code="TMP-000000000001"))

    assert (_count("drafted-standards"), _count("drafted-standards", level="industry")) == (1, 0)


@pytest.mark.parametrize(
    ("on", "year"), [(date(2023, 12, 30), 2022), (date(2023, 12, 31), 2023), (date(2024, 1, 4), 2023)]
)
def test_statistics_are_about_the_last_year_that_has_ended(on: date, year: int) -> None:
    assert statistics_year(on) == year


def test_service_points_are_those_open_on_the_day() -> None:
    make_place("a", "centre", "中心", district="370213", opened_on=date(2021, 11, 18))
    make_place("b", "station", "驿站", district="370213", opened_on=date(2024, 1, 5))
    make_place("c", "station", "驿站", district="370212", closed_on=date(2024, 1, 4))
    make_place("d", "park", "园区", district="370213")

    assert (_count("service-points"), _count("service-points", on=date(2024, 1, 5))) == (1, 2)
    assert _count("service-points", district="370213") == 1


def test_only_listed_institutions_are_counted() -> None:
    make_institution(make_organisation())
    make_institution(make_organisation("示例检测", "12370200MA0000031D"), "applied")

    assert _count("institutions") == 1


def test_table_is_leafed_through_in_a_stable_order() -> None:
    for number in range(120):
        make_standard(f"GB/T {number + 1}-2020")
    table = table_named("standards")

    pages = [table_page(table, on=TODAY, filters={}, page=page) for page in (1, 2, 3)]

    assert [(len(one.lines), one.total, one.pages) for one in pages] == [(50, 120, 3), (50, 120, 3), (20, 120, 3)]
    assert len({line.standard.key for one in pages for line in one.lines}) == 120
    with pytest.raises(NotFound):
        table_page(table, on=TODAY, filters={}, page=4)


def test_table_goes_on_from_present_to_past_states() -> None:
    for number in range(60):
        honour = make_honour(f"{number:02}", valid_from=date(2023, 6, 1) if number >= 30 else None)
        if number >= 30:
            past = {name: getattr(honour, name) for name in ("code", "scheme", "edition", "grade", "title_zh")}
            past |= {"recipient": f"前 {number}", "issuer": "市政府", "state": "announced", "region": "3702"}
            models.HonourPast.objects.create(
                subject_id=honour.pk, valid_to=date(2023, 6, 1), recorded_at=RECORDED, **past
            )
    table = table_named("mayor-award")

    first, second = (table_page(table, on=date(2023, 5, 1), filters={}, page=page) for page in (1, 2))

    assert (len(first.lines), len(second.lines), first.total) == (50, 10, 60)
    assert [line.recipient for line in second.lines] == [f"前 {number}" for number in range(50, 60)]


@pytest.mark.parametrize("filters", [{"scheme": "nonsense"}, {"district": "999999"}, {"colour": "red"}])
def test_unknown_filter_is_refused(filters: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        check_filters(TABLES["certificates"], filters)


def test_unknown_table_is_not_found() -> None:
    with pytest.raises(NotFound):
        table_named("nonsense")


@pytest.mark.parametrize("items", [1, 3])
def test_page_of_a_table_takes_the_same_statements_whatever_its_length(
    items: int, django_assert_num_queries: Any
) -> None:
    for number in range(items):
        holder = make_organisation(f"青岛{number}号有限公司", f"TMP-00000000000{number}")
        make_certificate(holder, f"Q{number}", standard=make_standard(f"GB/T {number + 1}-2020"))

    with django_assert_num_queries(5):
        page = table_page(TABLES["certificates"], on=TODAY, filters={})

    assert len(page.lines) == items
