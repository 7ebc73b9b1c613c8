"""A query's text as clauses of the index: words, pairs of characters, syllables, Latin words."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import tantivy
from tantivy import Occur, Query

from pinzhi.engine.catalog import tokens
from pinzhi.records.catalog.search.reader import Snapshot
from pinzhi.records.catalog.search.synonyms import synonyms

LONGEST = 1_000  # characters of a query that are read: as long as a title may be
_LONGEST_CUT = 300  # characters that are cut into words; so the cost stays bounded
_MOST_UNITS = 24
_MOST_PAIRS = 40
# words that bind others: a record need not hold them
_BINDING = frozenset("的和与及或用于在之等对为第其中") | frozenset(
    ("a", "an", "and", "or", "of", "the", "for", "in", "on", "to", "with", "by", "at", "from")
)
_ENGLISH = (
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    .filter(tantivy.Filter.remove_long(40))
    .filter(tantivy.Filter.lowercase())
    .filter(tantivy.Filter.stemmer("english"))
    .build()
)

Term = tuple[str, str]  # field, term


@lru_cache(20_000)
def stems(text: str) -> tuple[str, ...]:
    """Return English stems, as the index's own tokenizer makes them."""
    return tuple(_ENGLISH.analyze(text))


class Unit(NamedTuple):
    """One thing a record must hold: any of the alternatives, each of them with all of its terms."""

    text: str
    alternatives: tuple[tuple[Term, ...], ...]
    latin: bool = False

    @property
    def is_binding(self) -> bool:
        """Tell whether it is a word like 的 or "of"."""
        return self.text in _BINDING


class Parts:
    """What a query's text is cut into: words at once, pairs and syllables only when words do not find anything."""

    __slots__ = ("_han", "_pairs", "_spoken", "bonus", "units")

    def __init__(self, normal: str) -> None:
        units: list[Unit] = []
        bonus: dict[Term, None] = {}
        self._pairs: tuple[str, ...] | None = None
        self._spoken: tuple[str, ...] | None = None
        self._han: list[tuple[str, list[tokens.Piece]]] = []
        for run in tokens.runs(normal[:_LONGEST_CUT]):
            if tokens.is_latin(run):
                units += _latin_units(run)
                continue
            pieces = tokens.pieces(run)
            self._han.append((run, pieces))
            for piece in pieces:
                units += [Unit(word, ((("zh", word),),)) for word in piece.must]
                if piece.bonus:
                    bonus.update(dict.fromkeys([("zh", word) for word in piece.bonus]))
        different = {unit.text: unit for unit in with_synonyms(normal, units)}
        self.units = tuple(different.values())[:_MOST_UNITS]
        self.bonus = tuple(bonus)

    @property
    def pairs(self) -> tuple[str, ...]:
        """Bigrams of the Han parts."""
        if self._pairs is None:
            self._pairs = tuple(dict.fromkeys([pair for run, _ in self._han for pair in tokens.bigrams(run)]))
        return self._pairs[:_MOST_PAIRS]

    @property
    def spoken(self) -> tuple[str, ...]:
        """Pairs of syllables of the Han parts."""
        if self._spoken is None:
            runs = [[syllable for piece in pieces for syllable in piece.spoken] for _, pieces in self._han]
            self._spoken = tuple(dict.fromkeys([pair for run in runs for pair in tokens.paired(run)]))
        return self._spoken[:_MOST_PAIRS]

    @property
    def syllable_count(self) -> int:
        """How many syllables the Han parts have."""
        return sum(len(piece.spoken) for _, pieces in self._han for piece in pieces)


class Asked:
    """A query's text, normalised at once and cut only when it is no number; never fails, whatever the text."""

    __slots__ = ("_parts", "latin", "squashed", "text")

    def __init__(self, text: str) -> None:
        self._parts: Parts | None = None
        self.text = tokens.normalise(text[:LONGEST]).strip()
        self.squashed = tokens.squash(self.text)
        # letters, if the whole text is Latin: perhaps pinyin
        self.latin = self.squashed if self.squashed.isascii() and not self.squashed.isdigit() else ""

    @property
    def parts(self) -> Parts:
        """The text in parts."""
        if self._parts is None:
            self._parts = Parts(self.text)
        return self._parts


_LATIN_WORD = re.compile(r"[^\W_]+")


def _latin_units(run: str) -> list[Unit]:
    return [
        Unit(word, (tuple(("en", stem) for stem in stems(word)),), latin=True)
        for word in _LATIN_WORD.findall(run)
        if stems(word)
    ]


def with_synonyms(normal: str, units: list[Unit]) -> list[Unit]:
    """Let words that mean the same stand for one another: the units of a term become one unit with alternatives."""
    known = synonyms()
    for term in known.in_text(normal):
        own = {unit.text for unit in _units_of(term)}
        if own <= {unit.text for unit in units}:
            alternatives = tuple(dict.fromkeys(way for other in known.meaning(term) for way in _ways(other)))
            units = [*(unit for unit in units if unit.text not in own), Unit(term, alternatives)]
    return units


def _units_of(term: str) -> list[Unit]:
    units: list[Unit] = []
    for run in tokens.runs(term):
        if tokens.is_latin(run):
            units.extend(_latin_units(run))
        else:
            units.extend([Unit(word, ((("zh", word),),)) for piece in tokens.pieces(run) for word in piece.must])
    return units


def _ways(term: str) -> list[tuple[Term, ...]]:
    ways = [tuple(part for unit in _units_of(term) for part in unit.alternatives[0])]
    if any(letter.isdigit() for letter in term):
        ways.append((("num", "=" + tokens.squash(term)),))
    return [way for way in ways if way]


def frequency(snapshot: Snapshot, unit: Unit) -> int:
    """Return in how many records a unit occurs at most."""
    return sum(
        min([snapshot.frequency(name, term) for name, term in alternative], default=0)
        for alternative in unit.alternatives
    )


def unit_query(snapshot: Snapshot, unit: Unit) -> Query:
    """Return the query of one unit."""
    queries = [every(snapshot, alternative) for alternative in unit.alternatives]
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])


def every(snapshot: Snapshot, terms: Sequence[Term]) -> Query:
    """Return the query for all of some terms."""
    if len(terms) == 1:
        return snapshot.term(*terms[0])
    return Query.boolean_query([(Occur.Must, snapshot.term(*term)) for term in terms])


def together(must: Iterable[Query], should: Iterable[Query] = (), at_least: int | None = None) -> Query:
    """Return the query for all of ``must``, better with any of ``should`` (of which at least some)."""
    clauses = [(Occur.Must, query) for query in must]
    clauses += [(Occur.Should, query) for query in should]
    if len(clauses) == 1:
        return clauses[0][1]
    return Query.boolean_query(clauses, at_least)


def constant(query: Query, score: float) -> Query:
    """Return the query with one score for whatever it finds."""
    return Query.const_score_query(query, score)
