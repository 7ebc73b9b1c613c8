"""What is found, in which way, and in which order."""

from collections.abc import Sequence
from typing import Any

import opencc
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from pinzhi.engine.errors import BadInput
from pinzhi.records.catalog.models import Certificate
from pinzhi.records.catalog.search import find, plan, rows_of
from pinzhi.records.catalog.search.build import rebuild
from pinzhi.records.catalog.search.shapes import Hit, SearchRequest, SearchResult
from tests.records.catalog.search.small import NOW, TODAY, add_standard, make_catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue(db: None, settings: Any) -> dict[str, Any]:
    """A small catalogue and its index."""
    settings.TODAY = TODAY
    made = make_catalogue()
    rebuild()
    return made


def names(result: SearchResult) -> list[str]:
    return names_of(result.hits)


def names_of(hits: Sequence[Hit]) -> list[str]:
    return [row.number if row.kind in ("standard", "certificate") else row.title for row in rows_of(tuple(hits))]


@pytest.mark.parametrize(
    ("typed", "how", "first"),
    [
        ("GB/T 19580-2012", "number", "GB/T 19580-2012"),
        ("gbt19580", "number", "GB/T 19580-2012"),
        ("ＧＢ／Ｔ 19580—2004", "number", "GB/T 19580-2004"),
        ("GB 19580", "number", "GB/T 19580-2012"),
        ("19580", "number", "GB/T 19580-2012"),
        ("国标19580", "number", "GB/T 19580-2012"),
        ("GB/T 19580-2013", "number", "GB/T 19580-2012"),
        ("gb/t 1958", "number", "GB/T 19580-2012"),
        ("iso9001", "number", "ISO 9001:2015"),
        ("91370212ma0000015y", "number", "海尔集团公司"),
        ("00121Q30001R0L", "number", "00121Q30001R0L"),
        ("卓越绩效评价准则", "words", "GB/T 19580-2012"),
        ("卓越绩效", "words", "GB/T 19580-2012"),
        ("绩效 准则", "words", "GB/T 19580-2012"),
        ("洗衣机 安全", "words", "GB 4706.24-2008"),
        ("质量管理体", "bigrams", "GB/T 19001-2016"),
        ("卓约绩效", "syllables", "GB/T 19580-2012"),
        ("卓越机效评价", "syllables", "GB/T 19580-2012"),
        ("卓越绩评价准则", "any", "GB/T 19580-2012"),
        ("海尔", "words", "海尔集团公司"),
        ("haier", "exact", "海尔集团公司"),
        ("qdhe", "exact", "海尔集团公司"),
        ("zhuoyuejixiao", "pinyin", "GB/T 19580-2012"),
        ("zhuo yue ji xiao", "pinyin", "GB/T 19580-2012"),
        ("zhuoyuejixi", "pinyin", "GB/T 19580-2012"),
        ("zhuoyuejixiaop", "pinyin", "GB/T 19580-2012"),
        ("qualty managment", "spelling", "GB/T 19001-2016"),
        ("zyjxpjzz", "exact", "GB/T 19580-2012"),
        ("perfromance excellence", "spelling", "GB/T 19580-2012"),
        ("excellence perfo", "spelling", "GB/T 19580-2012"),
        ("李沧区质量服务中心", "words", "李沧区质量服务中心"),
        ("冰箱 海尔", "words", "00121Q30001R0L"),
    ],
)
def test_find_takes_every_way_of_typing(typed: str, how: str, first: str) -> None:
    result = find(SearchRequest(typed))

    assert (result.how, names(result)[0]) == (how, first)


def test_certificates_are_found_by_the_name_of_their_programme_but_not_of_a_management_system(
    catalogue: dict[str, Any],
) -> None:
    Certificate.objects.create(
        number="TSPZ-2023-09", scheme="taishan-quality", holder=catalogue["haier"], recorded_at=NOW
    )
    rebuild()

    assert names(find(SearchRequest("泰山品质"))) == ["TSPZ-2023-09"]
    assert names(find(SearchRequest("taishan quality"))) == ["TSPZ-2023-09"]
    assert names(find(SearchRequest("质量管理体系", kind="certificate"))) == []


