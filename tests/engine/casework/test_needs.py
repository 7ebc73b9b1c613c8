"""What a need asks for: services by the words listed for them, things by what is left."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.casework import needs
from pinzhi.engine.casework.needs import MOST, PHRASES, services_asked, things_named
from pinzhi.engine.rulebook.case_parts import ServiceWords

LISTED = (
    ServiceWords(service="M01", words=("检定", "强制检定")),
    ServiceWords(service="T01", words=("检测", "试验", "testing")),
    ServiceWords(service="C01", words=("9001",)),
)


def test_the_examples_hold() -> None:
    assert doctest.testmod(needs).failed == 0


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("压力表要检定", ["M01"]),
        ("压力表要检测，试验完再强制检定", ["M01", "T01"]),
        ("Testing of a cable", ["T01"]),
        ("ISO 9001 证书到期", ["C01"]),
        ("随便问问", []),
        ("", []),
    ],
)
def test_services_are_made_out_by_their_words(text: str, services: list[str]) -> None:
    assert [one.service for one in services_asked(text, LISTED)] == services


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("请推荐能做电缆检测的机构", ("电缆",)),
        ("按 GB/T 12706.1-2020 做电缆检测", ("GB/T 12706.1-2020", "电缆")),
        ("GB 8978 废水", ("GB 8978", "废水")),
        ("请推荐", ()),
    ],
)
def test_things_are_what_is_left(text: str, things: tuple[str, ...]) -> None:
    assert things_named(text, ["请推荐", "能做", "检测", "的机构", "按", "做"]) == things


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert len(services_asked(text, LISTED)) <= MOST
    assert len(things_named(text, ["请", "the"])) <= PHRASES
