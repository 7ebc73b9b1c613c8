"""Records as documents of the index: what each is found by, filtered by and sorted by."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import accumulate
from typing import Any

from pinzhi.engine.catalog import common_words, tokens
from pinzhi.records.catalog.search import fields

LONGEST_TERM = 40
_REMEMBERED = 16_384  # names
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
    texts = _texts(entry)
    normal = tokens.normalise(entry.number)
    forms = tokens.number_forms(normal) if normal else tokens.NumberForms((), ())
    year = entry.day.year if entry.day else tokens.year_of_number(normal)
    made: dict[str, Any] = {
        "key": fields.key_of(entry.kind, entry.id),
        "kind": entry.kind,
        "family": fields.family_of(entry.family),
        "rank": fields.rank_of(entry.rank_class, entry.status, year),
        "day": fields.day_of(entry.day),
        "sequence": fields.sequence_of(normal, year),
    }
    starts: dict[str, None] = {}
    if fields.is_worth_proposing(entry.status):
        starts = dict.fromkeys([start for text in texts for start in text.starts])
        if forms.own:
            starts.update(dict.fromkeys(_beginnings(forms.own[0], fields.BEGIN_NUMBER)))
    common = texts[0].common if len(texts) == 1 else dict.fromkeys([word for text in texts for word in text.common])
    if len(common) > 1:
        made["both"] = _pairs(common, sum(text.zh.count(" ") + 1 for text in texts if text.zh))
    for field, words in (
        ("num", _numbers(forms, entry.loose_numbers)),
        ("exact", dict.fromkeys([whole for text in texts for whole in text.exact])),
        ("start", starts),
        ("zh", [text.zh for text in texts if text.zh]),
        ("bi", [text.bi for text in texts if text.bi]),
        ("py", [text.py for text in texts if text.py]),
        ("en", [text.en for text in texts if text.en]),
    ):
        if words:
            made[field] = " ".join(words)
    for field, value in (
        ("status", entry.status),
        ("level", entry.level),
        ("district", entry.district),
        ("scheme", entry.scheme),
    ):
        if value:
            made[field] = value
    if year:
        made["year"] = str(year)
    if entry.services:
        made["service"] = list(entry.services)
    if entry.categories:
        made["category"] = list(entry.categories)
    if entry.industry:
        made["industry"] = entry.industry[0]
        made["branch"] = [entry.industry[:length] for length in range(2, len(entry.industry) + 1)]
    return made


@dataclass(frozen=True, slots=True)
class _Text:
    """What one text comes to: terms for the whole of it, its beginnings, and its tokens joined by blanks."""

    exact: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    zh: str = ""
    bi: str = ""
    py: str = ""
    en: str = ""
    common: tuple[str, ...] = ()


def _texts(entry: Entry) -> list[_Text]:
    """Return what the texts of an entry come to; names somebody types are also proposed while he does."""
    texts = [_name(entry.title, is_typed=True)]
    if entry.kind == "standard":
        texts += [_more(name) for name in entry.names]  # titles in French or Japanese: nobody types them in pinyin
    else:
        texts += [_name(name, is_typed=False) for name in entry.names]
    texts += [_name(name, is_typed=True) for name in (*entry.short_names, entry.title_en) if name]
    texts += [_more(more) for more in (entry.more, entry.more_en) if more]
    return texts


@lru_cache(_REMEMBERED)  # editions of a standard share their titles
def _name(name: str, *, is_typed: bool) -> _Text:
    normal = tokens.normalise(name)
    squashed = tokens.squash(normal)
    if name.isascii():
        starts = tuple(_beginnings(squashed, fields.BEGIN_LATIN)) if is_typed else ()
        return _Text((whole_term(squashed),), starts, en=name) if name else _Text()
    cut = tokens.cut(normal)
    zh, bi, en = " ".join(cut.words), " ".join(cut.pairs), " ".join(cut.latin)
    if not cut.words:
        return _Text((whole_term(squashed),), (), zh, bi, "", en)
    common = common_words.common_among(cut.words)
    joined, letters = "".join(cut.spoken), tokens.initials(cut.spoken)
    exact = (whole_term(squashed), "p:" + whole_term(joined), "i:" + whole_term(letters))
    starts = (
        *_beginnings(squashed, fields.BEGIN_HAN),
        *_beginnings(joined, fields.BEGIN_PINYIN),
        *_beginnings(letters, fields.BEGIN_INITIALS),
    )
    py = " ".join(tokens.paired(cut.spoken) or cut.spoken)
    return _Text(exact, starts if is_typed else (), zh, bi, py, en, common)


def _more(text: str) -> _Text:
    """Return further words, by which a record is found but not named."""
    cut = tokens.cut(tokens.normalise(text))
    zh, bi, en = " ".join(cut.words), " ".join(cut.pairs), " ".join(cut.latin)
    return _Text(zh=zh, bi=bi, en=en, common=common_words.common_among(cut.words))


def _pairs(common: Iterable[str], length: int) -> str:
    """Return the pairs of common words, and a dot for each word there is: a title's length is part of its score."""
    return " ".join(common_words.pairs_among(common)) + " ·" * length


def _beginnings(text: str, longest: int) -> Iterable[str]:
    """Return the first letter, the first two, and so on."""
    return accumulate(text[:longest])


def _numbers(forms: tokens.NumberForms, others: tuple[str, ...]) -> dict[str, None]:
    """Return the terms of a number: ``=`` marks its own forms, ``~`` those of the whole it is a part of."""
    num = dict.fromkeys(["=" + form for form in forms.own])
    num.update(dict.fromkeys(forms.loose))
    num.update(dict.fromkeys(["~" + form for form in forms.wider]))
    for other in others:
        num.update(dict.fromkeys(tokens.number_forms(tokens.normalise(other)).own))
    return num
