"""A line has one canonical form, the one of RFC 8785, however odd what it holds."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.errors import BadInput
from pinzhi.engine.journal.lines import Line, line_from_json, moment_text, plain, tag
from pinzhi.engine.signatures import canonical

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


def make_line(**given: Any) -> Line:
    texts = dict.fromkeys(("actor", "action", "object_kind", "object_key", "edition", "origin"), "x")
    return Line(**{"at": "2024-01-04T00:00:00.000000Z", "detail": {}, **texts, **given})


@given(st.dictionaries(WORDS, VALUES, max_size=4), WORDS, WORDS)
def test_canonical_is_that_of_the_standard(detail: dict[str, Any], actor: str, key: str) -> None:
    line = make_line(detail=detail, actor=actor, object_key=key)

    assert line.canonical() == canonical(line.as_json())


@given(st.dictionaries(WORDS, VALUES | st.floats() | st.integers(), max_size=4))
def test_plain_details_have_a_form_that_stays_when_read_again(detail: dict[str, Any]) -> None:
    kept = plain(detail)

    assert plain(kept) == kept
    assert make_line(detail=kept).canonical() == canonical(make_line(detail=kept).as_json())


def test_plain_makes_texts_of_numbers_on_which_readers_disagree() -> None:
    given = {"a": 2**53, "b": 1e300, "c": float("nan"), "d": (1, 2), 5: True, "e": [2**60, {"f": -(2**53)}]}

    assert plain(given) == {
        "a": "9007199254740992", "b": "1e+300", "c": "nan", "d": [1, 2], "5": True,
        "e": ["1152921504606846976", {"f": "-9007199254740992"}],
    }  # fmt: skip
    assert plain({"a": 2**53 - 1, "b": 0.5}) == {"a": 2**53 - 1, "b": 0.5}


def test_moments_are_in_universal_time_to_the_microsecond() -> None:
    city = timezone(timedelta(hours=8))

    assert moment_text(datetime(2024, 1, 4, 7, 0, 0, 5, city)) == "2024-01-03T23:00:00.000005Z"


def test_line_is_read_back_from_json_and_odd_ones_are_refused() -> None:
    line = make_line(detail={"after": "审"})
    value = line.as_json()

    assert line_from_json(value) == line
    for odd in (None, [], {**value, "v": 2}, {**value, "more": 1}, {**value, "at": 5}, {**value, "detail": []}):
        with pytest.raises(BadInput, match=r"journal\.line"):
            line_from_json(odd)


def test_tag_depends_on_key_and_line() -> None:
    tags = {tag(key, line) for key in (b"a" * 32, b"b" * 32) for line in (b"one", b"two")}

    assert [len(one) for one in tags] == [16] * 4
