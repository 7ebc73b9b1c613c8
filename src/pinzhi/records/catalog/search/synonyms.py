"""Words that mean the same, from the rulebook, ready to be found in a query."""

from collections.abc import Iterable
from operator import add

from django.conf import settings

from pinzhi.engine.catalog.tokens import normalise
from pinzhi.records.catalog.rulebook import rulebook


class Synonyms:
    """The terms of the rulebook, normalised, and what each means the same as."""

    def __init__(self, groups: Iterable[tuple[str, ...]]) -> None:
        self._meanings: dict[str, tuple[str, ...]] = {}
        for group in groups:
            terms = tuple(normalise(term) for term in group)
            self._meanings.update(dict.fromkeys(terms, terms))
        self._longest_first = sorted(self._meanings, key=len, reverse=True)
        self._beginnings = {term[:2] for term in self._meanings}
        self._has_letters_alone = any(len(term) == 1 for term in self._beginnings)

    def in_text(self, normal: str) -> list[str]:
        """Return the terms that a normalised text holds, Latin ones as whole words."""
        if not self._has_letters_alone and self._beginnings.isdisjoint(map(add, normal, normal[1:])):
            return []  # most texts: no two letters of it begin a term
        return [
            term
            for term in self._longest_first
            if term in normal and (not term.isascii() or f" {term} " in f" {normal} " or not normal.isascii())
        ]

    def meaning(self, term: str) -> tuple[str, ...]:
        """Return all terms with the meaning of one, itself among them; none if it is not known."""
        return self._meanings.get(term, ())


_made: tuple[object, object, Synonyms] | None = None


def synonyms() -> Synonyms:
    """Return the synonyms of this installation's rulebook, made once: this is asked in every search."""
    global _made
    folder, city = settings.RULEBOOK, settings.CITY
    if _made is None or _made[0] is not folder or _made[1] is not city:
        _made = (folder, city, Synonyms(synonym.terms for synonym in rulebook().synonyms))
    return _made[2]
