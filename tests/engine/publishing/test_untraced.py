"""Numbers typed by hand are found beside references; what only looks like a number is left alone."""

import pytest

from pinzhi.engine.publishing.texts import parse
from pinzhi.engine.publishing.untraced import untraced
from pinzhi.engine.texts import Text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("又有 12 家上榜，[[A21|54]]个不算。", ["12"]),
        ("七届评出三家，两次得A。", ["七", "三", "两"]),
        ("累计一百二十三项。", ["一百二十三"]),
        ("得奖数全省第一，系全省唯一。", ["第一", "唯一"]),
        ("Two firms of the city hold the most awards.", ["Two", "the most"]),
    ],
)
def test_a_number_without_a_figure_is_named(text: str, found: list[str]) -> None:
    assert [fault.text.zh.rpartition("里的“")[2].partition("”")[0] for fault in untraced(parse(text))] == found


@pytest.mark.parametrize(
    "text",
    [
        "2023年12月31日，第九届，第 7 期。",
        "按 GB/T 19001—2016 和《质量强国 2035》，“双百 100 家”。",
        "其中一家，一些单位，十分重视，万元以上。",
        "The 9th edition, one of the firms.",
        "[[A21|54]]个，[[A20|七]]届，[[A02|第一]]。",
    ],
)
def test_years_days_editions_titles_and_articles_count_nothing(text: str) -> None:
    assert untraced(parse(text)) == ()


def test_a_warning_says_where_and_what() -> None:
    (fault,) = untraced(parse("好。\n\n又有 12 家上榜。"))

    assert fault.place == Text("第 3 行", "Line 3")
    assert fault.text == Text(
        "“又有 12 家上榜。”里的“12”没有数字作依据。", "“12” in “又有 12 家上榜。” has no figure behind it."
    )
