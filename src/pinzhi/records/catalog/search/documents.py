"""Records as documents of the index: what each is found by, filtered by and sorted by."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pinzhi.engine.catalog import tokens
from pinzhi.records.catalog.search import fields

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
LONGEST_TERM = 40
_KEPT = 28  # letters of a longer name that stay readable, so that one may walk the terms by their beginning


@dataclass(slots=True)
class Entry:
    """One record with all that the index wants to know of it."""

    kind: str
    id: int
    title: str
    title_en: str = ""
    names: tuple[str, ...] = ()  # further whole names: former, local
    short_names: tuple[str, ...] = ()
    more: str = ""  # further words: services, holder, address
    more_en: str = ""
    number: str = ""
    loose_numbers: tuple[str, ...] = ()  # numbers of others under which it is found too: what it adopts
    family: str = ""
    rank_class: str = ""
    status: str = ""
    day: date | None = None
    level: str = ""
    district: str = ""
    industry: str = ""
    services: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    scheme: str = ""


def whole_term(squashed: str) -> str:
    """Return the term for a whole name; of a long one the beginning and a hash of all."""
    if len(squashed) <= LONGEST_TERM:
        return squashed
    return f"{squashed[:_KEPT]}~{zlib.crc32(squashed.encode()):08x}"


def document(entry: Entry) -> dict[str, Any]:
    """Return the fields of an entry, texts cut into tokens and joined by blanks."""
    spoken: list[str] = []
    zh: list[str] = []
    bi: list[str] = []
    pairs: list[str] = []
    en = [entry.title_en] if entry.title_en else []
    exact: dict[str, None] = {}
    starts: dict[str, None] = {}
    for place, text in enumerate((entry.title, *entry.names, *entry.short_names)):
        if not text:
            continue
        if not _CJK.search(text):
            en.append(text)
            _whole_latin(text, exact, starts)
            continue
        normal = tokens.normalise(text)
        cut = tokens.pieces(normal)
        spoken = [syllable for piece in cut for syllable in piece.spoken]
        zh.extend([word for piece in cut for word in piece.index])
        bi.extend(tokens.bigrams(normal))
        pairs.extend(tokens.paired(spoken) or spoken)
        squashed = tokens.squash(normal)
        exact[whole_term(squashed)] = None
        exact["p:" + whole_term("".join(spoken))] = None
        exact["i:" + tokens.initials(spoken)[:LONGEST_TERM]] = None
        if place == 0 or text in entry.short_names:
            _begin(starts, squashed, 3)
            _begin(starts, "".join(spoken[:5]), 5)
            _begin(starts, tokens.initials(spoken[:3]), 3)
    if entry.title_en:
        _whole_latin(entry.title_en, exact, starts)
    if entry.more:
        normal = tokens.normalise(entry.more)
        zh.extend(tokens.index_words(normal))
        bi.extend(tokens.bigrams(normal))
    if entry.more_en:
        en.append(entry.more_en)
    num = _numbers(entry, starts)
    year = entry.day.year if entry.day else None
    rank = fields.rank_of(entry.rank_class, entry.status, year)
    made = {
        "key": fields.key_of(entry.kind, entry.id),
        "num": " ".join(num),
        "exact": " ".join(exact),
        "zh": " ".join(zh),
        "bi": " ".join(bi),
        "py": " ".join(pairs),
        "en": " ".join(en),
        "start": " ".join(starts) if fields.is_worth_proposing(entry.status) else "",
        "kind": entry.kind,
        "status": entry.status,
        "level": entry.level,
        "district": entry.district,
        "industry": entry.industry[:1],
        "scheme": entry.scheme,
        "year": str(year) if year else "",
        "family": fields.family_of(entry.family),
        "rank": rank,
        "day": fields.day_of(entry.day),
        "sequence": fields.sequence_of(tokens.normalise(entry.number), year),
    }
    made = {name: value for name, value in made.items() if value != ""}
    if entry.services:
        made["service"] = list(entry.services)
    if entry.categories:
        made["category"] = list(entry.categories)
    if len(entry.industry) > 1:
        made["branch"] = [entry.industry[:length] for length in range(2, len(entry.industry) + 1)]
    return made


def _whole_latin(text: str, exact: dict[str, None], starts: dict[str, None]) -> None:
    squashed = tokens.squash(tokens.normalise(text))
    exact[whole_term(squashed)] = None
    _begin(starts, squashed, 5)


def _begin(starts: dict[str, None], text: str, longest: int) -> None:
    for length in range(1, min(len(text), longest) + 1):
        starts[text[:length]] = None


def _numbers(entry: Entry, starts: dict[str, None]) -> dict[str, None]:
    num: dict[str, None] = {}
    if entry.number:
        forms = tokens.number_forms(tokens.normalise(entry.number))
        num.update(dict.fromkeys(["=" + form for form in forms.own]))
        num.update(dict.fromkeys(forms.loose))
        if forms.own:
            _begin(starts, forms.own[0], 5)
    for number in entry.loose_numbers:
        forms = tokens.number_forms(tokens.normalise(number))
        num.update(dict.fromkeys(forms.own))
    return num


def spelling_words(entry: Entry) -> Iterator[str]:
    """Yield the Latin words of an entry, to propose when somebody mistypes one."""
    for text in (entry.title_en, entry.title, entry.more_en):
        if text:
            yield from _LATIN_WORD.findall(text.lower())


_LATIN_WORD = re.compile(r"[a-z]{3,}")
