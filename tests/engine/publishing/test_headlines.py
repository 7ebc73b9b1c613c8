"""Titles and subtitles: their figures are held to the rule of sentences, and they stand in plain words elsewhere."""

import pytest

from pinzhi.engine.errors import BadInput
from pinzhi.engine.publishing.headlines import parse_headline, plain_headline, read_headline
from pinzhi.engine.texts import Text


def test_a_headline_is_plain_words_where_nothing_can_be_opened() -> None:
    title = Text("青岛得奖[[A02|最多]]，共[[A21@2022-12-31|47]]个", "Qingdao won [[A02|the most]]")

    assert plain_headline(title) == Text("青岛得奖最多，共47个", "Qingdao won the most")


def test_a_reference_in_a_headline_carries_its_words() -> None:
    (fault,) = read_headline("青岛得奖[[A02]]").faults

    assert fault.place == Text("标题", "Headline")
    assert "[[A02|54]]" in fault.text.zh


def test_a_headline_that_cannot_be_read_is_refused_and_named() -> None:
    with pytest.raises(BadInput) as refusal:
        parse_headline("青岛得奖[[A02|最多")

    assert refusal.value.text.zh.startswith("标题：")
    assert plain_headline(Text("青岛得奖[[A02|最多", "")).zh == "青岛得奖[[A02|最多"


def test_an_empty_headline_has_nothing_in_it() -> None:
    assert read_headline("  ").blocks == ()
