"""The language of bulletins: paragraphs and headings in which figures stand by their ids, and pictures of figures.

A blank line ends a paragraph. ``## `` begins a heading. ``[[A21|54]]`` says that the author wrote the words 54 and that
they must hold; ``[[A21]]`` lets the figure use words of its own; ``[[A21@2022-12-31|47]]`` is another day than the
bulletin's. ``![[A02]]`` alone on a line is the picture of a figure, ``![[A21|edition]]`` that of it by a dimension.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text

LONGEST_TEXT = 40_000  # characters
LONGEST_WORDS = 80  # characters of the words of one reference
HEADLINE = 0  # the line of what stands in title or subtitle
_ID = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,39}")
_DIMENSION = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_INSIDE = re.compile(r"(?P<figure>[^@|]*)(?:@(?P<day>[^|]*))?(?:\|(?P<words>.*))?", re.DOTALL)
_HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_END = re.compile(r"[。！？；]|[.!?;](?=\s|$)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ufeff]")
Kind = Literal["paragraph", "heading", "picture"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A figure named in a text: on which day if not the bulletin's, in which words if not its own, on which line."""

    figure: str
    on: date | None
    words: str | None
    line: int

    def __str__(self) -> str:
        day = f"@{self.on}" if self.on else ""
        words = f"|{self.words}" if self.words is not None else ""
        return f"[[{self.figure}{day}{words}]]"


Piece = str | Reference


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a heading with its pieces, or a picture of the one figure in them; ``line`` counts from 1."""

    kind: Kind
    pieces: tuple[Piece, ...]
    line: int
    dimension: str = ""  # of a picture: by what the figure is broken down; empty for the picture it has by itself


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a paragraph or a whole heading, and the line on which it begins."""

    pieces: tuple[Piece, ...]
    line: int

    @property
    def references(self) -> tuple[Reference, ...]:
        """The figures that stand in it."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Reference))


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be read on a line of a text, and what would be right."""

    line: int
    text: Text

    @property
    def place(self) -> Text:
        """Return where it stands, in words."""
        return place_of(self.line)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it was read: its blocks, and what could not be read, in the order of the lines."""

    blocks: tuple[Block, ...]
    faults: tuple[Fault, ...]


def read(text: str) -> Reading:
    """Read a text as far as it goes; every line that cannot be read is a fault."""
    faults: list[Fault] = []
    blocks: list[Block] = []
    if len(text) > LONGEST_TEXT:
        faults.append(
            Fault(
                1,
                Text(
                    f"正文有 {len(text)} 个字符，最多 {LONGEST_TEXT} 个。请分成两篇。",
                    f"The text has {len(text)} characters; at most {LONGEST_TEXT}. Make two bulletins of it.",
                ),
            )
        )
        return Reading((), tuple(faults))
    for line, words in _paragraphs(text):
        blocks.extend(_block(line, words, faults))
    return Reading(tuple(blocks), tuple(faults))


def place_of(line: int) -> Text:
    """Return a line's place in words."""
    return Text("标题", "Headline") if line == HEADLINE else Text(f"第 {line} 行", f"Line {line}")


def parse(text: str) -> tuple[Block, ...]:
    """Return the blocks of a text; BadInput for the first line that cannot be read."""
    reading = read(text)
    require_read(reading)
    return reading.blocks


def require_read(reading: Reading) -> None:
    """Refuse the first line that could not be read."""
    for fault in reading.faults:
        raise BadInput(
            "publishing.text",
            "{place}：{zh}",
            "{place_en}: {en}",
            line=fault.line,
            place=fault.place.zh,
            place_en=fault.place.en,
            zh=fault.text.zh,
            en=fault.text.en,
        )


def references(blocks: Iterable[Block]) -> Iterator[Reference]:
    """Yield every reference of some blocks in their order; those of pictures as well."""
    for block in blocks:
        yield from (piece for piece in block.pieces if isinstance(piece, Reference))


def sentences(block: Block) -> tuple[Sentence, ...]:
    """Return the sentences of a paragraph; of a heading one, of a picture none.

    A full stop ends one, a semicolon as well: ``；`` joins statements that stand or fall by themselves.
    """
    if block.kind == "picture":
        return ()
    if block.kind == "heading":
        return (Sentence(block.pieces, block.line),)
    made: list[Sentence] = []
    held: list[Piece] = []
    for piece in block.pieces:
        if isinstance(piece, Reference):
            held.append(piece)
            continue
        start = 0
        for found in _END.finditer(piece):
            held.append(piece[start : found.end()])
            made.append(Sentence(tuple(held), block.line))
            held, start = [], found.end()
        if piece[start:]:
            held.append(piece[start:])
    if any(isinstance(piece, Reference) or piece.strip() for piece in held):
        made.append(Sentence(tuple(held), block.line))
    return tuple(_placed(one, block.line) for one in made)


def in_words(pieces: Iterable[Piece], words: Mapping[Reference, str]) -> str:
    """Return pieces as one line of text, each reference by its words."""
    return "".join(piece if isinstance(piece, str) else words[piece] for piece in pieces)


