"""What is proposed while somebody types."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from pinzhi.records.catalog.search import store, suggest
from pinzhi.records.catalog.search.build import rebuild
from pinzhi.records.catalog.search.follow import follow_once
from pinzhi.records.catalog.search.reader import reader
from tests.records.catalog.search.small import TODAY, add_standard, make_catalogue


@pytest.fixture(autouse=True)
def catalogue(db: None, settings: Any) -> dict[str, Any]:
    """A small catalogue and its index."""
    settings.TODAY = TODAY
    made = make_catalogue()
    rebuild()
    return made


def proposed(typed: str) -> list[str]:
    return [one.row.number if one.row.kind == "standard" else one.row.title for one in suggest(typed)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("gb 47", "GB 4706.24-2008"),
        ("gb/t 19", "GB/T 19001-2016"),
        ("GB/T 195", "GB/T 19580-2012"),
        ("gb/t 19580-2004", "GB/T 19580-2004"),
        ("卓", "GB/T 19580-2012"),
        ("卓越绩效评", "GB/T 19580-2012"),
        ("zhuo", "GB/T 19580-2012"),
        ("zhuoyuejix", "GB/T 19580-2012"),
        ("zyj", "GB/T 19580-2012"),
        ("绩效", "GB/T 19580-2012"),
        ("qual", "GB/T 19001-2016"),
        ("海", "海尔集团公司"),
        ("haier", "海尔集团公司"),
        ("李沧", "李沧区质量服务中心"),
    ],
)
def test_suggest_proposes_what_begins_so(typed: str, first: str) -> None:
    assert proposed(typed)[0] == first


def test_suggest_proposes_each_standard_once_in_the_edition_in_force() -> None:
    assert proposed("卓越绩效") == ["GB/T 19580-2012"]


def test_suggest_marks_what_was_typed() -> None:
    assert suggest("绩效")[0].marked == (("卓越", False), ("绩效", True), ("评价准则", False))


def test_suggest_follows_changes() -> None:
    add_standard("GB/T 88888-2023", "极光观测规范")
    follow_once()
    reader().expire()

    assert proposed("极光") == ["GB/T 88888-2023"]


def test_suggest_is_bounded_and_takes_blanks_for_nothing() -> None:
    assert suggest("  ") == []
    assert len(suggest("g", limit=2)) == 2
    assert len(suggest("g", limit=10_000)) <= 20


def test_suggest_answers_without_an_index() -> None:
    store.pointer().unlink()
    reader().expire()

    assert proposed("海尔集团") == ["海尔集团公司"]


@given(st.text(st.characters(), max_size=120))
@trying(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_answered(text: str) -> None:
    assert len(suggest(text)) <= 8
