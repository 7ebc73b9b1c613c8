"""Search: what is found, how it is narrowed, and what odd requests get."""

import csv
import io
import json
import re
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from pinzhi.web.portal.asked import LAST_PAGE
from tests.web.portal import city
from tests.web.portal.city import organisation, standard

catalogue, indexed = city.catalogue, city.indexed

HOSTILE = [
    "\x00\x01\x1b",
    "'; DROP TABLE catalog_standard; --",
    'title:"a" AND (b OR NOT c)^3 ~ * [1 TO 2]',
    "🎉🎉",
    "质",
    "质量" * 2500,
    "a" * 10_000,
    "<script>alert(1)</script>",
    "%s %(x)s {0} {x}",
    "\ud83d".encode("utf-8", "replace").decode(),
]


@pytest.mark.parametrize("query", HOSTILE)
@pytest.mark.parametrize("address", ["/search", "/search.json", "/search.csv", "/suggest"])
def test_any_text_is_answered(client: Client, catalogue: None, address: str, query: str) -> None:
    response = client.get(address, {"q": query, "go": "1"})

    assert response.status_code == 200
    if response["Content-Type"].startswith("text/html"):
        assert b"<script>alert(1)" not in response.content


def test_search_groups_editions_with_the_one_in_force_first(client: Client, catalogue: None) -> None:
    lines = client.get("/search", {"q": "GB/T 19001"}).context["lines"]

    assert len(lines) == 1
    assert "".join(piece for piece, _ in lines[0].number) == "GB/T 19001—2016"
    assert lines[0].state == "现行"
    assert [("".join(piece for piece, _ in one.number), one.state) for one in lines[0].editions] == [
        ("GB/T 19001—2008", "被代替"),
        ("GB/T 19001—2000", "被代替"),
    ]


def test_search_marks_what_was_found(client: Client, catalogue: None) -> None:
    page = client.get("/search", {"q": "绩效"}).content.decode()

    assert "<mark>绩效</mark>" in page
    assert 'href="/standards/GB/T_19580-2012"' in page


def test_unique_number_leads_straight_to_its_page_only_when_sent(client: Client, catalogue: None) -> None:
    sent = client.get("/search", {"q": "GB/T 19580-2012", "go": "1"})
    typed = client.get("/search", {"q": "GB/T 19580-2012"})

    assert (sent.status_code, sent["Location"]) == (302, "/standards/GB/T_19580-2012")
    assert typed.status_code == 200
    assert "GB/T 19580—2012 现行，2012 年 8 月 1 日 起实施。" in typed.content.decode()


def test_tabs_count_each_kind_and_lead_to_it(client: Client, catalogue: None) -> None:
    tabs = client.get("/search").context["tabs"]

    assert {tab.word: tab.count for tab in tabs} == {
        "全部": "12",
        "标准": "4",
        "企业和组织": "2",
        "证书": "1",
        "地点": "1",
        "文件公告": "4",
    }


def test_facet_narrows_and_can_be_taken_back(client: Client, catalogue: None) -> None:
    response = client.get("/search", {"district": ["370212", "370214"], "kind": "organisation"})

    assert {line.address for line in response.context["lines"]} == {
        "/organisations/91370212264804953L",
        "/organisations/91370214000000001X",
    }
    assert [(one.word, one.address) for one in response.context["chosen"]] == [
        ("崂山区", "/search?kind=organisation&district=370214"),
        ("城阳区", "/search?kind=organisation&district=370212"),
    ]


def test_status_is_worded_for_the_kind_it_is_shown_with(client: Client, catalogue: None) -> None:
    words = {}
    for kind in ("organisation", "certificate", "place"):
        (facet,) = [
            one
            for one in client.get("/search", {"kind": kind, "status": "active"}).context["facets"]
            if one.name == "status"
        ]
        words[kind] = facet.choices[0].word

    assert words == {"organisation": "存续", "certificate": "有效", "place": "开放"}


def test_district_of_another_city_and_fine_industry_are_named(client: Client, catalogue: None, indexed: Any) -> None:
    organisation("91370102000000001X", "济南某公司", district="370102", industry="C2919")
    indexed()

    response = client.get("/search", {"district": "370102"})

    (line,) = response.context["lines"]
    assert ["".join(piece for piece, _ in part.pieces) for part in line.second] == [
        "济南市历下区",
        "橡胶和塑料制品业",
        "91370102000000001X",
    ]


def test_temporary_id_is_shown_to_nobody(client: Client, catalogue: None, indexed: Any) -> None:
    organisation("TMP-00000000000A", "没有代码的公司", district="370212")
    indexed()

    page = client.get("/search", {"q": "没有代码的公司"}).content.decode()
    (item,) = client.get("/suggest", {"q": "没有代码"}).json()["items"]

    assert ">TMP-" not in page
    assert item["number"] == ""


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("kind", "nothing"),
        ("status", "nothing"),
        ("level", "x"),
        ("district", "999999"),
        ("industry", "??"),
        ("service", "x"),
        ("category", "x"),
        ("scheme", "x"),
        ("year", "20x4"),
        ("year", "9" * 30),
        ("sort", "price"),
        ("page", "0"),
        ("page", "-1"),
        ("page", "1.5"),
        ("page", "²"),
        ("page", "９"),
        ("page", "9" * 30),
        ("page", str(LAST_PAGE + 1)),
    ],
)
def test_unknown_value_is_refused_with_help(client: Client, catalogue: None, parameter: str, value: str) -> None:
    page = client.get("/search", {"q": "质量", parameter: value})
    problem = client.get("/search.json", {"q": "质量", parameter: value})

    assert page.status_code == 400
    assert 'action="/search"' in page.content.decode()
    assert problem.status_code == 400
    assert json.loads(problem.content)["code"].startswith("search.")


