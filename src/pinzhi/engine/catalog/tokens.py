"""Chinese and Latin text into search tokens; the same functions cut records and queries.

All functions but `normalise` expect text that has gone through `normalise`.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import add
from typing import NamedTuple

import opencc
import rjieba
from pypinyin import lazy_pinyin

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff々〇"
_SIMPLIFY = opencc.OpenCC("t2s")
_HAN_RUN = re.compile(f"[{HAN}]+")
_LATIN_RUN = re.compile(r"[0-9a-z]+")
# what stands between the parts of a number or a word, and carries no meaning of its own in a search
_GAPS = str.maketrans(dict.fromkeys("‐‑‒–—―−─－﹣﹘", "-") | dict.fromkeys("∕⁄╱／", "/") | {"\x00": " "})
_RUNS = re.compile(r"[\x21-\x7e\xa0-\u024f]+|[^\W\x00-\u024f]+")
_LAST_LATIN = "\u0250"
_SQUASHED = re.compile(r"[^\w.]+|_")
_MOST_REMEMBERED = 100_000


def _traditional_characters() -> str:
    block = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    simple = _SIMPLIFY.convert("\n".join(block)).split("\n")
    return "".join(old for old, new in zip(block, simple, strict=True) if old != new)


_TRADITIONAL = _traditional_characters()
_NEEDS_SIMPLIFYING = re.compile(f"[{_TRADITIONAL}]")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060\ufeff\ud800-\udfff]+")
# one look at a text costs a tenth of folding it, and most text needs nothing but small letters
_NEEDS_FOLDING = re.compile(f"[{re.escape(''.join(map(chr, _GAPS)))}{_TRADITIONAL}]")


def normalise(text: str) -> str:
    """Fold what does not distinguish: width and ligatures (NFKC), case, kinds of dash, traditional characters.

    >>> normalise("ＧＢ∕Ｔ 19580—2012 卓越績效")
    'gb/t 19580-2012 卓越绩效'
    """
    if not text.isprintable():  # so are other blanks, which stay
        text = _UNPRINTABLE.sub(" ", text)
    if text.isascii():
        return text.lower()
    if unicodedata.is_normalized("NFKC", text):
        if not _NEEDS_FOLDING.search(text):
            return text.lower()
    else:
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
    return text if text.isalnum() else _SQUASHED.sub("", text)


def is_han(text: str) -> bool:
    """Tell whether the text holds a Chinese character."""
    return _HAN_RUN.search(text) is not None


class Piece:
    """What one word, cut from a text, is found by and how it is spoken."""

    def __init__(self, word: str, index: tuple[str, ...], must: tuple[str, ...], bonus: tuple[str, ...]) -> None:
        self._word = word
        self.index = index  # small words and the compounds made of them
        self.must = must  # what a record must hold to be found by this word
        self.bonus = bonus  # compounds: they depend on what stands around, and so are only a bonus

    @cached_property
    def spoken(self) -> tuple[str, ...]:
        """Toneless syllables; Latin runs stay. Worked out when first asked for: most searches never do."""
        return tuple(syllable for syllable in lazy_pinyin(self._word, errors="ignore") if syllable)


_pieces: dict[str, Piece] = {}


def _piece(word: str) -> Piece:
    if len(_pieces) >= _MOST_REMEMBERED:
        _pieces.clear()
    found = _pieces[word] = _make_piece(word)
    return found


def _make_piece(word: str) -> Piece:
    size = len(word)
    pairs = [word[at : at + 2] for at in range(size - 1) if size > 2 and rjieba.has_word(word[at : at + 2])]
    threes = [word[at : at + 3] for at in range(size - 2) if size > 3 and rjieba.has_word(word[at : at + 3])]
    index = dict.fromkeys([*pairs, *threes, word])
    must = _side_by_side(word, {*pairs, *threes}) or [word]
    return Piece(word, tuple(index), tuple(dict.fromkeys(must)), tuple({word: None} if must != [word] else ()))


def _side_by_side(word: str, small: set[str]) -> list[str]:
    """Return small words that stand side by side: 家用电器 needs 家用 and 电器, not 用电."""
    found: list[str] = []
    at = 0
    while at < len(word) - 1:
        step = next((size for size in (2, 3) if word[at : at + size] in small), 1)
        if step > 1:
            found.append(word[at : at + step])
        at += step
    return found


def runs(text: str) -> list[str]:
    """Split a text into Latin runs (letters, digits and what stands between them) and runs of other scripts."""
    return _RUNS.findall(text)


def is_latin(run: str) -> bool:
    """Tell of a run whether it is Latin; the other runs are cut by a dictionary."""
    return run[0] < _LAST_LATIN


def pieces(run: str) -> list[Piece]:
    """Cut a run of Han text into words, each with what it is found by (what is remembered makes this fast)."""
    known = _pieces.get
    return [known(word) or _piece(word) for word in rjieba.cut(run)]


class Cut(NamedTuple):
    """A text cut for the index: words and pairs of characters, joined by blanks; syllables, Latin runs among them."""

    words: str
    pairs: str
    spoken: list[str]
    latin: str


def cut(text: str) -> Cut:
    """Cut a text for the index in one go.

    >>> cut("不锈钢板 第2部分").words
    '不锈 钢板 不锈钢 不锈钢板 第 部分'
    """
    words: list[str] = []
    pairs: list[str] = []
    spoken: list[str] = []
    latin: list[str] = []
    for run in _RUNS.findall(text):
        if run[0] < _LAST_LATIN:
            spoken += _LATIN_RUN.findall(run)
            latin.append(run)
            continue
        parts = rjieba.cut(run)
        try:
            words += [_index_words[word] for word in parts]
            spoken += [_sounds[word] for word in parts]
        except KeyError:
            _remember(parts)
            words += [_index_words[word] for word in parts]
            spoken += [_sounds[word] for word in parts]
        pairs += map(add, run, run[1:]) if len(run) > 1 else (run,)
    return Cut(" ".join(words), " ".join(pairs), " ".join(spoken).split(), " ".join(latin))


# the same of a word as its Piece says, each as one text: an index is made of millions of words, and what is scattered
# over many objects takes longer to fetch than to join
_index_words: dict[str, str] = {}
_sounds: dict[str, str] = {}


def _remember(words: list[str]) -> None:
    if len(_index_words) >= _MOST_REMEMBERED:
        _index_words.clear()
        _sounds.clear()
    for word in words:
        if word in _index_words:
            continue
        piece = _make_piece(word)
        _index_words[word] = " ".join(piece.index)
        _sounds[word] = " ".join(piece.spoken)


@dataclass(frozen=True, slots=True)
class Words:
    """Words that a record must hold, and compounds that are only a bonus."""

    must: tuple[str, ...]
    bonus: tuple[str, ...]


def words(text: str) -> Words:
    """Return the words of a query, compounds apart from what they are made of.

    >>> words("绩效评价准则")
    Words(must=('绩效', '评价', '准则'), bonus=('绩效评价',))
    """
    found = [piece for run in runs(text) if not is_latin(run) for piece in pieces(run)]
    must = dict.fromkeys([word for piece in found for word in piece.must])
    return Words(tuple(must), tuple(dict.fromkeys([word for piece in found for word in piece.bonus])))


def bigrams(run: str) -> list[str]:
    """Return pairs of neighbouring characters of a run of Han text; a lone character stands alone.

    >>> bigrams("值的测定")
    ['值的', '的测', '测定']
    """
    return list(map(add, run, run[1:])) or [run]


def syllables(text: str) -> list[str]:
    """Return toneless pinyin by word (银行 is yin hang, 行业 hang ye); Latin runs stay, ü is v.

    >>> syllables("ph值 重庆")
    ['ph', 'zhi', 'chong', 'qing']
    """
    return cut(text).spoken


def syllable_pairs(text: str) -> list[str]:
    """Return neighbouring syllables joined: rare enough to look up, and the same for words that sound the same.

    >>> syllable_pairs("卓越绩效")
    ['zhuoyue', 'yueji', 'jixiao']
    """
    return paired(syllables(text))


def paired(spoken: list[str]) -> list[str]:
    """Join each syllable with the next one."""
    return list(map(add, spoken, spoken[1:]))


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

    Digits and syllables already written apart stay as they are.

    >>> split_pinyin("xian")
    [['xian'], ['xi', 'an']]
    >>> split_pinyin("di2 bufen")
    [['di', '2', 'bu', 'fen']]
    """
    readings: list[list[str]] = [[]]
    for run in _LETTERS_OR_DIGITS.findall(letters[:_LONGEST_PINYIN]):
        here = [[run]] if run[0].isdigit() else _readings(run, limit)
        readings = [before + reading for before in readings for reading in here][:limit]
    return readings


