"""Pages of figures: a number with its meaning, its parts, its records and files; honest where there is none."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from django.core.cache import cache
from django.test import Client

from pinzhi.records.accounts.models import User
from tests.build import make_actor
from tests.build_catalog import make_certificate, make_honour, make_organisation
from tests.build_publishing import make_figures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
SYSTEMS = """
confused_with = ["T2"]
front = 1
[count]
from = "certificates"
where = [{ field = "scheme", is = "qms" }, { field = "district", starts = "3702" }, { field = "valid", is = true }]
[dimensions]
by = ["district", "industry"]
parts = "district"
[target]
value = 4
better = "more"
year = 2023
basis = { zh = "工作要点", en = "Work plan" }
synthetic = true
"""
HOLDERS = """
[distinct]
from = "certificates"
of = "holder"
where = [{ field = "scheme", is = "qms" }, { field = "valid", is = true }]
"""
INTERNAL = """
privacy = "internal"
[count]
from = "honours"
where = [{ field = "scheme", is = "mayor" }]
"""
SHARE = """
[ratio]
from = "honours"
where = [{ field = "scheme", is = "china" }]
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
SAID = """
[statement]
text = { zh = "协同推进", en = "Moving together" }
support = ["T1"]
"""


@pytest.fixture
def figures(settings: Any, tmp_path: Path) -> None:
    """Five figures of a test's own, and a few records."""
    make_figures(settings, tmp_path, T1=SYSTEMS, T2=HOLDERS, T3=INTERNAL, T4=SHARE, T5=PLACE, T6=SAID)
    cache.clear()
    holder = make_organisation(industry="C34")
    for number in range(3):
        make_certificate(holder, f"Q{number}")
    other = make_organisation("青岛示例电气有限公司", "91370214MA00000589", district="370214")
    make_certificate(other, "Q9")
    make_honour("g1", scheme="governor", region="3702")
    make_honour("g2", scheme="governor", region="3701")
    make_honour("g3", scheme="governor", region="3702")


def _page(client: Client, address: str, **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200, address
    return response.content.decode()


def _officer() -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=make_actor("city_officer").user_id))
    return client


@pytest.mark.usefixtures("figures")
def test_list_has_every_public_figure_with_its_value(client: Client) -> None:
    page = _page(client, "/figures")

    assert re.findall(r'data-f="(\w+)"', page) == ["T1", "T2", "T4", "T5", "T6"]
    assert 'data-f="T3"' in _page(_officer(), "/figures")


@pytest.mark.usefixtures("figures")
def test_list_is_narrowed_by_a_word_or_a_code(client: Client) -> None:
    assert re.findall(r'data-f="(\w+)"', _page(client, "/figures?q=t4")) == ["T4"]
    assert "没有名称或定义里含“风筝”的数字" in _page(client, "/figures?q=风筝")


@pytest.mark.usefixtures("figures")
def test_page_tells_value_meaning_parts_and_records(client: Client) -> None:
    page = _page(client, "/figures/T1")

    assert re.search(r'class="xl">\s*4\s*<span class="u">个</span>', page)
    assert "是什么" in page
    assert "不是什么" in page
    assert 'data-f="T2"' in page  # often confused with
    assert "崂山区" in page
    assert "/figures/T1/records?part=district%3D370212" in page
    assert "各部分相加等于 4。" in page
    assert "全部 4 条" in page
    assert "/certificates/Q0" in page


@pytest.mark.usefixtures("figures")
def test_records_are_as_many_as_the_figure_counts(client: Client) -> None:
    page = client.get("/figures/T1/records").context["page"]
    part = client.get("/figures/T1/records?part=district=370212").context

    assert page.total == 4
    assert (part["page"].total, part["part_words"]) == (3, "崂山区")
    holders = client.get("/figures/T2/records").context["page"]
    assert holders.total == 2


@pytest.mark.usefixtures("figures")
def test_another_day_is_counted_as_of_that_day(client: Client) -> None:
    assert re.search(r'class="xl">\s*0\s*<span', _page(client, "/figures/T1?on=2021-01-01"))
    assert re.search(r'class="xl">\s*0\s*<span', _page(client, "/figures/T1?known=2023-01-01"))


@pytest.mark.usefixtures("figures")
def test_share_of_nothing_is_a_sentence_and_not_zero(client: Client) -> None:
    page = _page(client, "/figures/T4")

    assert 'class="no-value"' in page
    assert 'class="xl"' not in page


@pytest.mark.usefixtures("figures")
def test_statement_is_words_with_what_supports_it(client: Client) -> None:
    assert "协同推进" in _page(client, "/figures/T6")
    assert client.get("/figures/T6/records").status_code == 404


@pytest.mark.usefixtures("figures")
def test_place_opens_the_table_of_all_compared(client: Client) -> None:
    assert 'href="/figures/T5/peers"' in _page(client, "/figures/T5")
    rows = client.get("/figures/T5/peers").context["rows"]

    assert [(one["word"], one["amount"], one["own"]) for one in rows[:2]] == [
        ("青岛市", "2", True),
        ("济南市", "1", False),
    ]
    assert len(rows) >= 16
    assert {one["amount"] for one in rows[2:]} == {"0"}


@pytest.mark.usefixtures("figures")
def test_internal_figure_is_for_officers(client: Client) -> None:
    for address in ("/figures/T3", "/figures/T3/records", "/figures/T3.json", "/figures/T3.svg", "/api/v1/figures/T3"):
        assert client.get(address).status_code == 403, address
        assert _officer_sees(address), address


def _officer_sees(address: str) -> bool:
    User.objects.filter(email__startswith="city_officer").delete()
    return _officer().get(address).status_code == 200


