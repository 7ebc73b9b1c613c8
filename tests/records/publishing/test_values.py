"""Figures from text alone: what they come to, on any day, as known at any moment, and the records behind them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinzhi.engine.errors import BadInput, BadRulebook, NotAllowed, NotFound
from pinzhi.records.accounts.permissions import ANONYMOUS, SYSTEM
from pinzhi.records.casework.models import Case
from pinzhi.records.catalog.actions import record_change
from pinzhi.records.catalog.models import Honour, OrganisationPast
from pinzhi.records.publishing.definitions import figures
from pinzhi.records.publishing.queries.breakdowns import peers
from pinzhi.records.publishing.queries.listing import records
from pinzhi.records.publishing.queries.snapshots import record_keys, snapshot
from pinzhi.records.publishing.queries.values import Value, figure_value, figure_values
from pinzhi.records.publishing.times import AsOf
from tests.build import make_actor
from tests.build_catalog import make_certificate, make_honour, make_organisation
from tests.build_publishing import D, make_figures

pytestmark = pytest.mark.django_db
MAYOR = """
[count]
from = "honours"
where = [{ field = "scheme", is = "mayor" }, { field = "won", is = true }]
[dimensions]
by = ["edition", "district"]
"""
HOLDERS = """
[distinct]
from = "certificates"
of = "holder"
where = [{ field = "district", starts = "3702" }, { field = "valid", is = true }]
"""
SHARE = """
[ratio]
from = "honours"
where = [{ field = "scheme", is = "china" }, { field = "region", starts = "37" }]
part = [{ field = "region", starts = "3702" }]
[wording]
style = "fraction"
"""
PLACE = """
[rank]
from = "honours"
where = [{ field = "scheme", is = "governor" }]
by = "region"
among = "province-cities"
[wording]
style = "rank"
"""
RUN = """
[streak]
from = "honours"
where = [{ field = "scheme", is = "assessment" }]
along = "edition"
holds = [{ field = "grade", is = "A" }]
[wording]
style = "numeral"
"""


@pytest.fixture
def one(settings: Any, tmp_path: Path) -> Any:
    """Return the value of a figure given as text."""

    def value(body: str, at: AsOf = D, **others: str) -> Value:
        make_figures(settings, tmp_path, T1=body, **others)
        cache.clear()
        return figure_value("T1", at)

    return value


def test_a_count_counts_what_meets_all_conditions(one: Any) -> None:
    make_honour("a")
    make_honour("b", edition="6")
    make_honour("c", state="notice")
    make_honour("d", scheme="governor")

    value = one(MAYOR)

    assert (value.number, value.words.zh, value.records) == (Decimal(2), "2", 2)
    assert [row.key for row in records("T1", D, actor=ANONYMOUS).rows] == ["b", "a"]


def test_nothing_counted_is_zero_and_not_a_problem(one: Any) -> None:
    value = one(MAYOR)

    assert (value.number, value.problem) == (Decimal(0), None)


def test_different_holders_count_once_on_both_sides_of_history(one: Any) -> None:
    first, second = make_organisation(), make_organisation("青岛示例有限公司", "91370200MA0000023D")
    make_certificate(first, "Q1")
    make_certificate(first, "Q2")
    make_certificate(second, "Q3")
    make_certificate(first, "Q4")
    record_change(
        actor=SYSTEM,
        kind="certificate",
        key="Q4",
        values={"scope_zh": "新的范围"},
        valid_from=date(2024, 1, 2),
        now=datetime(2024, 1, 2, tzinfo=UTC),
    )

    value = one(HOLDERS)
    found = records("T1", D, actor=ANONYMOUS)

    assert (value.number, value.records) == (Decimal(2), 4)
    assert found.total == len(found.rows) == 2
    assert {row.page for row in found.rows} == {("organisation", first.code), ("organisation", second.code)}


def test_a_holder_counts_where_it_was_on_the_day(one: Any) -> None:
    holder = make_organisation(valid_from=date(2023, 7, 1), district="370100")
    make_certificate(holder, "Q1")
    OrganisationPast.objects.create(
        subject_id=holder.pk,
        code=holder.code,
        name=holder.name,
        district="370212",
        valid_to=date(2023, 7, 1),
        recorded_at=holder.recorded_at,
    )

    assert one(HOLDERS, AsOf(date(2023, 6, 30))).number == 1
    assert one(HOLDERS, AsOf(date(2023, 7, 1))).number == 0


def test_a_case_counts_in_the_zones_its_organisation_was_in_on_the_day(one: Any) -> None:
    body = '[count]\nfrom = "cases"\nwhere = [{ field = "zones", is = "gaoxin" }]\n'
    firm, opened = make_organisation(valid_from=date(2023, 7, 1), zones="west-coast;gaoxin"), date(2023, 1, 9)
    OrganisationPast.objects.create(
        subject_id=firm.pk, code=firm.code, name=firm.name, zones="west-coast", valid_to=date(2023, 7, 1),
        recorded_at=firm.recorded_at,
    )  # fmt: skip
    Case.objects.create(
        number="B-1", kind="dust-problem", edition="1", digest="", family="problem", theme="dust", state="x",
        phase="new", title="一件", organisation_code=firm.code, found_on=opened, opened_on=opened,
        opened_at=firm.recorded_at,
    )  # fmt: skip

    assert one(body).number == 1
    assert one(body, AsOf(date(2023, 6, 30))).number == 0
    assert one(body.replace("gaoxin", "west-coast"), AsOf(date(2023, 6, 30))).number == 1


def test_a_share_keeps_both_counts(one: Any) -> None:
    for number in range(9):
        make_honour(f"q{number}", scheme="china")
    for number in range(18):
        make_honour(f"o{number}", scheme="china", region="3701")

    value = one(SHARE)

    assert (value.number, value.parts, value.words.zh) == (Fraction(1, 3), (9, 27), "1/3")
    assert records("T1", D, actor=ANONYMOUS, part="part").total == 9


def test_a_share_of_nothing_says_so(one: Any) -> None:
    value = one(SHARE)

    assert value.number is None
    assert value.problem is not None
    assert "分母" in value.problem.zh


def test_a_place_counts_districts_under_their_city_and_ties_share_it(one: Any) -> None:
    for code, region in [("a", "3702"), ("b", "370212"), ("c", "3701"), ("d", "3701"), ("e", "3703")]:
        make_honour(code, scheme="governor", region=region)

    value = one(PLACE)

    assert (value.number, value.words.zh, value.words.en) == (1, "第一", "first")


def test_those_compared_are_the_cities_of_the_day_and_a_merged_one_counts_where_it_went(one: Any) -> None:
    for code, region in [("a", "3702"), ("b", "3712"), ("c", "3701")]:  # 3712 Laiwu has been part of 3701 since 2019
        make_honour(code, scheme="governor", region=region)

    assert one(PLACE).number == 2
    assert len(peers("T1", D).rows) == 16
    assert one(PLACE, AsOf(date(2018, 12, 31))).number == 1
    assert len(peers("T1", AsOf(date(2018, 12, 31))).rows) == 17


def test_an_organisation_in_two_districts_of_a_city_counts_once_for_the_city(one: Any) -> None:
    twice = make_organisation()
    for code, region in [("a", "370212"), ("b", "370213")]:
        make_honour(code, scheme="governor", region=region, organisation=twice)
    for number, region in enumerate(["3701", "370102"]):
        firm = make_organisation(f"单位{number}", f"X{number}")
        make_honour(f"o{number}", scheme="governor", region=region, organisation=firm)

    assert one(PLACE.replace("[rank]", '[rank]\nof = "organisation"')).number == 2
    assert [(row.code, row.number) for row in peers("T1", D).rows[:2]] == [("3701", 2), ("3702", 1)]


def test_a_place_without_anybody_having_any_is_none(one: Any) -> None:
    value = one(PLACE)

    assert (value.number, value.words.zh) == (None, "—")


def test_the_only_one_is_so_while_no_other_has_any(one: Any) -> None:
    body = PLACE.replace('"rank"\n', '"only"\n')
    make_honour("a", scheme="governor", region="370212")

    assert one(body).words.zh == "唯一"
    make_honour("b", scheme="governor", region="3701")
    assert one(body).words.zh == "2"


def test_a_streak_ends_at_the_latest_year(one: Any) -> None:
    for year in range(2017, 2024):
        make_honour(str(year), scheme="assessment", edition=str(year), grade="B" if year == 2017 else "A")

    value = one(RUN)

    assert (value.number, value.words.zh, value.items[0].zh) == (6, "六", "2023")


def test_values_shared_by_all_are_one_value_and_others_none(one: Any) -> None:
    body = '[value]\nfrom = "honours"\nof = "edition"\nwhere = [{ field = "scheme", is = "mayor" }]\n'
    make_honour("a")
    make_honour("b")

    assert one(body).number == 7
    make_honour("c", edition="6")
    assert one(body).number is None


def test_existence_list_change_and_statement(one: Any) -> None:
    make_honour("a", awarded_on=date(2023, 5, 1))
    make_honour("b", awarded_on=date(2022, 5, 1), edition="6")
    exists = '[exists]\nfrom = "honours"\nwhere = [{ field = "edition", is = "6" }]\n'
    listed = '[list]\nfrom = "honours"\nshow = "edition"\norder = "awarded_on"\n'
    change = '[change]\nfigure = "T2"\nover = "year"\n'
    statement = '[statement]\ntext = { zh = "高度重视", en = "High regard" }\nsupport = ["T2"]\n'

    assert one(exists).words.zh == "有"
    assert [text.zh for text in one(listed).items] == ["6", "7"]
    assert one(change, T2=MAYOR).number == 1
    assert one(statement, T2=MAYOR).words.zh == "高度重视"


def test_a_change_from_nothing_is_no_percentage(one: Any) -> None:
    make_honour("a", awarded_on=date(2023, 5, 1))

    value = one('[change]\nfigure = "T2"\nas = "percent"\n', T2=MAYOR)

    assert value.number is None
    assert value.problem is not None
    assert "分母" in value.problem.zh


def test_the_list_of_awards_leads_to_those_who_won_and_names_those_who_have_no_page(one: Any) -> None:
    firm = make_organisation()
    make_honour("a", organisation=firm, recipient="青岛某班组")
    make_honour("b", recipient="某人")
    one(MAYOR)

    rows = records("T1", D, actor=ANONYMOUS).rows

    assert [(row.cells[2].text.zh, row.cells[2].page) for row in rows] == [
        ("青岛某班组", ("organisation", firm.code)), ("某人", None),
    ]  # fmt: skip


def test_many_figures_over_a_source_take_one_statement_a_side(settings: Any, tmp_path: Path) -> None:
    make_honour("a")
    make_figures(settings, tmp_path, T1=MAYOR, T2=MAYOR.replace("mayor", "governor"), T3=SHARE)
    cache.clear()

    with CaptureQueriesContext(connection) as asked:
        found = figure_values(["T1", "T2", "T3"], D)
    counting = [one for one in asked.captured_queries if "COUNT" in one["sql"]]

    assert [found[name].number for name in ("T1", "T2", "T3")] == [1, 0, None]
    assert len(counting) == 2
    with CaptureQueriesContext(connection) as again:
        figure_values(["T1", "T2", "T3"], D)
    assert [one for one in again.captured_queries if "COUNT" in one["sql"]] == []


def test_what_was_known_then_comes_out_again(one: Any) -> None:
    make_honour("a", recorded_at=datetime(2023, 6, 1, tzinfo=UTC))
    make_honour("late", recorded_at=datetime(2024, 2, 1, tzinfo=UTC))

    assert one(MAYOR).number == 2
    assert one(MAYOR, AsOf(D.on, datetime(2024, 1, 4, tzinfo=UTC))).number == 1


def test_a_changed_record_changes_value_and_digest_at_once(one: Any) -> None:
    make_honour("a")
    make_honour("b")
    assert one(MAYOR).number == 2
    before = snapshot("T1", D)

    Honour.objects.filter(code="b").delete()

    cache.clear()
    after = snapshot("T1", D)
    assert (before.count, after.count) == (2, 1)
    assert before.records != after.records
    assert before.definition == after.definition
    assert [key for key, _ in record_keys("T1", D)] == ["a"]


def test_records_of_internal_figures_are_for_officers(one: Any) -> None:
    one('privacy = "internal"\n' + MAYOR)

    with pytest.raises(NotAllowed):
        records("T1", D, actor=ANONYMOUS)
    assert records("T1", D, actor=make_actor("city_officer")).total == 0


def test_what_is_not_there_is_said(one: Any) -> None:
    one(MAYOR)

    with pytest.raises(NotFound) as unknown:
        figure_value("T9", D)
    with pytest.raises(NotFound):
        records("T1", D, actor=ANONYMOUS, page=2)
    with pytest.raises(BadInput):
        records("T1", D, actor=ANONYMOUS, part="colour=red")
    assert "T1" in unknown.value.text.zh


BAD = {
    "an unknown source": ('[count]\nfrom = "dreams"\n', "count.from"),
    "an unknown field": ('[count]\nfrom = "honours"\nwhere = [{ field = "x", is = "a" }]\n', "count.where.1.field"),
    "an unknown value": ('[count]\nfrom = "honours"\nwhere = [{ field = "state", is = "won" }]\n', "count.where.1.is"),
    "a number for a text": ('[count]\nfrom = "honours"\nwhere = [{ field = "edition", is = 7 }]\n', "count.where.1.is"),
    "a text compared by size": (
        '[count]\nfrom = "honours"\nwhere = [{ field = "grade", at_least = 7 }]\n', "count.where.1.at_least",
    ),
    "a period by no date": (
        '[count]\nfrom = "honours"\nperiod = { field = "grade", span = "year" }\n', "count.period.field",
    ),
    "a sum of words": ('[sum]\nfrom = "honours"\nof = "grade"\n', "sum.of"),
    "an unknown dimension": (MAYOR.replace('"district"', '"recipient"'), "dimensions.by.2"),
    "zones as parts": (
        '[count]\nfrom = "certificates"\n[dimensions]\nby = ["zones"]\nparts = "zones"\n', "dimensions.parts",
    ),
    "organisations as parts": (HOLDERS + '[dimensions]\nby = ["district"]\nparts = "district"\n', "dimensions.parts"),
    "a group of awards": ('privacy = "group"\n' + MAYOR, "privacy"),
    "an unknown figure": ('[change]\nfigure = "T9"\n', "change.figure"),
    "a place by a name": (PLACE.replace('by = "region"', 'by = "recipient"'), "rank.by"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_figure_that_does_not_fit_its_records_is_refused_by_file_and_key(
    name: str, settings: Any, tmp_path: Path
) -> None:
    body, key = BAD[name]
    make_figures(settings, tmp_path, T1=body)

    with pytest.raises(BadRulebook) as refusal:
        figures(D.on)

    assert refusal.value.facts["file"] == "qingdao/figures/tests/T1.toml"
    assert refusal.value.facts["key"] == key


def test_a_ratio_of_unlike_figures_and_circles_are_refused(settings: Any, tmp_path: Path) -> None:
    make_figures(settings, tmp_path, T1='[change]\nfigure = "T2"\n', T2='[change]\nfigure = "T1"\n')
    with pytest.raises(BadRulebook) as circle:
        figures(D.on)
    assert "T1 → T2 → T1" in circle.value.text.en


def test_the_shipped_figures_fit() -> None:
    assert {"A12", "A14", "A21", "A60", "A61"} <= set(figures(D.on))