def test_empty_result_repeats_the_query_and_offers_a_way_on(client: Client, catalogue: None) -> None:
    page = client.get("/search", {"q": "完全没有的东西"}).content.decode()

    assert "没有找到“完全没有的东西”" in page or "下面的含有其中一部分" in page
    nothing = client.get("/search", {"q": "zzzqqq"}).content.decode()
    assert "没有找到“zzzqqq”" in nothing
    assert 'href="/search?kind=place"' in nothing


def test_page_after_the_last_says_so(client: Client, catalogue: None) -> None:
    page = client.get("/search", {"page": "50"}).content.decode()

    assert "第 50 页没有内容" in page
    assert 'href="/search"' in page


def test_pager_links_pages_and_keeps_the_search(client: Client, catalogue: None, indexed: Any) -> None:
    for number in range(100, 125):
        standard(f"GB/T {number}-2020", f"风机 第{number}部分")
    indexed()

    pager = client.get("/search", {"q": "风机", "level": "national", "page": "2"}).context["pager"]

    assert [number for number, _, _ in pager.pages] == [1, 2, 3]
    assert pager.previous == "/search?q=%E9%A3%8E%E6%9C%BA&level=national"
    assert pager.next == "/search?q=%E9%A3%8E%E6%9C%BA&level=national&page=3"


def test_json_and_csv_answer_the_same_query(client: Client, catalogue: None) -> None:
    body = client.get("/search.json", {"q": "19001"}).json()
    table = b"".join(client.get("/search.csv", {"q": "19001"})).decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(table)))
    assert body["total"] == 3
    assert [hit["number"] for hit in body["hits"]] == [row["number"] for row in rows]
    assert rows[0]["address"] == body["hits"][0]["address"] == "/standards/GB/T_19001-2016"


def test_csv_gives_a_spreadsheet_no_formula(client: Client, catalogue: None, indexed: Any) -> None:
    standard("GB/T 1-2020", "=1+1 恶意标题")
    indexed()

    table = b"".join(client.get("/search.csv", {"q": "恶意标题"})).decode()

    assert ",'=1+1 恶意标题," in table


def test_suggestions_mark_what_is_typed(client: Client, catalogue: None) -> None:
    items = client.get("/suggest", {"q": "青岛汉"}).json()["items"]

    assert items[0]["title"] == "青岛汉缆股份有限公司"
    assert items[0]["address"] == "/organisations/91370212264804953L"
    assert any(hit for _, hit in items[0]["marked"])


def test_partial_answer_is_the_result_alone(client: Client, catalogue: None) -> None:
    headers = {"HX-Request": "true", "HX-Target": "result"}
    part = client.get("/search", {"q": "质量"}, headers=headers)

    assert part.content.decode().lstrip().startswith('<div id="result">')
    assert "HX-Target" in part["Vary"]


def test_search_works_while_the_index_is_rebuilt(client: Client, catalogue: None, settings: Any, tmp_path: Any) -> None:
    settings.SEARCH_FOLDER = tmp_path / "nothing-here"

    response = client.get("/search", {"q": "GB/T 19580-2012"})

    assert response.status_code == 200
    assert response.context["facets"] == []
    assert "索引正在重建" in response.content.decode()
    assert 'href="/standards/GB/T_19580-2012"' in response.content.decode()


def test_english_page_has_no_chinese_of_its_own(client: Client, catalogue: None) -> None:
    page = client.get("/search", {"q": "GB/T 19001"}, headers={"accept-language": "en"}).content.decode()

    spoken = re.sub(r'<[^>]*lang="zh-Hans"[^>]*>.*?</', "", page, flags=re.S)
    assert re.findall(r"[\u4e00-\u9fff]+", spoken) == []
    assert "3 results" in page


def test_page_has_no_inline_style_or_script(client: Client, catalogue: None) -> None:
    page = client.get("/search", {"q": "质量"}).content.decode()

    assert "style=" not in page
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert page.count("<h1") == 1


@pytest.mark.parametrize("items", [1, 3])
def test_search_asks_the_database_the_same_number_of_times(
    client: Client, demo_day: Any, indexed: Any, django_assert_num_queries: Any, items: int
) -> None:
    for number in range(items):
        standard(f"GB/T {number + 1}-2020", "轴承")
    indexed()
    client.get("/search", {"q": "轴承"})

    with django_assert_num_queries(2):
        response = client.get("/search", {"q": "轴承"})

    assert len(response.context["lines"]) == items
    assert django_settings.DEBUG is False
