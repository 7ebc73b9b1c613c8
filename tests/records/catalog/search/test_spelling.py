"""Which known words a mistyped one may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.records.catalog.search.spelling import Spelling

WORDS = st.text("abcd", min_size=3, max_size=5)


def _slips(word: str) -> set[str]:
    """Every text one slip away, made one by one."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    slips = {before + after[1:] for before, after in cuts if after}
    slips |= {before + after[1] + after[0] + after[2:] for before, after in cuts if len(after) > 1}
    slips |= {before + letter + after for before, after in cuts for letter in "abcd"}
    slips |= {before + letter + after[1:] for before, after in cuts if after for letter in "abcd"}
    return slips - {word}


@given(st.dictionaries(WORDS, st.integers(1, 9), max_size=6), WORDS)
def test_a_short_word_is_corrected_to_all_that_are_one_slip_away(counts: dict[str, int], typed: str) -> None:
    assert set(Spelling(counts).corrections(typed)) == _slips(typed) & set(counts)


@pytest.mark.parametrize("typed", ["mangement", "managemnet", "managament", "mmanagement", "managementt", "mngement"])
def test_a_long_word_is_corrected_by_up_to_two_slips(typed: str) -> None:
    assert Spelling({"management": 9, "measurement": 5, "basement": 2}).corrections(typed) == ["management"]


def test_the_commonest_word_comes_first_and_nothing_is_known_of_no_words() -> None:
    assert Spelling({"test": 3, "text": 8}).corrections("tezt") == ["text", "test"]
    assert Spelling({}).corrections("test") == []
