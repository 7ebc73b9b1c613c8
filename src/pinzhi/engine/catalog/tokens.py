"""Chinese and Latin text into search tokens; the same functions cut records and queries.

All functions but `normalise` expect text that has gone through `normalise`.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import opencc
import rjieba
from pypinyin import lazy_pinyin

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff々〇"
_SIMPLIFY = opencc.OpenCC("t2s")
_HAN_RUN = re.compile(f"[{HAN}]+")
_LATIN_RUN = re.compile(r"[0-9a-z]+")
# what stands between the parts of a number or a word, and carries no meaning of its own in a search
_GAPS = str.maketrans(dict.fromkeys("‐‑‒–—―−─－﹣﹘", "-") | dict.fromkeys("∕⁄╱／", "/") | {"\x00": " "})
_BREAKS = re.compile(r"[^\w.+#%°]+|_")
_SQUASHED = re.compile(r"[^\w.]+|_")
_MOST_REMEMBERED = 200_000


def _traditional_characters() -> str:
    block = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    simple = _SIMPLIFY.convert("\n".join(block)).split("\n")
    return "".join(old for old, new in zip(block, simple, strict=True) if old != new)


# a look costs a tenth of a conversion, and most text needs none
_NEEDS_SIMPLIFYING = re.compile(f"[{_traditional_characters()}]")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060\ufeff\ud800-\udfff]+")


def normalise(text: str) -> str:
    """Fold what does not distinguish: width and ligatures (NFKC), case, kinds of dash, traditional characters.

    >>> normalise("ＧＢ∕Ｔ 19580—2012 卓越績效")
    'gb/t 19580-2012 卓越绩效'
    """
    if text.isascii():
        text = text.lower()
        return _UNPRINTABLE.sub(" ", text) if _UNPRINTABLE.search(text) else text
    if _UNPRINTABLE.search(text):
        text = _UNPRINTABLE.sub(" ", text)
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    text = text.translate(_GAPS).lower()
    if _NEEDS_SIMPLIFYING.search(text):
        text = _SIMPLIFY.convert(text)
    return text


def squash(text: str) -> str:
    """Leave letters, digits and dots: the form under which numbers and whole names are looked up.

    >>> squash("gb/t 2828.1-2012")
    'gbt2828.12012'
    """
    return _SQUASHED.sub("", text)


def is_han(text: str) -> bool:
    """Tell whether the text holds a Chinese character."""
    return _HAN_RUN.search(text) is not None


@dataclass(frozen=True, slots=True)
class Piece:
    """What one word, cut from a text, is found by and how it is spoken."""

    index: tuple[str, ...]  # small words and the compounds made of them
    must: tuple[str, ...]  # what a record must hold to be found by this word
    bonus: tuple[str, ...]  # compounds: they depend on what stands around, and so are only a bonus
    spoken: tuple[str, ...]  # toneless syllables; Latin runs stay


_pieces: dict[str, Piece] = {}


def _piece(word: str) -> Piece:
    if len(_pieces) >= _MOST_REMEMBERED:
        _pieces.clear()
    found = _pieces[word] = _make_piece(word)
    return found


def _make_piece(word: str) -> Piece:
    if not (word[0].isalnum() or word[-1].isalnum()):
        return Piece((), (), (), ())
    if not is_han(word):
        return Piece((word,), (word,), (), tuple(_LATIN_RUN.findall(word)))
    pairs = [word[at : at + 2] for at in range(len(word) - 1) if len(word) > 2 and rjieba.has_word(word[at : at + 2])]
    threes = [word[at : at + 3] for at in range(len(word) - 2) if len(word) > 3 and rjieba.has_word(word[at : at + 3])]
    small = [*pairs, *(three for three in threes if not any(pair in three for pair in pairs))]
    index = dict.fromkeys([*pairs, *threes, word])
    must = dict.fromkeys(small) if small else {word: None}
    spoken = tuple(s for s in lazy_pinyin(word, errors="ignore") if s)
    return Piece(tuple(index), tuple(must), tuple(w for w in index if w not in must), spoken)


def pieces(text: str) -> list[Piece]:
    """Cut a text into words, each with what it is found by (what is remembered makes this fast)."""
    known = _pieces.get
    return [known(word) or _piece(word) for word in rjieba.cut(_BREAKS.sub(" ", text)) if word != " "]


@dataclass(frozen=True, slots=True)
class Words:
    """Words that a record must hold, and compounds that are only a bonus."""

    must: tuple[str, ...]
    bonus: tuple[str, ...]


def index_words(text: str) -> list[str]:
    """Return the words under which a record is found.

    >>> index_words("不锈钢板 的检验")
    ['不锈', '钢板', '不锈钢', '不锈钢板', '的', '检验']
    """
    return [word for piece in pieces(text) for word in piece.index]


def words(text: str) -> Words:
    """Return the words of a query, compounds apart from what they are made of.

    >>> words("绩效评价准则")
    Words(must=('绩效', '评价', '准则'), bonus=('绩效评价',))
    """
    cut = pieces(text)
    must = dict.fromkeys([word for piece in cut for word in piece.must])
    return Words(tuple(must), tuple(dict.fromkeys([word for piece in cut for word in piece.bonus])))


def bigrams(text: str) -> list[str]:
    """Return pairs of neighbouring Han (or kana …) characters; Latin runs stay whole, a lone character stands alone.

    >>> bigrams("ph值的测定")
    ['ph', '值的', '的测', '测定']
    """
    pairs: list[str] = []
    for run in _BREAKS.sub(" ", text).split():
        for part in _parts(run):
            if len(part) == 1 or part.isascii():
                pairs.append(part)
            else:
                pairs.extend([part[at : at + 2] for at in range(len(part) - 1)])
    return pairs


_PARTS = re.compile(r"[\x21-\x7e]+|[^\x00-\x7f]+")


def _parts(run: str) -> list[str]:
    return [run] if run.isascii() else _PARTS.findall(run)


def syllables(text: str) -> list[str]:
    """Return toneless pinyin by word (银行 is yin hang, 行业 hang ye); Latin runs stay, ü is v.

    >>> syllables("ph值 重庆")
    ['ph', 'zhi', 'chong', 'qing']
    """
    return [syllable for piece in pieces(text) for syllable in piece.spoken]


def syllable_pairs(text: str) -> list[str]:
    """Return neighbouring syllables joined: rare enough to look up, and the same for words that sound the same.

    >>> syllable_pairs("卓越绩效")
    ['zhuoyue', 'yueji', 'jixiao']
    """
    return paired(syllables(text))


def paired(spoken: list[str]) -> list[str]:
    """Join each syllable with the next one."""
    return [first + second for first, second in itertools.pairwise(spoken)]


def initials(spoken: Iterable[str]) -> str:
    """Return the first letters of syllables: 卓越绩效 is zyjx."""
    return "".join([syllable[0] for syllable in spoken if syllable])


_VOWELS = frozenset("aeiouv")


@lru_cache(1)
def _legal_syllables() -> frozenset[str]:
    block = [chr(code) for code in range(0x4E00, 0x9FA6)]
    spoken = lazy_pinyin(block, errors="ignore")
    return frozenset(s for s in spoken if s.isascii() and s.isalpha() and not _VOWELS.isdisjoint(s))


def split_pinyin(letters: str, limit: int = 3) -> list[list[str]]:
    """Read joined Latin letters as pinyin, longest syllables first; several readings, none if it is no pinyin.

    >>> split_pinyin("xian")
    [['xian'], ['xi', 'an']]
    """
    legal = _legal_syllables()
    readings: list[list[str]] = []

    def read(at: int, before: list[str]) -> None:
        if at == len(letters):
            readings.append(before)
            return
        for length in range(min(6, len(letters) - at), 0, -1):
            if len(readings) >= limit:
                return
            if letters[at : at + length] in legal and at + length not in dead:
                found = len(readings)
                read(at + length, [*before, letters[at : at + length]])
                if len(readings) == found:
                    dead.add(at + length)

    dead: set[int] = set()
    read(0, [])
    return readings


@dataclass(frozen=True, slots=True)
class NumberForms:
    """Squashed forms under which a number may be typed: ``own`` names it or its family, ``loose`` also others."""

    own: tuple[str, ...]
    loose: tuple[str, ...]


_YEAR = r"(?:1[89]|20)\d\d"
_DATED = re.compile(
    rf"\s*\((?:\d\d/)?{_YEAR}(?:[-/]\d\d)?\)|[-:]{_YEAR}(?:-\d\d){{0,2}}(?!\d)|(?<=\d)-\d\d$|\s+v\d+\.\d+\.\d+"
)
_ISSUED = re.compile(r"((?:db ?\d+)?[^\d]*?)\s*([a-z]{0,2}\.?\d.*)$")
_FAMILY = re.compile(r"[a-z]{0,2}\.?\d+")
_NATURES = {"t", "z", "q"}  # recommended, guidance; group and enterprise standards begin with T/ and Q/


def number_forms(number: str) -> NumberForms:
    """Return every form under which the number of a standard is looked up.

    People leave out the year, /T and /Z, the T/ of a group, one of two issuers, the letters altogether, or the part.

    >>> number_forms("gb/t 2828.1-2012").own
    ('gbt2828.12012', 'gbt2828.1')
    >>> number_forms("gb/t 2828.1-2012").loose
    ('gb2828.12012', 'gb2828.1', '2828.12012', '2828.1', 'gbt2828', 'gb2828', '2828')
    """
    undated = _DATED.sub("", number).strip()
    whole, own = squash(number), squash(undated)
    issued = _ISSUED.match(undated)
    if issued is None or not issued[1]:
        return NumberForms(tuple(dict.fromkeys([form for form in (whole, own) if form])), ())
    year = squash(number[len(undated) :]) if number.startswith(undated) else ""
    body, names = squash(issued[2]), _issuer_names(issued[1])
    loose = [name + body + ending for name in (*names[1:], "") for ending in ((year, "") if year else ("",))]
    family = _FAMILY.match(issued[2])
    if family and family[0] != body:
        loose.extend([name + family[0] for name in (*names, "")])
    return NumberForms((whole, own) if year else tuple(dict.fromkeys((whole, own))), tuple(dict.fromkeys(loose)))


@lru_cache(10_000)
def _issuer_names(letters: str) -> tuple[str, ...]:
    """Return the issuer as published, then as people shorten it: gb/t is gbt, gb; iso/iec is isoiec, iso, iec."""
    parts = [part for part in re.split(r"[^0-9a-z]+", letters) if part]
    plain = [part for part in parts if part not in _NATURES]
    names = [squash(letters), "".join(parts), "".join(plain), *plain]
    return tuple(name for name in dict.fromkeys(names) if name)


def placed_pieces(text: str) -> list[tuple[Piece, int]]:
    """Cut like `pieces`, with the length of each in the text; what is left out of a search is kept."""
    known = _pieces.get
    return [(known(word) or _piece(word), len(word)) for word in rjieba.cut(text)]