def test_find_reads_traditional_characters() -> None:
    assert names(find(SearchRequest(opencc.OpenCC("s2t").convert("质量管理体系"))))[0] == "GB/T 19001-2016"


def test_find_takes_synonyms_for_one_another() -> None:
    assert names(find(SearchRequest("iso 9001"))) == ["ISO 9001:2015", "GB/T 19001-2016"]


def test_a_pair_of_common_words_finds_what_both_words_find(monkeypatch: pytest.MonkeyPatch) -> None:
    for place, title in enumerate(("质量管理 技术要求 试验方法", "管理质量", "质量", "螺栓 质量评价", "试验方法")):
        add_standard(f"GB/T {60000 + place}-2020", title)
    rebuild()
    texts = ("质量 管理", "管理 质量", "质量 管理 试验", "质量 管理 螺栓", "质量 评价 螺栓", "质量 服务", "试验方法")

    def found(worth_pairing: int) -> list[set[str]]:
        monkeypatch.setattr(plan, "_WORTH_PAIRING", worth_pairing)
        return [set(names(find(SearchRequest(text, size=50)))) for text in texts]

    by_pairs, by_words = found(0), found(1_000_000)
    assert by_pairs == by_words
    assert by_pairs[0] == {"GB/T 60000-2020", "GB/T 60001-2020", "GB/T 19001-2016"}


def test_find_says_what_it_shows_results_for() -> None:
    assert find(SearchRequest("perfromance excellence")).shown_for == "performance excellence"


def test_editions_are_one_line_with_the_one_in_force_first(catalogue: dict[str, Any]) -> None:
    (line,) = find(SearchRequest("卓越绩效评价准则")).lines

    assert line.hit.id == catalogue["new"].pk
    assert [hit.id for hit in line.folded] == [catalogue["old"].pk]


def test_a_number_that_one_record_bears_is_direct(catalogue: dict[str, Any]) -> None:
    direct = find(SearchRequest("GB/T 19580-2004")).direct
    family = find(SearchRequest("GB/T 19580")).direct

    assert direct is not None
    assert direct.id == catalogue["old"].pk
    assert family is not None
    assert family.id == catalogue["new"].pk
    assert find(SearchRequest("19580")).direct is None
    assert find(SearchRequest("卓越绩效")).direct is None


def test_only_listed_institutions_are_institutions(catalogue: dict[str, Any]) -> None:
    kinds = {hit.id: hit.kind for hit in find(SearchRequest("青岛", size=50)).hits if hit.kind != "certificate"}

    assert kinds[catalogue["tester"].pk] == "institution"
    assert kinds[catalogue["hidden"].pk] == "organisation"


def test_an_empty_query_shows_everything_with_counts() -> None:
    result = find(SearchRequest("  "))

    assert (result.how, result.total) == ("browse", 13)
    assert {count.value: count.count for count in result.facets["kind"]} == {
        "standard": 7,
        "organisation": 3,
        "institution": 1,
        "certificate": 1,
        "place": 1,
    }


def test_the_status_of_a_result_is_that_of_the_day() -> None:
    counts = {count.value: count.count for count in find(SearchRequest("", kind="standard")).facets["status"]}

    assert counts == {"current": 5, "replaced": 1, "upcoming": 1}


def test_filters_are_any_within_a_facet_and_all_across_and_counts_ignore_their_own() -> None:
    filters = {"district": ("370202", "370203"), "kind": ("organisation",)}

    result = find(SearchRequest("青岛", filters=filters))

    assert sorted(names(result)) == ["青岛未入驻检测有限公司", "青岛红星化工厂有限公司"]
    assert result.total == 2
    districts = {count.value: count.count for count in result.facets["district"]}
    assert districts == {"370202": 1, "370203": 1, "370212": 1}
    assert {count.value: count.count for count in result.facets["kind"]} == {"organisation": 2, "institution": 1}