# ---- reading ---------------------------------------------------------------------------------------------------------
def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Yield paragraphs with the line on which each begins; headings and pictures stand on a line of their own."""
    held: list[str] = []
    start = 0
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        words = line.strip()
        if words and not words.startswith(("#", "![[")):
            start = start or number
            held.append(words)
            continue
        if held:
            yield start, "\n".join(held)
        held, start = [], 0
        if words:
            yield number, words
    if held:
        yield start, "\n".join(held)


def _block(line: int, words: str, faults: list[Fault]) -> Iterator[Block]:
    if control := _CONTROL.search(words):
        faults.append(
            Fault(
                line + words.count("\n", 0, control.start()),
                Text("有看不见的控制字符，请重新输入这一行。", "There is a control character. Type the line anew."),
            )
        )
        return
    if words.startswith("!"):
        yield from _picture(line, words, faults)
        return
    if not words.startswith("#"):
        pieces = pieces_of(line, words, faults)
        if pieces:
            yield Block("paragraph", pieces, line)
        return
    if not words.startswith("## ") or not words[3:].strip():
        faults.append(
            Fault(
                line,
                Text("小标题应写成“## 标题”。", "A heading is written “## heading”, and nothing else begins with #."),
            )
        )
        return
    if pieces := pieces_of(line, words[3:].strip(), faults):
        yield Block("heading", pieces, line)


def _picture(line: int, words: str, faults: list[Fault]) -> Iterator[Block]:
    inside = words[3:-2] if words.endswith("]]") else ""
    figure, _, dimension = inside.partition("|")
    if not _ID.fullmatch(figure) or (dimension and not _DIMENSION.fullmatch(dimension)):
        faults.append(
            Fault(
                line,
                Text(
                    "图单独占一行，写成 ![[A02]] 或 ![[A21|edition]]。",
                    "A picture stands alone on its line: ![[A02]] or ![[A21|edition]].",
                ),
            )
        )
        return
    yield Block("picture", (Reference(figure, None, None, line),), line, dimension)


def pieces_of(line: int, words: str, faults: list[Fault]) -> tuple[Piece, ...]:
    """Cut words at their references; what cannot be read is added to the faults and left out."""
    pieces: list[Piece] = []
    place = 0
    while True:
        opened = words.find("[[", place)
        closed = words.find("]]", place)
        here = line + words.count("\n", 0, max(opened, 0) if opened >= 0 else max(closed, 0))
        if closed >= 0 and (opened < 0 or closed < opened):
            faults.append(Fault(here, Text("有“]]”而前面没有“[[”。", "There is “]]” without “[[” before it.")))
            return ()
        if opened < 0:
            break
        again = words.find("[[", opened + 2)
        closed = words.find("]]", opened + 2)
        if closed < 0 or 0 <= again < closed:
            start = words[opened : opened + 12].replace("\n", " ")
            faults.append(Fault(here, Text(f"“{start}…”没有用“]]”收住。", f"“{start}…” is not closed with “]]”.")))
            return ()
        _add(pieces, _joined(words[place:opened]))
        made = _reference(here, words[opened + 2 : closed].replace("\n", ""), faults)
        if made is None:
            return ()
        pieces.append(made)
        place = closed + 2
    _add(pieces, _joined(words[place:]))
    return tuple(pieces)


def _add(pieces: list[Piece], words: str) -> None:
    if words:
        pieces.append(words)


def _joined(words: str) -> str:
    """Join the lines of a paragraph: nothing stands between Han characters, a blank between other words."""
    lines = words.split("\n")
    joined = lines[0]
    for line in lines[1:]:
        beside = joined[-1:] + line[:1]
        joined += line if _HAN.search(beside) else f" {line}"
    return joined


def _reference(line: int, inside: str, faults: list[Fault]) -> Reference | None:
    found = _INSIDE.fullmatch(inside)
    figure, day, words = (found["figure"].strip(), found["day"], found["words"]) if found else ("", None, None)
    if not _ID.fullmatch(figure):
        faults.append(
            Fault(
                line,
                Text(
                    f"“{figure[:20]}”不是数字的代号，应如 [[A21]] 或 [[A21|54]]。",
                    f"“{figure[:20]}” is no figure's id: write [[A21]] or [[A21|54]].",
                ),
            )
        )
        return None
    if words is not None and not 0 < len(words.strip()) <= LONGEST_WORDS:
        faults.append(
            Fault(
                line,
                Text(
                    f"{figure} 的“|”后面应有文字，最多 {LONGEST_WORDS} 个字。不写“|”就用数字自己的说法。",
                    f"After “|” {figure} needs words, at most {LONGEST_WORDS} characters. Without “|” it uses its own.",
                ),
            )
        )
        return None
    on = None
    if day is not None:
        try:
            on = date.fromisoformat(day.strip())
        except ValueError:
            faults.append(
                Fault(
                    line,
                    Text(
                        f"“{day[:20]}”不是日期，应如 [[{figure}@2023-12-31|54]]。",
                        f"“{day[:20]}” is no date: write [[{figure}@2023-12-31|54]].",
                    ),
                )
            )
            return None
    return Reference(figure, on, words.strip() if words is not None else None, line)


def _placed(sentence: Sentence, line: int) -> Sentence:
    """Let a sentence begin on the line of its first reference, where it has one: that is where an editor looks."""
    first = next((piece.line for piece in sentence.pieces if isinstance(piece, Reference)), line)
    return Sentence(sentence.pieces, first)
