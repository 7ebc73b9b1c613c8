"""Pairs of common words: one term for two, the same whichever comes first."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.catalog import tokens
from pinzhi.engine.catalog.common_words import COMMON_WORDS, common_among, pair_of, pairs_among


@given(st.sets(st.sampled_from(sorted(COMMON_WORDS)), max_size=6))
def test_a_record_has_the_pair_of_any_two_of_its_common_words(words: set[str]) -> None:
    pairs = pairs_among(common_among(words))

    assert len(pairs) == len(words) * (len(words) - 1) // 2
    assert set(pairs) == {pair_of(first, second) for first, second in permutations(words, 2)}


def test_common_words_are_what_a_title_is_cut_into() -> None:
    cut = tokens.cut("船用螺栓 第3部分：性能试验方法")

    assert common_among(cut.words.split()) == {"部分", "性能", "试验", "方法"}


def test_every_common_word_is_one_that_cutting_yields() -> None:
    assert {word for word in COMMON_WORDS if word not in tokens.cut(word).words.split()} == set()
