"""Text into search tokens: folding, words, syllables, and the forms under which a number is typed."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.catalog import tokens

ANY_TEXT = st.text(st.characters(), max_size=60)  # surrogates and controls too


def test_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(tokens).failed == 0


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ＧＢ∕Ｔ　１９５８０—２０１２", "gb/t 19580-2012"),
        ("質量管理體系", "质量管理体系"),
        ("ISO–9001", "iso-9001"),
        ("㎡ Ⅲ ﬁ", "m2 iii fi"),
        ("a\x00b\u200bc", "a b c"),
        ("\ud800质\udfff量", " 质 量"),
    ],
)
def test_normalise_folds_what_does_not_distinguish(typed: str, folded: str) -> None:
    assert tokens.normalise(typed) == folded


@given(ANY_TEXT)
def test_normalise_takes_any_text_and_leaves_nothing_that_cannot_be_stored(text: str) -> None:
    folded = tokens.normalise(text)

    folded.encode("utf-8")
    assert "\x00" not in folded


@given(ANY_TEXT)
def test_every_cut_takes_any_text(text: str) -> None:
    folded = tokens.normalise(text)

    cut = tokens.cut(folded)
    tokens.words(folded)
    forms = tokens.number_forms(folded)

    for token in (*cut.spoken, *forms.own, *forms.loose, *forms.wider):
        assert token
        assert " " not in token
    for joined in (cut.words, cut.pairs, cut.latin):
        assert joined == " ".join(joined.split())


def test_words_need_the_small_ones_and_take_compounds_as_a_bonus() -> None:
    found = tokens.words("绩效评价准则")

    assert found.must == ("绩效", "评价", "准则")
    assert found.bonus == ("绩效评价",)


def test_words_of_a_query_are_among_the_words_of_the_record_it_was_copied_from() -> None:
    title = tokens.normalise("家用和类似用途电器的安全 第2部分：洗衣机的特殊要求")
    indexed = set(tokens.cut(title).words.split())

    for query in ("家用电器", "洗衣机", "特殊要求", "类似用途"):
        assert set(tokens.words(query).must) <= indexed


def test_syllables_are_read_by_word() -> None:
    assert tokens.syllables("重庆银行行业") == ["chong", "qing", "yin", "hang", "hang", "ye"]
    assert tokens.syllables("绿色") == ["lv", "se"]
    assert tokens.initials(tokens.syllables("卓越绩效")) == "zyjx"


@pytest.mark.parametrize(
    ("number", "typed"),
    [
        ("GB/T 19580-2012", ["GB/T 19580-2012", "gbt19580", "GB 19580-2012", "gb19580", "19580", "195802012"]),
        ("GB/T 2828.1-2012", ["GB/T 2828.1", "GB 2828.1"]),
        ("T/CAQ 10101-2020", ["T/CAQ 10101", "CAQ 10101-2020", "tcaq10101"]),
        ("DB37/T 1234-2019", ["DB37/T 1234", "db37 1234", "1234"]),
        ("ISO/IEC 17025:2017", ["ISO 17025", "IEC 17025", "iso/iec17025", "17025"]),
        ("ISO/IEC 14496-10:2003/Amd 1:2006", ["ISO/IEC 14496-10:2003/Amd 1:2006", "iso14496-10amd1"]),
        ("ETSI TS 124 583 V19.1.0 (2026-02)", ["ETSI TS 124 583", "TS 124 583", "ETSI TS 124 583 V19.1.0"]),
        ("ITU-T G.173 (03/1993)", ["ITU-T G.173", "G.173"]),
        ("JIS Q 9001:2015", ["JIS Q 9001", "jisq9001:2015", "9001"]),
        ("GB 5009-85", ["GB 5009", "GB 5009-85"]),
        ("IEC 60335-2-80", ["IEC 60335-2-80"]),
    ],
)
def test_a_number_is_found_however_it_is_typed(number: str, typed: list[str]) -> None:
    forms = tokens.number_forms(tokens.normalise(number))
    known = {*forms.own, *forms.loose}

    for form in typed:
        assert tokens.squash(tokens.normalise(form)) in known


@pytest.mark.parametrize(
    ("number", "whole"), [("GB/T 2828.1-2012", "gbt2828"), ("ISO 14496-10:2020", "iso14496"), ("OIML R 76-1", "r76")]
)
def test_a_part_is_found_under_the_whole_it_belongs_to(number: str, whole: str) -> None:
    assert whole in tokens.number_forms(tokens.normalise(number)).wider


def test_a_part_of_an_iec_standard_is_not_taken_for_a_year() -> None:
    assert tokens.number_forms("iec 60335-2-80").own == ("iec60335280",)
    assert tokens.number_forms("gb 5009-85").own == ("gb500985", "gb5009")


def test_pinyin_has_several_readings_and_latin_words_have_none() -> None:
    assert tokens.split_pinyin("fangan") == [["fang", "an"], ["fan", "gan"]]
    assert tokens.split_pinyin("hello") == []
    assert tokens.split_pinyin("di2bufen") == [["di", "2", "bu", "fen"]]


def test_long_nonsense_is_read_in_a_moment() -> None:
    assert tokens.split_pinyin("fanganxian" * 100 + "q") is not None