def begins_syllable(letters: str) -> bool:
    """Tell whether letters are the beginning of a syllable, not a whole one: zh, q, xia of xiang."""
    return letters in _beginnings_of_syllables()


@lru_cache(1)
def _beginnings_of_syllables() -> frozenset[str]:
    return frozenset(syllable[:end] for syllable in _legal_syllables() for end in range(1, len(syllable)))


_LETTERS_OR_DIGITS = re.compile(r"[a-z]+|\d+")
_LONGEST_PINYIN = 240


@lru_cache(1_000)
def _readings(letters: str, limit: int) -> list[list[str]]:
    legal = _legal_syllables()
    found: list[list[str]] = []
    dead: set[int] = set()

    def read(at: int, before: list[str]) -> None:
        if at == len(letters):
            found.append(before)
            return
        for length in range(min(6, len(letters) - at), 0, -1):
            if len(found) >= limit:
                return
            if letters[at : at + length] in legal and at + length not in dead:
                earlier = len(found)
                read(at + length, [*before, letters[at : at + length]])
                if len(found) == earlier:
                    dead.add(at + length)

    read(0, [])
    return found


@dataclass(frozen=True, slots=True)
class NumberForms:
    """Squashed forms under which a number may be typed.

    ``own`` names it or its family, ``loose`` leaves letters out and so may mean others too, ``wider`` is the standard
    of which it is a part.
    """

    own: tuple[str, ...]
    loose: tuple[str, ...]
    wider: tuple[str, ...] = ()


