"""The language of bulletins: what is read, what is refused and on which line."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.errors import BadInput
from pinzhi.engine.publishing.texts import Block, Reference, in_words, parse, read, references, sentences

LEAD = """## 七届评出[[A21|54]]个单位

全市连续举办[[A20|七]]届评审；
先后有[[A21]]个单位获奖。去年末是[[A21@2022-12-31|47]]个。

![[A21|edition]]
"""


def test_a_text_is_read_into_headings_paragraphs_and_pictures() -> None:
    heading, paragraph, picture = parse(LEAD)

    assert heading == Block("heading", ("七届评出", Reference("A21", None, "54", 1), "个单位"), 1)
    assert paragraph.pieces == (
        "全市连续举办",
        Reference("A20", None, "七", 3),
        "届评审；先后有",
        Reference("A21", None, None, 4),
        "个单位获奖。去年末是",
        Reference("A21", date(2022, 12, 31), "47", 4),
        "个。",
    )
    assert picture == Block("picture", (Reference("A21", None, None, 6),), 6, "edition")
    assert [one.figure for one in references((heading, paragraph, picture))] == ["A21", "A20", "A21", "A21", "A21"]


def test_sentences_end_at_full_stops_and_semicolons_and_know_their_lines() -> None:
    _, paragraph, picture = parse(LEAD)

    made = sentences(paragraph)

    assert [one.line for one in made] == [3, 4, 4]
    assert [[ref.figure for ref in one.references] for one in made] == [["A20"], ["A21"], ["A21"]]
    assert sentences(picture) == ()


def test_english_sentences_keep_decimals_whole() -> None:
    (block,) = parse("It rose by [[A34|93.5%]] to 1.07 each. Then it stood.")

    assert [in_words(one.pieces, {ref: ref.words or "" for ref in one.references}) for one in sentences(block)] == [
        "It rose by 93.5% to 1.07 each.",
        " Then it stood.",
    ]


def test_lines_of_a_paragraph_are_joined_without_a_blank_in_chinese_and_with_one_in_english() -> None:
    zh, en = parse("第一行\n第二行\n\nfirst line\nsecond line")

    assert (zh.pieces, en.pieces) == (("第一行第二行",), ("first line second line",))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("一\n\n有[[A21|54个单位。", 3, "没有用“]]”收住"),
        ("有[[A21|54[[A20]]", 1, "没有用“]]”收住"),
        ("有54]]个", 1, "前面没有“[[”"),
        ("有[[|54]]个", 1, "不是数字的代号"),
        ("有[[一]]个", 1, "不是数字的代号"),
        ("有[[A21|]]个", 1, "后面应有文字"),
        ("一\n二[[A21@2023-13-31|54]]", 2, "不是日期"),
        ("一\n# 标题", 2, "小标题应写成"),
        ("##没有空格", 1, "小标题应写成"),
        ("![[A21|edition", 1, "图单独占一行"),
        ("一\n\n二\x07", 3, "控制字符"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(BadInput) as refusal:
        parse(text)

    assert refusal.value.code == "publishing.text"
    assert refusal.value.facts["line"] == line
    assert says in refusal.value.text.zh
    assert refusal.value.text.en.startswith(f"Line {line}: ")


def test_all_faults_are_told_at_once_and_the_rest_is_read() -> None:
    reading = read("有[[A21\n\n好[[A20|七]]届\n\n# 错")

    assert [fault.line for fault in reading.faults] == [1, 5]
    assert [one.figure for one in references(reading.blocks)] == ["A20"]


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(BadInput):
        parse("字" * 40_001)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    reading = read(text)

    assert all(1 <= fault.line <= text.count("\n") + text.count("\r") + 1 for fault in reading.faults)


@given(
    st.lists(
        st.builds(
            Reference,
            st.from_regex(r"[A-Z][0-9]{2}", fullmatch=True),
            st.none() | st.dates(),
            st.none() | st.from_regex(r"[0-9一-九]{1,6}余?", fullmatch=True),
            st.just(1),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_a_reference_that_is_printed_is_read_as_itself(made: list[Reference]) -> None:
    (block,) = parse("字".join(str(one) for one in made))

    assert tuple(references((block,))) == tuple(made)
