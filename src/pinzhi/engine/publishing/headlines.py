"""Titles and subtitles: one line each in the language of texts, and in plain words.

A reference in a headline always carries its words: headlines also stand where no figure is at hand, in lists, mails and
feeds.
"""

from pinzhi.engine.publishing.texts import HEADLINE, Block, Fault, Piece, Reading, Reference, pieces_of, require_read
from pinzhi.engine.texts import Text


def read_headline(words: str) -> Reading:
    """Read a title or subtitle as a heading on the line HEADLINE; nothing of an empty one."""
    faults: list[Fault] = []
    pieces = pieces_of(HEADLINE, " ".join(words.split()), faults)
    faults += [_wordless(one.figure) for one in pieces if isinstance(one, Reference) and one.words is None]
    return Reading((Block("heading", pieces, HEADLINE),) if pieces else (), tuple(faults))


def parse_headline(words: str) -> tuple[Piece, ...]:
    """Return the pieces of a title or subtitle; BadInput where it cannot be read."""
    reading = read_headline(words)
    require_read(reading)
    return tuple(piece for block in reading.blocks for piece in block.pieces)


def plain_headline(title: Text) -> Text:
    """Return a title or subtitle as readers see it where nothing can be opened; what cannot be read as it stands.

    >>> plain_headline(Text("青岛得奖[[A02|最多]]", "")).zh
    '青岛得奖最多'
    """
    return Text(_plain(title.zh), _plain(title.en))


def _plain(words: str) -> str:
    reading = read_headline(words)
    if reading.faults:
        return words
    pieces = (piece for block in reading.blocks for piece in block.pieces)
    return "".join(piece if isinstance(piece, str) else piece.words or "" for piece in pieces)


def _wordless(figure: str) -> Fault:
    return Fault(
        HEADLINE,
        Text(
            f"标题里的 {figure} 要写出文字，如 [[{figure}|54]]：标题也用在没有数字可查的地方。",
            f"In a headline {figure} needs its words, as in [[{figure}|54]]: headlines also stand where no figure is at"
            " hand.",
        ),
    )
