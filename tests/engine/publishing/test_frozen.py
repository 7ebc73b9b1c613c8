"""What a publication froze, as it is printed."""

from datetime import date

import pytest

from pinzhi.engine.publishing.frozen import FrozenFigure, FrozenRow
from pinzhi.engine.texts import Text

NOTHING = Text("", "")


def figure(parts: tuple[int, int] | None) -> FrozenFigure:
    return FrozenFigure(
        id="A34", edition="1", on=date(2023, 12, 31), title=NOTHING, unit=NOTHING, definition=NOTHING, excludes=NOTHING,
        number="1", words=NOTHING, count=1, definition_digest="", records_digest="", parts=parts,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "number", "words"),
    [
        (None, "54", "54"),
        (None, "547/588", "93%"),
        ((1094, 1176), "0.5", "50%"),
        ((1094, 1176), "1", "100%"),
        ((1, 3), "1/3", "33.3%"),
        ((1, 3), None, None),
    ],
)
def test_the_part_of_a_share_is_printed_as_a_percentage(
    parts: tuple[int, int] | None, number: str | None, words: str | None
) -> None:
    assert figure(parts).row_words(FrozenRow(code="x", name=NOTHING, number=number)) == words
