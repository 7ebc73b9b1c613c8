"""What a query found is marked in the row's text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.catalog.highlights import segments


def marked(text: str, query: str) -> list[str]:
    return [piece for piece, found in segments(text, query) if found]


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("卓越绩效评价准则", "绩效 准则", ["绩效", "准则"]),
        ("卓越绩效评价准则", "卓越绩效", ["卓越绩效"]),
        ("卓越绩效评价准则", "zhuoyue", ["卓越"]),
        ("卓越绩效评价准则", "yjxp", ["越绩效评"]),
        ("质量管理体系 要求", "質量管理", ["质量管理"]),
        ("質量管理體系", "质量", ["質量"]),
        ("Quality management systems", "system", ["systems"]),
        ("医疗器械 ＬＥＤ灯", "led", ["ＬＥＤ"]),
        ("pH值的测定", "ph值", ["pH值"]),
        ("卓越绩效", "服务", []),
        ("卓越绩效", "", []),
    ],
)
def test_segments_mark_words_pairs_and_pinyin(text: str, query: str, found: list[str]) -> None:
    assert marked(text, query) == found


@given(st.text(st.characters(), max_size=80), st.text(st.characters(), max_size=40))
def test_segments_joined_are_the_text(text: str, query: str) -> None:
    assert "".join(piece for piece, _ in segments(text, query)) == text


def test_long_texts_are_marked_in_their_beginning_and_kept_whole() -> None:
    text = "质量" + "x" * 10_000

    assert "".join(piece for piece, _ in segments(text, "质量")) == text
    assert marked(text, "质量") == ["质量"]
