"""What is asked of the catalogue search, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

KINDS = ("standard", "organisation", "institution", "certificate", "product", "place", "document")
FACETS = ("kind", "status", "level", "district", "industry", "service", "category", "scheme", "year")
DEEPEST = 1_000  # lines one may page through; whoever wants more narrows the search or takes the export

Sort = Literal["relevance", "newest", "number"]
How = Literal[
    "number",  # a number or code, looked up
    "exact",  # a whole title, name or short name (also its pinyin or initials)
    "words",
    "bigrams",  # all pairs of characters: words cut differently, half-typed words
    "spelling",  # a Latin word corrected; see shown_for
    "pinyin",  # Latin letters read as pinyin or as initials
    "syllables",  # Han text that sounds like the record's
    "any",  # no exact match: some of the words
    "browse",  # nothing was asked: everything under the filters
    "none",
    "rebuilding",  # the index is being made: numbers and beginnings of names only, straight from the tables
]


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search. ``filters``: any value within a facet, every facet together.

    ``on`` is the day for which results are worded (None: today by the settings). ``facets=False`` saves the counting.
    """

    text: str
    kind: str | None = None
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = "relevance"
    page: int = 1
    size: int = 10
    on: date | None = None
    facets: bool = True


class Hit(NamedTuple):
    """One record found. An institution carries the id of its organisation.

    A tuple, as is `Line`: a search makes thirty of them, and a frozen dataclass would take as long as the search.
    """

    kind: str
    id: int
    score: float = 0.0


class Line(NamedTuple):
    """One line of a result: a record, and the other editions of the same standard that were found with it."""

    hit: Hit
    folded: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many records of the result carry a value; the facet's own filter is ignored while counting."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer: ``hits`` of this page as ranked, ``lines`` the same grouped by family, edition in force first.

    ``total`` counts records, not lines; None when counting was not asked for and would have cost something.
    ``shown_for`` is the text the result belongs to where a word was corrected; ``direct`` the only record that bears
    the number asked for. ``ms`` is the time of the search alone.
    """

    hits: tuple[Hit, ...]
    lines: tuple[Line, ...]
    total: int | None
    facets: Mapping[str, tuple[FacetCount, ...]]
    how: How
    shown_for: str | None = None
    direct: Hit | None = None
    has_next: bool = False
    ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """A record as a result line shows it.

    ``key`` is what its address is made of: canonical number, credit code, certificate number, code, or id (product).
    ``number`` is what a person reads: number as published, credit code, certificate number, document number.
    """

    kind: str
    id: int
    key: str
    title: str
    title_en: str = ""
    number: str = ""
    title_local: str = ""
    status: str = ""
    level: str = ""
    nature: str = ""
    published_on: date | None = None
    published_precision: str = "d"
    effective_on: date | None = None
    withdrawn_on: date | None = None
    successor: str = ""  # number of the standard that replaces this one
    successor_key: str = ""  # its canonical form, for the address
    adopts: str = ""
    holder: str = ""  # holder of a certificate, maker of a product
    holder_key: str = ""
    issuer: str = ""
    scheme: str = ""
    expires_on: date | None = None
    district: str = ""
    industry: str = ""
    subkind: str = ""  # kind of organisation, place or document
    categories: tuple[str, ...] = ()  # of an institution
    short_names: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One proposal while somebody types."""

    row: Row
    marked: tuple[tuple[str, bool], ...]  # the title in pieces, matching ones marked


@dataclass(frozen=True, slots=True)
class IndexState:
    """How the index of this node stands. ``state``: ready, absent, stale (of another database), or broken."""

    state: Literal["ready", "absent", "stale", "broken"]
    records: int = 0
    generation: str = ""
    cursor: int = 0
    behind: int = 0  # outbox entries not yet applied
    on: date | None = None  # day for which statuses were computed
    size_bytes: int = 0
