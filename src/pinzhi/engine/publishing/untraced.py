"""Numbers typed by hand: what a text says of how many, or who comes first, without a figure that bears it out."""

import re
from collections.abc import Iterable, Iterator

from pinzhi.engine.publishing.numerals import ENGLISH
from pinzhi.engine.publishing.texts import Block, Fault, Reference
from pinzhi.engine.texts import Text

_NUMERAL = "〇零一二两三四五六七八九十百千万亿"
# What looks like a number but counts nothing: titles and quoted names, numbers of standards, years, days, ordinals.
_COUNTS_NOTHING = re.compile(
    r"《[^》]*》|“[^”]*”|\"[^\"]*\"|[A-Z]{2,}(?:/[A-Z])?\s?\d+(?:[—–.-]\d+)*"
    r"|(?:19|20)\d\d(?:\s*年|-\d\d-\d\d)?|\d{1,2}\s*[月日号]|第\s*\d+|\d+(?:st|nd|rd|th)\b"
    rf"|第[{_NUMERAL}]+(?:届|批|次|季|期|号|章|条|款|轮|步|年|类|方)|十[月日号]"
)
_DIGITS = r"\d[\d,.]*\d|\d"
# A numeral before a measure word; a bare 一 is mostly an article.
_CHINESE = (
    rf"(?:[二两三四五六七八九十]|一(?=[十百千万亿]))[{_NUMERAL}]*"
    r"(?=人次|家次|个|家|项|张|条|处|位|名|届|次|件|元|种|所|人|倍|成)"
)
_PLACES = rf"第[{_NUMERAL}]+|唯一|前列|居首|首位|最多|最高"
_ENGLISH = rf"\b(?:{'|'.join(ENGLISH[2:])}|half|the only|the most|ranks first)\b"
_COUNTS = re.compile(f"{_DIGITS}|{_CHINESE}|{_PLACES}|{_ENGLISH}", re.IGNORECASE)
_AROUND = 6  # characters shown on either side


def untraced(blocks: Iterable[Block]) -> tuple[Fault, ...]:
    """Return the numbers, numerals and places that no figure stands for; years, days, editions and titles are none.

    A warning, no refusal: ``A 级`` with a digit, or 三家 told of in the same breath, may be right without a figure.
    """
    return tuple(
        Fault(block.line, fault)
        for block in blocks
        for piece in block.pieces
        if not isinstance(piece, Reference)
        for fault in _in_words(piece)
    )


def _in_words(words: str) -> Iterator[Text]:
    bare = _COUNTS_NOTHING.sub(lambda hit: "\0" * len(hit.group()), words)
    for hit in _COUNTS.finditer(bare):
        around = words[max(0, hit.start() - _AROUND) : hit.end() + _AROUND].strip()
        yield Text(
            f"“{around}”里的“{hit.group()}”没有数字作依据。", f"“{hit.group()}” in “{around}” has no figure behind it."
        )