def test_an_industry_is_filtered_at_any_depth() -> None:
    for code, found in (("C", 1), ("C26", 1), ("C2611", 1), ("C27", 0)):
        assert find(SearchRequest("", filters={"industry": (code,)})).total == found


def test_results_are_sorted_as_asked() -> None:
    newest = names(find(SearchRequest("", kind="standard", sort="newest")))
    by_number = names(find(SearchRequest("", kind="standard", sort="number")))

    assert newest[:3] == ["GB/T 50000-2024", "GB/T 19580-2012", "GB 4706.24-2008"]  # by issue, else by implementation
    assert by_number == [
        "DB37/T 19580-2015",
        "GB 4706.24-2008",
        "GB/T 19001-2016",
        "GB/T 19580-2004",
        "GB/T 19580-2012",
        "GB/T 50000-2024",
        "ISO 9001:2015",
    ]


def test_pages_follow_one_another_without_gap_or_overlap() -> None:
    pages = [find(SearchRequest("", size=4, page=page)) for page in (1, 2, 3, 4)]

    shown = [(line.hit.kind, line.hit.id) for page in pages for line in page.lines]
    assert len(shown) == len(set(shown)) == 12  # thirteen records, two of them editions of one standard
    assert [page.has_next for page in pages] == [True, True, False, False]


@pytest.mark.parametrize(
    "request_",
    [
        SearchRequest("", kind="persons"),
        SearchRequest("", filters={"phone": ("1",)}),
        SearchRequest("", page=0),
        SearchRequest("", page=2**70),
        SearchRequest("", page=101),
        SearchRequest("", size=0),
    ],
)
def test_what_is_out_of_bounds_is_refused_with_a_reason(request_: SearchRequest) -> None:
    with pytest.raises(BadInput):
        find(request_)


NASTY = [
    "\x00",
    "\ud800",
    "'; DROP TABLE catalog_standard; --",
    '" OR 1=1',
    "title:(a AND b) NOT *:* ~2^9 [a TO z]",
    "😀🏭",
    "的",
    "龘",
    "a" * 10_000,
    "质量" * 5_000,
    "9" * 10_000,
    "a b c d e f g h " * 700,
    "%00%0a../../etc/passwd",
    "-",
    "///",
    "GB/T",
    "۱۲۳",
    "ﷺ" * 600,
]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_nasty_queries_are_answered_quickly(text: str) -> None:
    assert find(SearchRequest(text)).ms < 500


@given(st.text(st.characters(), max_size=200))
@trying(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_answered(text: str) -> None:
    result = find(SearchRequest(text))

    assert result.how != "rebuilding"
    assert len(rows_of(result.hits)) == len(result.hits)


@given(st.text(st.sampled_from("gbt/ 019-:质量管理体系海尔haier*\"'()[]~^\\"), max_size=30))
@trying(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_mixture_of_what_is_usual_is_answered(text: str) -> None:
    assert find(SearchRequest(text, filters={"kind": ("standard",)})).how != "rebuilding"


def test_an_issuer_typed_alone_finds_its_standards_before_titles_that_mention_it() -> None:
    add_standard("DB37/T 77-2021", "GB/T 19580 实施指南", level="local")
    rebuild()

    found = names(find(SearchRequest("GB/T")))

    assert all(number.startswith("GB/T ") for number in found[:3])
    assert found[3:] == ["DB37/T 77-2021"]


def test_in_a_list_ordered_by_number_the_edition_in_force_leads_its_family() -> None:
    result = find(SearchRequest("卓越绩效", sort="number"))

    line = result.lines[0]
    assert names_of([line.hit, *line.folded]) == ["GB/T 19580-2012", "GB/T 19580-2004"]
