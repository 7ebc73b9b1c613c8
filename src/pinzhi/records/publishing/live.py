"""What bulletins ask of figures: their values on a day as far as known, and everything a publication freezes."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from pinzhi.engine.publishing.checking import CheckedText, Look, Standing, check
from pinzhi.engine.publishing.frozen import FrozenFigure
from pinzhi.engine.publishing.headlines import read_headline
from pinzhi.engine.publishing.texts import Block, Reference, read, references
from pinzhi.engine.texts import Language, Text
from pinzhi.records.publishing.models import BulletinText

LANGUAGES: tuple[Language, ...] = ("zh", "en")
Wanted = tuple[str, date]  # a figure's id and the day it is taken
NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Words:
    """The text of a bulletin as it is written: the English may be empty while it is a draft."""

    title: Text
    body: Text
    as_of: date
    subtitle: Text = NOTHING

    def headline(self, language: Language) -> tuple[str, str]:
        """Return title and subtitle in a language; either may be empty."""
        return self.title.in_language(language), self.subtitle.in_language(language)


class Figures(Protocol):
    """The figures of the city, as bulletins read them."""

    def standings(self, wanted: Iterable[Wanted], known: datetime | None) -> Mapping[Wanted, Standing]:
        """Return what each figure says on its day; an unknown one stands there with a problem."""
        ...

    def frozen(self, wanted: Iterable[Wanted], known: datetime) -> tuple[FrozenFigure, ...]:
        """Return everything of some figures that a publication keeps."""
        ...

    def sketched(self, wanted: Iterable[Wanted], pictured: Collection[str]) -> tuple[FrozenFigure, ...]:
        """Return what a proof shows of the figures that have a value now: no digests, tables of the pictured only."""
        ...


def wanted_by(words: Words) -> tuple[Wanted, ...]:
    """Return each figure named in a text or above it with its day, once: those of the Chinese text first."""
    found = (ref for language in LANGUAGES for ref in references(_blocks(words, language)))
    return tuple(dict.fromkeys((ref.figure, ref.on or words.as_of) for ref in found))


def pictured(words: Words) -> frozenset[str]:
    """Return the figures of which a text has pictures."""
    blocks = (block for language in LANGUAGES for block in _blocks(words, language) if block.kind == "picture")
    return frozenset(ref.figure for ref in references(blocks))


def _blocks(words: Words, language: Language) -> Iterator[Block]:
    for one in words.headline(language):
        yield from read_headline(one).blocks
    yield from read(words.body.in_language(language)).blocks


def looking(standings: Mapping[Wanted, Standing], as_of: date) -> Look:
    """Return how a text looks its references up."""

    def look(reference: Reference) -> Standing:
        return standings[reference.figure, reference.on or as_of]

    return look


def checked(figures: Figures, words: Words, known: datetime | None) -> dict[Language, CheckedText]:
    """Return both languages of a text compared with the figures; one pass over the records serves both."""
    look = looking(figures.standings(wanted_by(words), known), words.as_of)
    return {one: check(words.body.in_language(one), one, look, words.headline(one)) for one in LANGUAGES}


def words_of(text: BulletinText) -> Words:
    """Return a saved text as it was written."""
    return Words(
        Text(text.title_zh, text.title_en), Text(text.body_zh, text.body_en), text.as_of,
        Text(text.subtitle_zh, text.subtitle_en),
    )  # fmt: skip
