"""The plan of a search: one way of finding after the other, each only if the ones before found nothing."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tantivy import Occur, Query

from pinzhi.engine.catalog import tokens
from pinzhi.engine.catalog.common_words import COMMON_WORDS, pair_of
from pinzhi.records.catalog.search.clauses import (
    Asked,
    Term,
    Unit,
    constant,
    every,
    frequency,
    stems,
    together,
    unit_query,
)
from pinzhi.records.catalog.search.documents import whole_term
from pinzhi.records.catalog.search.fields import BEGIN_INITIALS
from pinzhi.records.catalog.search.reader import Snapshot
from pinzhi.records.catalog.search.shapes import How
from pinzhi.records.catalog.search.spelling import spelling
from pinzhi.records.catalog.search.synonyms import synonyms

# scores of a number that is the record's own, of one under which it is found too, and of the whole it is a part of
_MARKS = (("=", 3.0), ("", 2.0), ("~", 1.0))
_NUMERIC_NAME, _ALSO = 3.5, 0.5
_NAME, _PINYIN, _INITIALS = 1000.0, 900.0, 800.0  # above any score that words can give
_WORDY = re.compile(r"^(国家标准|国标|标准号|标准)|(国家标准|标准|规范)$")
_DIGIT = re.compile(r"\d")
_ISSUER = re.compile(r"[a-z]{1,5}\d{0,4}/[tz]|t/[a-z]{2,8}")
_MOST_FORMS = 60  # squashed characters of the longest number
_FEW = 32
_LEAST_WALKED = 6
_LONGEST_NUMERIC_NAME = 6
_LONGEST_SYLLABLE = 6
_FEW_OWNERS = 3
_RARE = 8_000  # records; a bonus or an alternative that is commoner costs more than it tells
_ENOUGH = 3  # words that name a record well enough without the commonest ones
_COMMON_SHARE = 6
_WORTH_PAIRING = 3_000  # records; with a rarer word there is little to compare
_MOST_BONUS = 8
_MOST_SPOKEN = 8  # pairs of syllables: with the rarest ones there, the commoner ones hardly leave anything out
_MOST_ANY = 12


class Step(NamedTuple):
    """One way of finding. ``ranked``: all owners of a number are equal, class, status and year order them."""

    how: How
    query: Query
    ranked: bool = False
    shown_for: str | None = None
    own: bool = False  # a number that belongs to what it finds


def steps(snapshot: Snapshot, asked: Asked) -> Iterator[Step]:
    """Yield the ways in their order; each is made only when it is asked for."""
    for way in (_number, _issuer, _words, _bigrams, _half_number, _pinyin, _corrected, _syllables, _most, _any):
        yield from way(snapshot, asked)


# ---- numbers ---------------------------------------------------------------------------------------------------------
def _number(snapshot: Snapshot, asked: Asked) -> Iterator[Step]:
    for form in _possible_numbers(asked):
        ways = [constant(snapshot.term("num", mark + form), score) for mark, score in _MARKS]
        if len(form) <= _LONGEST_NUMERIC_NAME:
            ways.append(constant(snapshot.term("exact", form), _NUMERIC_NAME))  # a firm may be called 360
        yield Step("number", together((), [*ways, *_same_meaning(snapshot, asked.text)]), ranked=True, own=True)


def _issuer(snapshot: Snapshot, asked: Asked) -> Iterator[Step]:
    """Find the standards of an issuer typed alone, as in GB/T; its letters stand in titles of others too."""
    if _ISSUER.fullmatch(asked.text.strip()):
        yield Step("number", constant(snapshot.term("start", asked.squashed), 1.0), ranked=True)


def _same_meaning(snapshot: Snapshot, text: str) -> list[Query]:
    """Return what else a number stands for: GB/T 19001 is ISO 9001 adopted."""
    others = ["=" + tokens.squash(term) for term in synonyms().meaning(text) if term != text]
    return [constant(snapshot.term("num", other), _ALSO) for other in others]


def _possible_numbers(asked: Asked) -> Iterator[str]:
    squashed = asked.squashed
    if len(squashed) > _MOST_FORMS or _DIGIT.search(squashed) is None:
        return
    yield squashed
    bare = _WORDY.sub("", squashed)
    if bare != squashed:
        yield bare
        if squashed.startswith("国"):
            yield "gb" + bare


def _half_number(snapshot: Snapshot, asked: Asked) -> Iterator[Step]:
    """Find a number typed in part, or one of a year that does not exist: its family, its neighbours."""
    for form in _possible_numbers(asked):
        undated = tokens.number_forms(asked.text).own[-1:]
        for mark, _ in _MARKS if undated and undated[0] != form else ():
            if snapshot.frequency("num", mark + undated[0]):
                yield Step("number", constant(snapshot.term("num", mark + undated[0]), 1.0), ranked=True)
        yield Step("number", constant(snapshot.term("start", form), 1.0), ranked=True)
        if len(form) > _LEAST_WALKED:  # shorter beginnings have too many terms to walk
            found = snapshot.searcher.terms_with_prefix("num", "=" + form, limit=_FEW)
            if found:
                terms = Query.term_set_query(snapshot.schema, "num", [term for term, _ in found])
                yield Step("number", constant(terms, 1.0), ranked=True)


# ---- words -----------------------------------------------------------------------------------------------------------
def _words(snapshot: Snapshot, asked: Asked) -> Iterator[Step]:
    """Find what holds all words; a whole name stands on top."""
    if not asked.squashed:
        return
    whole = whole_term(asked.squashed)
    # a clause for a name that nobody bears would still make the rest a third slower
    names = [constant(snapshot.term("exact", whole), _NAME)] if snapshot.frequency("exact", whole) else []
    if asked.latin:
        yield from _latin_words(snapshot, asked, names)
        return
    if len(asked.squashed) == 1:
        names.append(constant(snapshot.term("start", asked.squashed), 1.0))
    yield Step("words", together((), [*names, _all_units(snapshot, asked.parts.units, asked)]))


def _latin_words(snapshot: Snapshot, asked: Asked, names: list[Query]) -> Iterator[Step]:
    """Find Latin words, which may be words, a name in pinyin, or its initials."""
    are_words = all(frequency(snapshot, unit) for unit in asked.parts.units)
    pinyin, letters = "p:" + whole_term(asked.latin), "i:" + whole_term(asked.latin)
    if snapshot.frequency("exact", pinyin):
        names.append(constant(snapshot.term("exact", pinyin), _PINYIN))
    if owners := snapshot.frequency("exact", letters):
        # a word to which many names may be shortened means the word
        score = _INITIALS if owners <= _FEW_OWNERS or not are_words else 0.5
        names.append(constant(snapshot.term("exact", letters), score))
    if are_words:
        yield Step("words", together((), [*names, _all_units(snapshot, asked.parts.units, asked)]))
    elif names:
        yield Step("exact", together((), names))


def _all_units(snapshot: Snapshot, units: tuple[Unit, ...], asked: Asked) -> Query:
    """Return the query for every word; long compounds order what is found."""
    needed = [unit for unit in units if not unit.is_binding] or list(units)
    if not needed:
        return Query.empty_query()
    terms: list[Term] = []
    must = []
    for unit in needed:
        if len(unit.alternatives) == 1:
            terms += unit.alternatives[0]
        else:
            must.append(unit_query(snapshot, unit))
    if len(terms) > 1:
        terms.sort(key=lambda term: snapshot.frequency(*term))  # the rarest leads: the others are only looked up in it
        if not snapshot.frequency(*terms[0]):
            return Query.empty_query()
    must += [snapshot.term(*term) for term in _paired(snapshot, _telling(snapshot, terms))]
    bonus = [snapshot.term(*term) for term in asked.parts.bonus[:_MOST_BONUS]]
    return together(must, bonus)


def _telling(snapshot: Snapshot, terms: list[Term]) -> list[Term]:
    """Leave out what every sixth record holds, as 有限公司, where enough is asked for that is rarer."""
    if len(terms) <= _ENOUGH:
        return terms
    rarer = [term for term in terms if snapshot.frequency(*term) * _COMMON_SHARE < snapshot.records]
    return rarer if len(rarer) >= _ENOUGH else terms


def _paired(snapshot: Snapshot, terms: list[Term]) -> list[Term]:
    """Put pairs for common words where nothing rare is asked for: a pair is read at once, two words are compared.

    The terms come rarest first.
    """
    common = [term for term in terms if term[1] in COMMON_WORDS]
    if len(common) < 2 or snapshot.frequency(*terms[0]) < _WORTH_PAIRING:
        return terms
    (_, rarest), *others = common
    pairs = [("both", pair_of(rarest, word)) for _, word in others]
    return [*(term for term in terms if term not in common), *pairs]


def _rare(snapshot: Snapshot, name: str, terms: tuple[str, ...], most: int = _MOST_BONUS) -> list[Query]:
    """Return the rarest of some terms as a bonus: common ones tell little, and all their records would be read."""
    counted = sorted([(count, term) for term in terms if 0 < (count := snapshot.frequency(name, term)) < _RARE])
    return [snapshot.term(name, term) for _, term in counted[:most]]


def _latin_needed(asked: Asked) -> list[Unit]:
    return [unit for unit in asked.parts.units if unit.latin and not unit.is_binding]


def _bigrams(snapshot: Snapshot, asked: Asked) -> Iterator[Step]:
    """Find what was cut into other words, and half-typed words."""
    terms: list[Term] = [("bi", pair) for pair in asked.parts.pairs]
    latin = _latin_needed(asked)
    if terms and all(snapshot.frequency(*term) for term in terms):
        yield Step("bigrams", together([every(snapshot, terms), *(unit_query(snapshot, unit) for unit in latin)]))


# ---- Latin letters ---------------------------------------------------------------------------------------------------
def _pinyin(snapshot: Snapshot, asked: Asked) -> Iterator[Step]:
    """Read letters as pinyin, the last syllable perhaps half typed; else as the beginning of pinyin or initials."""
    letters = asked.latin
    if len(letters) < 2:
        return
    for end in range(len(asked.text), max(len(asked.text) - _LONGEST_SYLLABLE, 1), -1):
        begun = asked.text[end:]
        # a mistyped English word may begin like pinyin: a syllable half typed counts only after three whole ones
        least = 3 if begun else 2
        if begun and not tokens.begins_syllable(begun):
            continue
        ways = _spoken_so(snapshot, asked.text[:end], least)
        if ways:
            yield Step("pinyin", together((), ways))
            break
    yield Step("pinyin", constant(snapshot.term("start", letters), 1.0), ranked=True)
    if len(letters) > BEGIN_INITIALS:
        found = snapshot.searcher.terms_with_prefix("exact", "i:" + letters, limit=_FEW)
        if found:
            terms = Query.term_set_query(snapshot.schema, "exact", [term for term, _ in found])
            yield Step("pinyin", constant(terms, 1.0), ranked=True)


def _spoken_so(snapshot: Snapshot, text: str, least: int) -> list[Query]:
    """Return a query for each reading of Latin letters as at least so many syllables that occurs in the index."""
    ways = []
    for reading in tokens.split_pinyin(text):
        terms: list[Term] = [("py", pair) for pair in dict.fromkeys(tokens.paired(reading))]
        if terms and len(reading) >= least and all(snapshot.frequency(*term) for term in terms):
            ways.append(every(snapshot, terms))
    return ways


def _corrected(snapshot: Snapshot, asked: Asked) -> Iterator[Step]:
    """Complete a half-typed last word, correct mistyped ones; only words that occur nowhere are touched."""
    known = spelling(snapshot.generation)
    units: list[Unit] = []
    text = asked.text
    for place, unit in enumerate(asked.parts.units):
        if not unit.latin or unit.is_binding or frequency(snapshot, unit):
            units.append(unit)
            continue
        last = place == len(asked.parts.units) - 1
        others = (known.completions(unit.text) if last else []) or known.corrections(unit.text)
        others = [other for other in others if snapshot.frequency("en", (stems(other) or ("",))[0])]
        if not others:
            return
        units.append(Unit(unit.text, tuple((("en", stems(other)[0]),) for other in others), latin=True))
        text = text.replace(unit.text, others[0])
    if text != asked.text:
        yield Step("spelling", _all_units(snapshot, tuple(units), asked), shown_for=text)


# ---- typing errors in Han text, and whatever is left -----------------------------------------------------------------
def _syllables(snapshot: Snapshot, asked: Asked) -> Iterator[Step]:
    """Find what sounds the same: most slips in Chinese are another character of the same syllable."""
    terms: list[Term] = [("py", pair) for pair in asked.parts.spoken]
    if asked.parts.syllable_count < 3 or not terms or not all(snapshot.frequency(*term) for term in terms):
        return
    terms.sort(key=lambda term: snapshot.frequency(*term))
    must = [every(snapshot, terms[:_MOST_SPOKEN]), *(unit_query(snapshot, unit) for unit in _latin_needed(asked))]
    yield Step("syllables", together(must, _rare(snapshot, "bi", asked.parts.pairs)))


def _most(snapshot: Snapshot, asked: Asked) -> Iterator[Step]:
    """Find what holds most of the rarest pairs and words: one slip spoils two pairs."""
    terms = _rarest(snapshot, [*_pairs(asked), *_latin_terms(asked)])
    spoilt = 2 if len(terms) < 8 else 3
    least = len(terms) - spoilt if len(terms) > 4 else len(terms) - 1
    if least >= 2:
        yield Step("any", Query.boolean_query([(Occur.Should, term) for term in terms], least))


def _any(snapshot: Snapshot, asked: Asked) -> Iterator[Step]:
    words = [term for unit in asked.parts.units if not unit.is_binding for way in unit.alternatives for term in way]
    terms = _rarest(snapshot, [*words, *_pairs(asked), *[("py", pair) for pair in asked.parts.spoken]])
    if terms:
        yield Step("any", together((), terms))


def _pairs(asked: Asked) -> list[Term]:
    return [("bi", pair) for pair in asked.parts.pairs]


def _latin_terms(asked: Asked) -> list[Term]:
    return [term for unit in _latin_needed(asked) for term in unit.alternatives[0]]


def _rarest(snapshot: Snapshot, terms: list[Term]) -> list[Query]:
    """Return the rarest of the terms that occur at all: they tell most, and cost least."""
    counted = sorted({(count, term) for term in terms if (count := snapshot.frequency(*term))})
    few = [pair for pair in counted if pair[0] < _RARE] or counted[:2]
    return [snapshot.term(*term) for _, term in few[:_MOST_ANY]]
