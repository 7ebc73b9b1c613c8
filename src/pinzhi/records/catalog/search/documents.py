"""Records as documents of the index: what each is found by, filtered by and sorted by."""

import zlib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain
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
    normal = tokens.normalise(entry.number)
    forms = tokens.number_forms(normal) if normal else _NO_FORMS
    year = entry.day.year if entry.day else tokens.year_of_number(normal)
    made: dict[str, Any] = {
        "key": fields.key_of(entry.kind, entry.id),
        "kind": entry.kind,
        "family": fields.family_of(entry.family),
        "rank": fields.rank_of(entry.rank_class, entry.status, year),
        "day": fields.day_of(entry.day),
        "sequence": fields.sequence_of(normal, year),
    }
    if normal:
        made["num"] = " ".join(_numbers(forms, entry.loose_numbers))
    _put_texts(made, entry, forms)
    _put_facets(made, entry, year)
    return made


_NO_FORMS = tokens.NumberForms((), ())


def _put_texts(made: dict[str, Any], entry: Entry, forms: tokens.NumberForms) -> None:
    starts, exact, *cut = zip(*_texts(entry), strict=True)
    if any(exact):
        made["exact"] = " ".join(dict.fromkeys(chain.from_iterable(exact)))
    if fields.is_worth_proposing(entry.status):
        beginnings = dict.fromkeys(chain.from_iterable(starts))
        if forms.own:
            beginnings[forms.own[0][: fields.BEGIN_NUMBER]] = None
        made["start"] = list(beginnings)
    for field, texts in zip(_CUT_FIELDS, cut, strict=True):
        joined = " ".join(filter(None, texts))
        if joined:
            made[field] = joined
    if "zh" in made:
        _put_common(made, made["zh"].split(" "))


def _put_common(made: dict[str, Any], words: list[str]) -> None:
    """Put the pairs of common words, and a dot for each word there is: a title's length is part of its score."""
    common = common_words.common_among(words)
    if len(common) > 1:
        made["both"] = " ".join(common_words.pairs_among(common)) + " ·" * len(words)


def _put_facets(made: dict[str, Any], entry: Entry, year: int | None) -> None:
    if entry.status:
        made["status"] = entry.status
    if entry.level:
        made["level"] = entry.level
    if entry.district:
        made["district"] = entry.district
    if entry.scheme:
        made["scheme"] = entry.scheme
    if year:
        made["year"] = str(year)
    if entry.services:
        made["service"] = list(entry.services)
    if entry.categories:
        made["category"] = list(entry.categories)
    if entry.industry:
        made["industry"] = entry.industry[0]
        made["branch"] = [entry.industry[:length] for length in range(2, len(entry.industry) + 1)]


# what one text comes to: its beginnings, terms for the whole of it, and its tokens joined by blanks, by field
_Text = tuple[tuple[str, ...], tuple[str, ...], str, str, str, str]
_CUT_FIELDS = ("zh", "bi", "py", "en")


def _texts(entry: Entry) -> list[_Text]:
    """Return what the texts of an entry come to; names somebody types are also proposed while he does."""
    texts = [_name(entry.title, True)]
    if entry.title_en:
        texts.append(_name(entry.title_en, True))
    for name in entry.short_names:
        texts.append(_name(name, True))
    for name in entry.names:  # titles in French or Japanese: nobody types them in pinyin
        texts.append(_more(name) if entry.kind == "standard" else _name(name, False))
    for more in (entry.more, entry.more_en):
        if more:
            texts.append(_more(more))
    return texts


@lru_cache(_REMEMBERED)  # editions of a standard share their titles
def _name(name: str, is_typed: bool, /) -> _Text:
    normal = tokens.normalise(name)
    squashed = tokens.squash(normal)
    if name.isascii():
        begins = (squashed[: fields.BEGIN_LATIN],) if is_typed and squashed else ()
        return begins, (whole_term(squashed),) if name else (), "", "", "", name
    words, pairs, spoken, latin = tokens.cut(normal)
    if not words:
        return (), (whole_term(squashed),), words, pairs, "", latin
    joined, letters = "".join(spoken), tokens.initials(spoken)
    exact = (whole_term(squashed), "p:" + whole_term(joined), "i:" + whole_term(letters))
    starts = (
        squashed[: fields.BEGIN_HAN],
        joined[: fields.BEGIN_PINYIN],
        letters[: fields.BEGIN_INITIALS],
    )
    return starts if is_typed else (), exact, words, pairs, " ".join(tokens.paired(spoken) or spoken), latin


def _more(text: str) -> _Text:
    """Return further words, by which a record is found but not named."""
    words, pairs, _, latin = tokens.cut(tokens.normalise(text))
    return (), (), words, pairs, "", latin


def _numbers(forms: tokens.NumberForms, others: tuple[str, ...]) -> dict[str, None]:
    """Return the terms of a number: ``=`` marks its own forms, ``~`` those of the whole it is a part of."""
    num = dict.fromkeys(["=" + form for form in forms.own])
    num.update(dict.fromkeys(forms.loose))
    num.update(dict.fromkeys(["~" + form for form in forms.wider]))
    for other in others:
        num.update(dict.fromkeys(tokens.number_forms(tokens.normalise(other)).own))
    return num
