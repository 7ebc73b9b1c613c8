"""Known-item queries over real rows: what a person types who wants one certain record, in every kind of spelling.

A query is right about a record when it finds it, or one that no reader could tell from it by what was typed: a record
with the very same title (text queries), the same short name, or the same family (a number without its year). Digits
alone are asked only of Chinese standards and are right about any record with these digits.
"""

import csv
import gzip
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
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
    """A query of a kind, and the ids (number as published, registered name) that answer it."""

    kind: str
    text: str
    wanted: frozenset[str]


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
    named = [real for real in companies if real.aliases]
    same_title = _together(standards, lambda real: _title_keys(real))
    same_family = _together(standards, lambda real: [_YEAR.sub("", real.id)])
    same_alias = _together(companies, lambda real: [tokens.normalise(alias) for alias in real.aliases])
    same_digits = _together(chinese, lambda real: [_digits(real.id)])

    def titled(real: Real) -> frozenset[str]:
        return frozenset().union(*(same_title[key] for key in _title_keys(real)), (real.id,))

    def itself(real: Real) -> frozenset[str]:
        return frozenset((real.id,))

    def family(real: Real) -> frozenset[str]:
        return frozenset(same_family[_YEAR.sub("", real.id)])

    def digits(real: Real) -> frozenset[str]:
        return frozenset(same_digits[_digits(real.id)])

    Way = tuple[str, list[Real], Callable[[Real, random.Random], str], Callable[[Real], frozenset[str]]]
    ways: list[Way] = [
        ("number as published", standards, lambda r, _: r.id, itself),
        ("number, small letters, no blanks", standards, lambda r, _: r.id.lower().replace(" ", ""), itself),
        ("number, letters and digits only", standards, lambda r, _: re.sub(r"[^\w.]", "", r.id), itself),
        ("number, full width, long dash", chinese, lambda r, _: _full_width(r.id.replace("-", "—")), itself),
        ("number without /T", chinese, lambda r, _: re.sub(r"/[TZ]\b", "", r.id), itself),
        ("number without year", standards, lambda r, _: _YEAR.sub("", r.id), family),
        ("number, digits alone", [r for r in chinese if _YEAR.search(r.id)], lambda r, _: _digits(r.id), digits),
        ("number superseded", [r for r in standards if r.is_replaced], lambda r, _: r.id, itself),
        ("title zh whole", chinese, lambda r, _: r.zh, titled),
        ("title zh words", chinese, _some_words, titled),
        ("title zh half typed", chinese, lambda r, _: r.zh[: max(6, len(r.zh) * 7 // 10)], _starting(chinese, 0.7)),
        ("title zh traditional", chinese, lambda r, _: _TO_TRADITIONAL.convert(r.zh), titled),
        ("title zh same-sounding slip", chinese, _same_sound, titled),
        ("title zh letter left out", [r for r in chinese if len(r.zh) > 6], _left_out, titled),
        ("title zh pinyin joined", chinese, lambda r, _: "".join(_spoken(r.zh)), titled),
        ("title zh pinyin apart", chinese, lambda r, _: " ".join(_spoken(r.zh)), titled),
        ("title zh initials", [r for r in chinese if len(r.zh) > 5], lambda r, _: tokens.initials(_spoken(r.zh)), titled),
        ("title en whole", english, lambda r, _: r.en, titled),
        ("title en words", english, _some_english, titled),
        ("title en slip", english, _english_slip, titled),
        ("company name", companies, lambda r, _: r.id, itself),
        ("company name, slip", companies, _same_sound, itself),
    ]
    made = [
        KnownItem(kind, text, wanted(real))
        for kind, reals, spelt, wanted in ways
        for real in chance.sample(reals, min(each, len(reals)))
        if (text := spelt(real, chance)).strip()
    ]
    for real in chance.sample(named, min(each, len(named))):
        alias = chance.choice(real.aliases)
        owners = frozenset(same_alias[tokens.normalise(alias)])
        spoken = _spoken(alias)
        made.append(KnownItem("company short name", alias, owners))
        if _HAN.search(alias):
            alike = [a for a in same_alias if _spoken(a) == spoken]
            sounding = frozenset().union(*(same_alias[a] for a in alike), owners)
            made.append(KnownItem("company short name, pinyin", "".join(spoken), sounding))
            letters = tokens.initials(spoken)
            if len(letters) > 2:
                same = [a for a in same_alias if tokens.initials(_spoken(a)) == letters]
                abbreviated = frozenset().union(*(same_alias[a] for a in same), owners)
                made.append(KnownItem("company short name, initials", letters, abbreviated))
    return made


def _title_keys(real: Real) -> list[str]:
    return [key for key in (tokens.squash(tokens.normalise(real.zh)), tokens.squash(tokens.normalise(real.en))) if key]


def _together(reals: Iterable[Real], keys: Callable[[Real], list[str]]) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = {}
    for real in reals:
        for key in keys(real):
            groups.setdefault(key, set()).add(real.id)
    return groups


def _starting(reals: list[Real], share: float) -> Callable[[Real], frozenset[str]]:
    """Return what a half-typed title may mean: every real title that begins so."""

    def wanted(real: Real) -> frozenset[str]:
        typed = real.zh[: max(6, int(len(real.zh) * share))]
        return frozenset(other.id for other in reals if other.zh.startswith(typed))

    return wanted


def _digits(number: str) -> str:
    found = re.search(r"[\d.]+", _YEAR.sub("", re.sub(r"^DB\d+", "", number)))
    return found[0] if found else number


def _full_width(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def _spoken(text: str) -> list[str]:
    return tokens.syllables(tokens.normalise(text))


def _some_words(real: Real, chance: random.Random) -> str:
    """Return four words of the title in their order, or all if it has fewer; and its part number, if it has one."""
    words = [word for word in dict.fromkeys(tokens.words(tokens.normalise(real.zh)).must) if len(word) > 1]
    kept = sorted(chance.sample(range(len(words)), min(4, len(words))))
    part = re.search(r"第\s*[\d-]+\s*部分", real.zh)
    return " ".join([*(words[at] for at in kept), *((part[0],) if part else ())]) or real.zh


def _some_english(real: Real, chance: random.Random) -> str:
    """Return six words of the title in their order, and its part number, if it has one."""
    words = list(dict.fromkeys(_WORD.findall(real.en)))
    kept = sorted(chance.sample(range(len(words)), min(6, len(words))))
    part = re.search(r"Part \d[\d-]*", real.en)
    return " ".join([*(words[at] for at in kept), *((part[0],) if part else ())])


def _same_sound(real: Real, chance: random.Random) -> str:
    """Replace one character by another of the same syllable, as an input method offers it."""
    places = [at for at, letter in enumerate(real.zh) if _HAN.match(letter)]
    chance.shuffle(places)
    for at in places:
        others = [other for other in _same_sounding(real.zh[at]) if other != real.zh[at]]
        if others:
            return real.zh[:at] + chance.choice(others) + real.zh[at + 1 :]
    return real.zh


_COMMON = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处理"  # noqa: E501  (one string of frequent characters)
_by_sound: dict[str, list[str]] = {}


def _same_sounding(letter: str) -> list[str]:
    if not _by_sound:
        for common in dict.fromkeys(_COMMON):
            _by_sound.setdefault("".join(_spoken(common)), []).append(common)
    return _by_sound.get("".join(_spoken(letter)), [])


def _left_out(real: Real, chance: random.Random) -> str:
    at = chance.randrange(1, len(real.zh) - 1)
    return real.zh[:at] + real.zh[at + 1 :]


def _english_slip(real: Real, chance: random.Random) -> str:
    """Return words of the title with one slip of the finger in the longest of them."""
    words = _some_english(real, chance).split()
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