_YEAR = r"(?:1[89]|20)\d\d"
_DATED = re.compile(rf"\s*\((?:\d\d/)?{_YEAR}(?:[-/]\d\d)?\)|[-:]{_YEAR}(?:-\d\d){{0,2}}(?!\d)")
_SHORT_YEAR = re.compile(r"(?<=\d)-[5-9]\d$")  # GB 5009-85
_FOREIGN = re.compile(r"iso|iec|jis|itu|etsi|ieee|en |cie|oiml")  # there -85 is a part
_VERSION = re.compile(r"\s+v\d+\.\d+\.\d+$")  # of ETSI: the family is the number without it
_ISSUED = re.compile(r"((?:db ?\d+)?[^\d]*?)\s*([a-z]{0,2}\.?\d.*)$")
_FAMILY = re.compile(r"[a-z]{0,2}\.?\d+")
_NATURES = {"t", "z", "q"}  # recommended, guidance; group and enterprise standards begin with T/ and Q/


def number_forms(number: str) -> NumberForms:
    """Return every form under which the number of a standard is looked up.

    People leave out the year, /T and /Z, the T/ of a group, one of two issuers, the letters altogether, or the part.

    >>> number_forms("gb/t 2828.1-2012").own
    ('gbt2828.12012', 'gbt2828.1')
    >>> number_forms("gb/t 2828.1-2012").loose
    ('gb2828.12012', 'gb2828.1', '2828.12012', '2828.1')
    >>> number_forms("gb/t 2828.1-2012").wider
    ('gbt2828', 'gb2828', '2828')
    """
    plain = _PLAIN.match(number)
    if plain is not None:
        return _plain_forms(plain[1], plain[2] + (plain[3] or ""), plain[4], plain[2] if plain[3] else "")
    undated = _DATED.sub("", number).strip()
    if not _FOREIGN.match(undated):
        undated = _SHORT_YEAR.sub("", undated)
    bare = _VERSION.sub("", undated)
    own = tuple(dict.fromkeys([form for form in (squash(number), squash(undated), squash(bare)) if form]))
    issued = _ISSUED.match(bare)
    if issued is None or not issued[1]:
        return NumberForms(own, ())
    year = squash(number[len(bare) :]) if number.startswith(bare) else ""
    body, names = squash(issued[2]), _issuer_names(issued[1])
    loose = [name + body + ending for name in (*names[1:], "") for ending in ((year, "") if year else ("",))]
    family = _FAMILY.match(issued[2])
    wider = [name + family[0] for name in (*names, "")] if family and family[0] != body else []
    return NumberForms(own, tuple(dict.fromkeys(loose)), tuple(wider))


# what nine of ten numbers look like; a third of the time that all the others need
_PLAIN = re.compile(rf"([a-z]+\d*(?:/[a-z]+)?) (\d+)(\.\d+)?-({_YEAR})$")


def _plain_forms(letters: str, body: str, year: str, family: str) -> NumberForms:
    names = _issuer_names(letters)
    own, others = names[0] + body, names[1:]
    loose = [form for name in others for form in (name + body + year, name + body)]
    wider = (*[name + family for name in names], family) if family else ()
    return NumberForms((own + year, own), (*loose, body + year, body), wider)


def year_of_number(number: str) -> int | None:
    """Return the last year written in a number, None if there is none.

    >>> year_of_number("iso/iec 14496-10:2003/amd 1:2006")
    2006
    """
    years = _DATED_YEAR.findall(number)
    return int(years[-1]) if years else None


_DATED_YEAR = re.compile(rf"(?<=[-:(/])({_YEAR})(?!\d)")


@lru_cache(10_000)
def _issuer_names(letters: str) -> tuple[str, ...]:
    """Return the issuer as published, then as people shorten it: gb/t is gbt, gb; iso/iec is isoiec, iso, iec."""
    parts = [part for part in re.split(r"[^0-9a-z]+", letters) if part]
    plain = [part for part in parts if part not in _NATURES]
    names = [squash(letters), "".join(parts), "".join(plain), *plain]
    return tuple(name for name in dict.fromkeys(names) if name)
