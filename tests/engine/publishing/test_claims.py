"""Words of figures: what is written is read back as true, and what words allow is exactly what the rules say."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.errors import BadInput
from pinzhi.engine.publishing.claims import claim
from pinzhi.engine.publishing.numerals import chinese, english, read_chinese, read_english
from pinzhi.engine.publishing.wording import Number, half_up, words
from pinzhi.engine.rulebook.figure_parts import Style, Wording

SIZES: list[Style] = ["exact", "over", "wan", "over-wan", "numeral", "only"]
sizes = st.one_of(st.integers(0, 10**12), st.integers(0, 200), st.fractions(-(10**6), 10**9, max_denominator=10**4))


@given(sizes, st.sampled_from(SIZES), st.integers(0, 4), st.integers(1, 4))
def test_every_number_said_is_read_back_as_true(number: Fraction, style: Style, digits: int, leading: int) -> None:
    wording = Wording(style=style, digits=digits, leading=leading)

    said = words(Fraction(number), wording)

    assert claim(said.zh).holds(Fraction(number), wording)
    assert claim(said.en).holds(Fraction(number), wording)


@given(st.fractions(0, 3, max_denominator=10**5), st.sampled_from(["percent", "fraction"]), st.integers(0, 4))
def test_every_share_said_is_read_back_as_true(share: Fraction, style: Style, digits: int) -> None:
    wording = Wording(style=style, digits=digits)

    said = words(share, wording)

    assert claim(said.zh).holds(share, wording)
    assert claim(said.en).holds(share, wording)


@given(st.integers(1, 500), st.sampled_from(["rank", "band"]), st.integers(1, 100))
def test_every_place_said_is_read_back_as_true(place: int, style: Style, at_most: int) -> None:
    wording = Wording(style=style, at_most=at_most)

    said = words(Fraction(place), wording)

    assert claim(said.zh).holds(Fraction(place), wording)
    assert claim(said.en).holds(Fraction(place), wording)


@given(st.dates(date(1000, 1, 1)))
def test_every_day_said_is_read_back_as_true(day: date) -> None:
    said = words(day, Wording(style="date"))

    assert claim(said.zh).holds(day, Wording(style="date"))
    assert claim(said.en).holds(day, Wording(style="date"))
    assert not claim(said.en).holds(date(999, 1, 1), Wording(style="date"))


@pytest.mark.parametrize(
    ("value", "wording", "zh", "en"),
    [
        (54, Wording(), "54", "54"),
        (12667, Wording(), "12667", "12,667"),
        (1234, Wording(style="over", leading=2), "1200余", "over 1,200"),
        (1200, Wording(style="over", leading=2), "1200", "1,200"),
        (5321, Wording(style="over"), "5000余", "over 5,000"),
        (1_034_567, Wording(style="over-wan"), "100余万", "over 1,000,000"),
        (399_870, Wording(style="wan"), "40万", "400,000"),
        (9_803_245, Wording(style="wan"), "980万", "9,800,000"),
        (Fraction(9, 27), Wording(style="fraction"), "1/3", "1/3"),
        (Fraction(17, 40), Wording(style="fraction"), "3/7", "3/7"),
        (Fraction(1145, 1231), Wording(style="percent"), "93%", "93%"),
        (Fraction(925, 1000), Wording(style="percent"), "93%", "93%"),
        (6, Wording(style="numeral"), "六", "six"),
        (2, Wording(style="numeral"), "两", "two"),
        (1, Wording(style="rank"), "第一", "first"),
        (12, Wording(style="rank"), "第十二", "12th"),
        (1, Wording(style="only"), "唯一", "the only one"),
        (2, Wording(style="band"), "前列", "among the first"),
        (4, Wording(style="band"), "第四", "fourth"),
        (date(2024, 1, 1), Wording(style="date"), "2024年1月1日", "1 January 2024"),
        (Decimal("2.5"), Wording(), "3", "3"),
    ],
)
def test_a_value_is_said(value: Number | int, wording: Wording, zh: str, en: str) -> None:
    said = words(Fraction(value) if isinstance(value, int) else value, wording)

    assert (said.zh, said.en) == (zh, en)


@pytest.mark.parametrize(
    ("said", "holding", "failing"),
    [
        ("1200余人次", (1201, 1299), (1200, 1300)),
        ("230余处", (231, 239), (230, 240)),
        ("5000余家", (5001, 5999), (5000, 6000)),
        ("100余万", (1_000_001, 1_999_999), (1_000_000, 2_000_000)),
        ("10余条", (11, 19), (10, 20)),
        ("22万", (215_000, 224_999), (214_999, 225_000)),
        ("1.5亿", (145_000_000, 154_999_999), (144_999_999, 155_000_000)),
        ("约500", (475, 525), (474, 526)),
        ("近1000", (950, 999), (949, 1000)),
        ("超1000", (1001, 54_818), (1000, 999)),
        ("达到54818次", (54_818,), (54_817,)),
        ("54个", (54,), (53, 55)),
        ("六", (6,), (5, 7)),
        ("twelve", (12,), (11,)),
        ("一百零二", (102,), (120,)),
    ],
)
def test_words_allow_exactly_what_the_rule_says(said: str, holding: tuple[int, ...], failing: tuple[int, ...]) -> None:
    read = claim(said)

    assert [read.holds(Fraction(one), Wording()) for one in holding] == [True] * len(holding)
    assert [read.holds(Fraction(one), Wording()) for one in failing] == [False] * len(failing)


def test_shares_may_be_off_by_half_a_point() -> None:
    third, percent = claim("三分之一"), claim("93%")
    wording = Wording(style="fraction")

    assert third.holds(Fraction(338, 1000), wording)
    assert not third.holds(Fraction(339, 1000), wording)
    assert percent.holds(Fraction(925, 1000), wording)
    assert not percent.holds(Fraction(924, 1000), wording)
    assert not percent.holds(Fraction(93), Wording())


def test_a_number_is_no_place_and_a_place_no_number() -> None:
    assert not claim("1").holds(Fraction(1), Wording(style="rank"))
    assert not claim("第一").holds(Fraction(1), Wording())
    assert not claim("唯一").holds(Fraction(1), Wording())
    assert claim("最多").holds(Fraction(1), Wording(style="rank"))


@pytest.mark.parametrize(
    "said", ["", "A级", "很多", "5 4", "1200余余", "约近5", "2024年13月", "1/0", "第", "余", "1" * 81]
)
def test_words_that_say_nothing_are_refused(said: str) -> None:
    with pytest.raises(BadInput) as refusal:
        claim(said)

    assert refusal.value.code == "publishing.claim"


@given(st.text(max_size=90))
def test_any_words_are_read_or_refused(said: str) -> None:
    try:
        claim(said)
    except BadInput:
        return


@given(st.integers(0, 99))
def test_numerals_are_read_back(number: int) -> None:
    assert read_chinese(chinese(number)) == number
    assert number > 20 or read_english(english(number)) == number


def test_rounding_is_half_up_away_from_zero() -> None:
    assert [half_up(Fraction(n, 2), 0) for n in (1, 3, 5, -1, -3)] == [1, 2, 3, -1, -2]
