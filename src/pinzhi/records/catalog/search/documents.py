"""Records as documents of the index: what each is found by, filtered by and sorted by."""

import zlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from pinzhi.engine.catalog import tokens
from pinzhi.records.catalog.search import fields

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
    text = _Text()
    text.add_name(entry.title, is_typed=True)
    for name in entry.names:
        if entry.kind == "standard":
            text.add_more(name)  # a title in French or Japanese: nobody types it in pinyin
        else:
            text.add_name(name, is_typed=False)
    for name in entry.short_names:
        text.add_name(name, is_typed=True)
    text.add_name(entry.title_en, is_typed=True)
    text.add_more(entry.more)
    text.add_more(entry.more_en)
    normal = tokens.normalise(entry.number)
    num = _numbers(normal, entry.loose_numbers, text.starts)
    year = entry.day.year if entry.day else tokens.year_of_number(normal)
    made: dict[str, Any] = {
        "key": fields.key_of(entry.kind, entry.id),
        "kind": entry.kind,
        "family": fields.family_of(entry.family),
        "rank": fields.rank_of(entry.rank_class, entry.status, year),
        "day": fields.day_of(entry.day),
        "sequence": fields.sequence_of(normal, year),
    }
    starts = text.starts if fields.is_worth_proposing(entry.status) else {}
    for marks, forms in (("num", num), ("exact", text.exact), ("start", starts)):
        if forms:
            made[marks] = " ".join(forms)
    for field, words in (("zh", text.zh), ("bi", text.bi), ("py", text.py), ("en", text.en)):
        if words:
            made[field] = " ".join(words)
    for field in ("status", "level", "district", "scheme"):
        if value := getattr(entry, field):
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


class _Text:
    """What the texts of one entry come to."""

    __slots__ = ("bi", "en", "exact", "py", "starts", "zh")

    def __init__(self) -> None:
        self.zh: list[str] = []
        self.bi: list[str] = []
        self.py: list[str] = []
        self.en: list[str] = []
        self.exact: dict[str, None] = {}
        self.starts: dict[str, None] = {}

    def add_name(self, name: str, *, is_typed: bool) -> None:
        """Add a whole name; ``is_typed`` names are also proposed while somebody types."""
        if not name:
            return
        normal = tokens.normalise(name)
        squashed = tokens.squash(normal)
        self.exact[whole_term(squashed)] = None
        if name.isascii():
            self.en.append(name)
            if is_typed:
                _begin(self.starts, squashed, fields.BEGIN_LATIN)
            return
        cut = self._add(normal)
        spoken = cut.spoken
        if not cut.words:
            return
        joined, letters = "".join(spoken), tokens.initials(spoken)
        self.exact["p:" + whole_term(joined)] = None
        self.exact["i:" + whole_term(letters)] = None
        self.py.extend(tokens.paired(spoken) or spoken)
        if is_typed:
            _begin(self.starts, squashed, fields.BEGIN_HAN)
            _begin(self.starts, joined, fields.BEGIN_PINYIN)
            _begin(self.starts, letters, fields.BEGIN_INITIALS)

    def add_more(self, text: str) -> None:
        """Add further words, by which a record is found but not named."""
        if text:
            self._add(tokens.normalise(text))

    def _add(self, normal: str) -> tokens.Cut:
        cut = tokens.cut(normal)
        self.zh.extend(cut.words)
        self.bi.extend(cut.pairs)
        self.en.extend(cut.latin)
        return cut


def _begin(starts: dict[str, None], text: str, longest: int) -> None:
    for length in range(1, min(len(text), longest) + 1):
        starts[text[:length]] = None


def _numbers(number: str, others: tuple[str, ...], starts: dict[str, None]) -> dict[str, None]:
    """Return the terms of a number: ``=`` marks its own forms, ``~`` those of the whole it is a part of."""
    num: dict[str, None] = {}
    if number:
        forms = tokens.number_forms(number)
        num.update(dict.fromkeys(["=" + form for form in forms.own]))
        num.update(dict.fromkeys(forms.loose))
        num.update(dict.fromkeys(["~" + form for form in forms.wider]))
        if forms.own:
            _begin(starts, forms.own[0], fields.BEGIN_NUMBER)
    for other in others:
        num.update(dict.fromkeys(tokens.number_forms(tokens.normalise(other)).own))
    return num