@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/figures/T9", 404),
        ("/figures/T9.json", 404),
        ("/figures/T1?on=2024-01-05", 400),
        ("/figures/T1?on=1066-10-14", 400),
        ("/figures/T1?known=x", 400),
        ("/figures/T1?by=colour", 400),
        ("/figures/T1/records?part=colour=red", 400),
        ("/figures/T1/records?page=2", 404),
        ("/figures/T1/records?page=0", 400),
        ("/figures/T1.svg?lang=fr", 400),
        ("/api/v1/figures/T9", 404),
        ("/api/v1/figures/T1?on=2024-01-05", 400),
        ("/api/v1/figures/T1?colour=red", 400),
        ("/api/v1/figures/T1?on=x", 422),
    ],
)
def test_bad_addresses_are_refused(client: Client, address: str, status: int) -> None:
    assert client.get(address).status_code == status


@pytest.mark.usefixtures("figures")
def test_unknown_figure_offers_near_ones(client: Client) -> None:
    response = client.get("/figures/T11")

    assert response.status_code == 404
    assert 'href="/figures/T1"' in response.content.decode()


@pytest.mark.usefixtures("figures")
def test_files_of_every_page_agree_with_it(client: Client) -> None:
    listed = json.loads(client.get("/figures.json").content)["rows"]
    assert [(row["id"], row["number"]) for row in listed][:2] == [("T1", "4"), ("T2", "2")]
    text = b"".join(client.get("/figures/T1/records.csv?bom=0")).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["record_key"] for row in rows} == {"Q0", "Q1", "Q2", "Q9"}
    frame = pl.read_parquet(client.get("/figures/T1.parquet").getvalue())
    assert frame.filter(pl.col("series") == "value")["number"].to_list() == [4.0]
    assert sorted(frame.filter(pl.col("series") == "district")["number"].to_list()) == [0.0] * 8 + [1.0, 3.0]
    assert client.get("/figures/T5/peers.xlsx").getvalue()[:2] == b"PK"
    document = json.loads(client.get("/figures/T1.json").content)
    assert (document["value"]["number"], document["breakdowns"][0]["by"]) == (4.0, "district")


@pytest.mark.usefixtures("figures")
def test_file_is_not_made_again_while_nothing_changes(client: Client) -> None:
    first = client.get("/figures/T1/records.csv")
    again = client.get("/figures/T1/records.csv", headers={"if-none-match": first["ETag"]})

    assert again.status_code == 304


@pytest.mark.usefixtures("figures")
def test_catalogue_describes_public_figures_as_data_sets(client: Client) -> None:
    response = client.get("/figures/catalog.jsonld")
    body = json.loads(response.content)

    assert response["Content-Type"] == "application/ld+json"
    assert (body["@type"], len(body["dcat:dataset"])) == ("dcat:Catalog", 5)
    first = body["dcat:dataset"][0]
    assert first["dct:title"][0] == {"@language": "zh", "@value": "数字"}
    assert [one["dcat:mediaType"] for one in first["dcat:distribution"]][:2] == [
        "application/json",
        "text/csv; charset=utf-8",
    ]


@pytest.mark.usefixtures("figures")
def test_picture_is_one_file_for_other_sites(client: Client) -> None:
    response = client.get("/figures/T1.svg?lang=en")

    drawn = ET.fromstring(response.content)  # noqa: S314 (our own answer)
    assert response["Content-Type"].startswith("image/svg+xml")
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert drawn.findtext("{http://www.w3.org/2000/svg}title") == "Figure"
    assert "style=" not in response.content.decode()


@pytest.mark.usefixtures("figures")
def test_api_gives_value_parts_trend_and_records(client: Client) -> None:
    def ask(address: str) -> Any:
        return client.get(f"/api/v1/figures{address}").json()

    assert [one["figure"]["id"] for one in ask("")["items"]] == ["T1", "T2", "T4", "T5", "T6"]
    assert ask("/T1?on=2021-01-01")["value"]["number"] == 0
    parts = {one["code"]: one["number"] for one in ask("/T1/breakdown")["parts"] if one["number"]}
    assert parts == {"370212": 3, "370214": 1}
    assert ask("/T1/trend?months=3")["points"][-1]["number"] == 4
    assert [one["key"] for one in ask("/T1/records?part=district=370214")["items"]] == ["Q9"]
    assert ask("/T4")["value"]["problem"]["en"]


@pytest.mark.usefixtures("figures")
def test_english_page_has_no_chinese_of_its_own(client: Client) -> None:
    for address in ("/figures", "/figures/T1", "/figures/T4", "/figures/T5/peers", "/figures/T1/records"):
        page = _page(client, address, **{"accept-language": "en"})
        spoken = re.sub(r'<(\w+)[^>]*lang="zh-Hans"[^>]*>.*?</\1>', "", page, flags=re.S)
        assert re.findall(r"[\u4e00-\u9fff]+", spoken) == [], address


@pytest.mark.usefixtures("figures")
def test_page_stays_small(client: Client) -> None:
    for address in ("/figures", "/figures/T1", "/figures/T1/records"):
        assert len(client.get(address).content) < 60_000


@pytest.mark.usefixtures("figures")
def test_share_that_its_dimension_decides_is_not_taken_apart(client: Client, settings: Any, tmp_path: Path) -> None:
    make_figures(settings, tmp_path, T1=SHARE.replace("china", "governor") + '[dimensions]\nby = ["city"]\n')
    cache.clear()

    response = client.get("/figures/T1")

    assert "tabs" not in response.context
    assert "2 ÷ 3" in response.content.decode()
