"""Known-item queries over real rows: what a person types who wants one certain record, in every kind of spelling.

A query is right about a record when it finds it, or one that no reader could tell from it by what was typed: a record
with the very same title, the same short name (or one that sounds or is abbreviated the same), the same family (a number
without its year), or the same digits (digits alone). Words of a title are drawn until at most five different titles of
the real rows hold them all, because fewer words do not name a record.
"""

import csv
import gzip
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import opencc

from pinzhi.engine.catalog import tokens

_TO_TRADITIONAL = opencc.OpenCC("s2t")
_YEAR = re.compile(r"\s*\((?:\d\d/)?(?:1[89]|20)\d\d(?:-\d\d)?\)|[-:](?:1[89]|20)\d\d(?:-\d\d)?(?!\d)")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"[A-Za-z]{3,}")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Real:
    """A real record: number or registered name, titles, short names."""

    id: str
    zh: str = ""
    en: str = ""
    aliases: tuple[str, ...] = ()
    is_chinese: bool = False
    is_replaced: bool = False


@dataclass(frozen=True, slots=True)
class KnownItem:
    """A query of a kind, and the keys (see `keys_of`) by which a record that answers it is known."""

    kind: str
    text: str
    right: frozenset[str]


def keys_of(number: str, zh: str = "", en: str = "", aliases: Iterable[str] = ()) -> set[str]:
    """Return all by which a record found may be the right one; ``number`` is the registered name of a company."""
    keys = {f"id {_squashed(number)}", f"family {_squashed(_YEAR.sub('', number))}", f"digits {_digits(number)}"}
    keys.update(f"title {_squashed(title)}" for title in (zh, en) if title)
    for alias in (*aliases, *([number] if zh == number else [])):
        spoken = _spoken(alias)
        keys.update((f"alias {_squashed(alias)}", f"sound {''.join(spoken)}", f"letters {tokens.initials(spoken)}"))
    return keys


def real_standards(folder: Path) -> list[Real]:
    """Read the real standards, each number once."""
    found: dict[str, Real] = {}
    for name in ("common", "nmpa", "mentioned"):
        for row in _rows(folder / f"standards_cn_{name}.csv.gz"):
            replaced = row.get("status") == "被代替"
            real = Real(row["number"], row["title_zh"], row.get("title_en", ""), (), True, replaced)
            found.setdefault(row["number"], real)
    for row in _rows(folder / "standards_international.csv.gz"):
        found.setdefault(row["number"], Real(row["number"], "", row["title_en"], is_replaced=row["stage"] == "95.99"))
    return list(found.values())


