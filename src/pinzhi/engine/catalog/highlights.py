"""Mark in a row's text what a query found there: words, pairs of characters, or characters by their pinyin."""

import re
import unicodedata
from functools import lru_cache

from pinzhi.engine.catalog import tokens

Segments = list[tuple[str, bool]]
_LONGEST_QUERY = 160
_LONGEST_TEXT = 2_000
_LATIN = re.compile(r"[0-9a-z\u00c0-\u024f]+(?:[.+#][0-9a-z]*)*")
_FEWEST_STEM = 4  # letters of a Latin word from which on its endings may differ


def segments(text: str, query: str) -> Segments:
    """Cut a text into pieces, each with whether the query found it; joined they are the text.

    >>> segments("卓越绩效评价准则", "绩效 准则")
    [('卓越', False), ('绩效', True), ('评价', False), ('准则', True)]
    >>> segments("卓越绩效评价准则", "zhuoyue")
    [('卓越', True), ('绩效评价准则', False)]
    """
    if not text:
        return []
    shown, rest = text[:_LONGEST_TEXT], text[_LONGEST_TEXT:]
    normal, origin = _normal_with_origin(shown)
    sought = _sought(query[:_LONGEST_QUERY])
    marked = _marks_of_words(normal, sought)
    if not any(marked) and sought.letters:
        marked = _marks_of_pinyin(normal, sought.letters)
    marks = [False] * len(shown)
    for at, is_marked in enumerate(marked):
        if is_marked:
            marks[origin[at]] = True
    return _joined(shown + rest, marks + [False] * len(rest))


class _Sought:
    __slots__ = ("han", "latin", "letters", "pairs")

    def __init__(self, query: str) -> None:
        normal = tokens.normalise(query)
        words = tokens.words(normal)
        found = [*words.must, *words.bonus]
        self.han = tuple(sorted({word for word in found if tokens.is_han(word)}, key=len, reverse=True))
        self.pairs = tuple({pair for run in tokens.runs(normal) if tokens.is_han(run) for pair in tokens.bigrams(run)})
        self.latin = tuple(set(_LATIN.findall(normal)))
        squashed = tokens.squash(normal)
        self.letters = squashed if squashed.isascii() and squashed.isalpha() and len(squashed) > 1 else ""


@lru_cache(256)
def _sought(query: str) -> _Sought:
    return _Sought(query)


def _normal_with_origin(text: str) -> tuple[str, list[int]]:
    """Return the normalised text, and for each of its characters the place in the text it comes from."""
    normal = tokens.normalise(text)
    if len(normal) == len(text):
        return normal, list(range(len(text)))
    parts = [tokens.normalise(letter) if letter != " " else " " for letter in text]
    origin = [at for at, part in enumerate(parts) for _ in part]
    return "".join(parts), origin


def _marks_of_words(normal: str, sought: _Sought) -> list[bool]:
    marks = [False] * len(normal)
    found_word = False
    for word in (*sought.han, *(sought.pairs if not sought.han else ())):
        found_word = _mark_all(normal, word, marks) or found_word
    if not found_word or len(sought.han) > 1:
        for pair in sought.pairs:
            _mark_all(normal, pair, marks)
    for run in _LATIN.finditer(normal):
        if any(_is_same_word(run[0], word) for word in sought.latin):
            marks[run.start() : run.end()] = [True] * (run.end() - run.start())
    return marks


def _mark_all(normal: str, word: str, marks: list[bool]) -> bool:
    at = normal.find(word)
    found = at >= 0
    while at >= 0:
        marks[at : at + len(word)] = [True] * len(word)
        at = normal.find(word, at + 1)
    return found


def _is_same_word(found: str, sought: str) -> bool:
    """Compare Latin words without their endings: system and systems, manage and management."""
    if found == sought:
        return True
    shorter, longer = sorted((found, sought), key=len)
    return len(shorter) >= _FEWEST_STEM and shorter.isalpha() and longer.startswith(shorter.rstrip("e"))


def _marks_of_pinyin(normal: str, letters: str) -> list[bool]:
    """Mark characters whose joined pinyin, or whose initials, are the letters."""
    marks = [False] * len(normal)
    places = [at for at, letter in enumerate(normal) if tokens.is_han(letter)]
    spoken = _spoken_by_place(normal)
    syllables = [spoken[at] for at in places]
    starts, joined = [], ""
    for syllable in syllables:
        starts.append(len(joined))
        joined += syllable
    ends = [start + len(syllable) for start, syllable in zip(starts, syllables, strict=True)]
    at = joined.find(letters)
    while at >= 0:
        if at in starts:
            for place, start, end in zip(places, starts, ends, strict=True):
                if at <= start < at + len(letters) and end > start:
                    marks[place] = True
            return marks
        at = joined.find(letters, at + 1)
    at = "".join(syllable[:1] or "?" for syllable in syllables).find(letters)
    for place in places[at : at + len(letters)] if at >= 0 else ():
        marks[place] = True
    return marks


def _spoken_by_place(normal: str) -> dict[int, str]:
    """Return the syllable of each Han character, read within its word."""
    spoken = dict.fromkeys(range(len(normal)), "")
    at = 0
    for run in tokens.runs(normal):
        at = normal.index(run, at)
        if tokens.is_latin(run):
            continue
        syllables = [syllable for piece in tokens.pieces(run) for syllable in piece.spoken]
        if len(syllables) == len(run):
            spoken.update({at + step: syllable for step, syllable in enumerate(syllables)})
    return spoken


def _joined(text: str, marks: list[bool]) -> Segments:
    pieces: Segments = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or (marks[at] != marks[start] and not unicodedata.combining(text[at])):
            pieces.append((text[start:at], marks[start]))
            start = at
    return pieces