def real_companies(folder: Path) -> list[Real]:
    """Read the real companies, each name once."""
    found: dict[str, Real] = {}
    for name in ("companies_qingdao", "companies_listed"):
        for row in _rows(folder / f"{name}.csv.gz"):
            aliases = tuple(alias for alias in row["alias"].split(";") if alias)
            found.setdefault(row["name"], Real(row["name"], row["name"], "", aliases))
    return list(found.values())


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def known_items(standards: list[Real], companies: list[Real], each: int, seed: int = 20_260) -> list[KnownItem]:
    """Return about ``each`` queries of every kind, always the same for a seed."""
    chance = random.Random(seed)
    chinese = [real for real in standards if real.is_chinese and len(real.zh) > 3]
    english = [real for real in standards if len(_WORD.findall(real.en)) > 3]
    dated = [real for real in chinese if _YEAR.search(real.id)]
    replaced = [real for real in standards if real.is_replaced]
    titles_zh = _Titles([real.zh for real in chinese], _words_zh)
    titles_en = _Titles([real.en for real in english], _words_en)

    def some_zh(real: Real, chance: random.Random) -> str:
        return titles_zh.some_words(real.zh, 4, chance)

    def some_en(real: Real, chance: random.Random) -> str:
        return titles_en.some_words(real.en, 6, chance)

    ways: list[Way] = [
        ("number as published", standards, lambda r, _: r.id, _itself),
        ("number, small letters, no blanks", standards, lambda r, _: r.id.lower().replace(" ", ""), _itself),
        ("number, letters and digits only", standards, lambda r, _: re.sub(r"[^\w.]", "", r.id), _itself),
        ("number, full width, long dash", chinese, lambda r, _: _full_width(r.id.replace("-", "—")), _itself),
        ("number without /T", chinese, lambda r, _: re.sub(r"/[TZ]\b", "", r.id), _itself),
        ("number without year", standards, lambda r, _: _YEAR.sub("", r.id), _family),
        ("number, digits alone", dated, lambda r, _: _digits(r.id), _same_digits),
        ("number superseded", replaced, lambda r, _: r.id, _itself),
        ("title zh whole", chinese, lambda r, _: r.zh, _titled),
        ("title zh words", chinese, some_zh, _titled),
        ("title zh half typed", chinese, lambda r, _: _half(r.zh), _starting(chinese)),
        ("title zh traditional", chinese, lambda r, _: _TO_TRADITIONAL.convert(r.zh), _titled),
        ("title zh same-sounding slip", chinese, _same_sound, _titled),
        ("title zh letter left out", [r for r in chinese if len(r.zh) > 6], _left_out, _titled),
        ("title zh pinyin joined", chinese, lambda r, _: "".join(_spoken(r.zh)), _titled),
        ("title zh pinyin apart", chinese, lambda r, _: " ".join(_spoken(r.zh)), _titled),
        ("title zh initials", [r for r in chinese if len(r.zh) > 5], lambda r, _: _initials(r.zh), _titled),
        ("title en whole", english, lambda r, _: r.en, _titled),
        ("title en words", english, some_en, _titled),
        ("title en slip", english, lambda r, c: _english_slip(some_en(r, c), c), _titled),
        ("company name", companies, lambda r, _: r.id, _itself),
        ("company name, slip", companies, _same_sound, _itself),
    ]
    made = [
        KnownItem(kind, text, wanted(real))
        for kind, reals, spelt, wanted in ways
        for real in chance.sample(reals, min(each, len(reals)))
        if (text := spelt(real, chance)).strip()
    ]
    named = [alias for real in companies for alias in real.aliases]
    for alias in chance.sample(named, min(each, len(named))):
        made.append(KnownItem("company short name", alias, frozenset((f"alias {_squashed(alias)}",))))
        letters, sound = _initials(alias), "".join(_spoken(alias))
        if _HAN.search(alias):
            made.append(KnownItem("company short name, pinyin", sound, frozenset((f"sound {sound}",))))
        if _HAN.search(alias) and len(letters) > 2:
            made.append(KnownItem("company short name, initials", letters, frozenset((f"letters {letters}",))))
    return made


_EVERYDAY = {"words zh": 700, "words en": 300, "number": 500, "name": 500}


def everyday_queries(standards: list[Real], companies: list[Real], seed: int) -> list[KnownItem]:
    """Return what a day brings, over any rows: three to five words of a title, numbers, names; every tenth has a slip.

    Of each kind as many as `_EVERYDAY` says, where there are rows for them; no standard is asked for twice.
    """
    chance = random.Random(seed)
    left = iter(chance.sample(standards, len(standards)))
    made = [KnownItem("number", real.id, _itself(real)) for real in islice(left, _EVERYDAY["number"])]
    with_zh = ((real, [word for word in _words_zh(real.zh) if len(word) > 1] or [real.zh]) for real in left if real.zh)
    for real, words in islice(with_zh, _EVERYDAY["words zh"]):
        made.append(KnownItem("words zh", _drawn(words, chance), _titled(real)))
    with_en = ((real, _words_en(real.en) or [real.en]) for real in left if real.en)
    for real, words in islice(with_en, _EVERYDAY["words en"]):
        made.append(KnownItem("words en", _drawn(words, chance), _titled(real)))
    made += [KnownItem("name", real.id, _itself(real)) for real in companies[: _EVERYDAY["name"]]]
    slipped = [
        replace(item, text=_slip(item.text, chance)) if item.kind != "number" and place % 10 == 0 else item
        for place, item in enumerate(made)
    ]
    return chance.sample(slipped, len(slipped))


def _drawn(words: list[str], chance: random.Random) -> str:
    words = list(dict.fromkeys(words))
    kept = sorted(chance.sample(range(len(words)), min(chance.randint(3, 5), len(words))))
    return " ".join(words[at] for at in kept)


def _slip(text: str, chance: random.Random) -> str:
    if _HAN.search(text):
        return _same_sound(Real("", text), chance)
    return _english_slip(text, chance) if len(max(text.split(), key=len)) > 3 else text


Way = tuple[str, list[Real], Callable[[Real, random.Random], str], Callable[[Real], frozenset[str]]]


def _itself(real: Real) -> frozenset[str]:
    return frozenset((f"id {_squashed(real.id)}",))


def _family(real: Real) -> frozenset[str]:
    return frozenset((f"family {_squashed(_YEAR.sub('', real.id))}",))


def _same_digits(real: Real) -> frozenset[str]:
    return frozenset((f"digits {_digits(real.id)}",))


def _titled(real: Real) -> frozenset[str]:
    return _itself(real) | {f"title {_squashed(title)}" for title in (real.zh, real.en) if title}


def _half(title: str) -> str:
    return title[: max(6, len(title) * 7 // 10)]


def _starting(reals: list[Real]) -> Callable[[Real], frozenset[str]]:
    """Return what a half-typed title may mean: every real title that begins so."""

    def wanted(real: Real) -> frozenset[str]:
        typed = _half(real.zh)
        return frozenset(f"title {_squashed(other.zh)}" for other in reals if other.zh.startswith(typed))

    return wanted


class _Titles:
    """Titles and the words they hold, to know how many of them some words may mean."""

    def __init__(self, titles: list[str], cut: Callable[[str], list[str]]) -> None:
        self._cut = cut
        self._holding: dict[str, set[int]] = {}
        for place, title in enumerate(sorted(set(titles))):
            for word in cut(title):
                self._holding.setdefault(word, set()).add(place)

    def some_words(self, title: str, fewest: int, chance: random.Random, most_meant: int = 5) -> str:
        """Return words of a title in their order, so many that few titles hold them all."""
        words = list(dict.fromkeys(self._cut(title)))
        drawn = chance.sample(words, len(words))
        taken = drawn[:fewest]
        for word in drawn[fewest:]:
            if taken and len(set.intersection(*(self._holding[one] for one in taken))) <= most_meant:
                break
            taken.append(word)
        return " ".join(word for word in words if word in taken) or title


def _words_zh(title: str) -> list[str]:
    normal = tokens.normalise(title)
    return [*(word for word in tokens.words(normal).must if len(word) > 1), *re.findall(r"[0-9a-z]+", normal)]


def _words_en(title: str) -> list[str]:
    return [word for word in re.findall(r"[^\W_]+", title.lower()) if len(word) > 2 or word.isdigit()]


def _digits(number: str) -> str:
    found = re.search(r"[\d.]+", _YEAR.sub("", re.sub(r"^DB\d+", "", number)))
    return found[0] if found else number


def _full_width(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def _spoken(text: str) -> list[str]:
    return tokens.syllables(tokens.normalise(text))


def _initials(text: str) -> str:
    return tokens.initials(_spoken(text))


def _squashed(text: str) -> str:
    return tokens.squash(tokens.normalise(text))


def _same_sound(real: Real, chance: random.Random) -> str:
    """Replace one character by another of the same syllable, as an input method offers it."""
    places = [at for at, letter in enumerate(real.zh) if _HAN.match(letter)]
    chance.shuffle(places)
    for at in places:
        others = [other for other in _same_sounding(real.zh[at]) if other != real.zh[at]]
        if others:
            return real.zh[:at] + chance.choice(others) + real.zh[at + 1 :]
    return real.zh


_by_sound: dict[str, list[str]] = {}


def _same_sounding(letter: str) -> list[str]:
    if not _by_sound:
        # the first level of GB 2312: the 3,755 commonest characters
        for row in range(0xB0, 0xD8):
            for cell in range(0xA1, 0xFF):
                common = bytes((row, cell)).decode("gb2312", "ignore")
                if common:
                    _by_sound.setdefault("".join(_spoken(common)), []).append(common)
    return _by_sound.get("".join(_spoken(letter)), [])


def _left_out(real: Real, chance: random.Random) -> str:
    at = chance.randrange(1, len(real.zh) - 1)
    return real.zh[:at] + real.zh[at + 1 :]


def _english_slip(text: str, chance: random.Random) -> str:
    """Return the words with one slip of the finger in the longest of them."""
    words = text.split()
    at = max(range(len(words)), key=lambda place: len(words[place]))
    word = words[at]
    place = chance.randrange(1, len(word) - 1)
    slips = (
        word[:place] + word[place + 1 :],
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        word[:place] + chance.choice(_LETTERS) + word[place + 1 :],
    )
    words[at] = chance.choice(slips)
    return " ".join(words)
