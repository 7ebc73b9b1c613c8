"""What bulletins ask of figures: their values on a day as far as known, and everything a publication freezes."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Protocol

from pinzhi.engine.publishing.checking import CheckedText, Look, Standing, check
from pinzhi.engine.publishing.frozen import FrozenFigure
from pinzhi.engine.publishing.texts import Reference, read, references
from pinzhi.engine.texts import Language, Text
from pinzhi.records.publishing.models import BulletinText

Wanted = tuple[str, date]  # a figure's id and the day it is taken


class Figures(Protocol):
    """The figures of the city, as bulletins read them."""

    def standings(self, wanted: Iterable[Wanted], known: datetime | None) -> Mapping[Wanted, Standing]:
        """Return what each figure says on its day; an unknown one stands there with a problem."""
        ...

    def frozen(self, wanted: Iterable[Wanted], known: datetime) -> tuple[FrozenFigure, ...]:
        """Return everything of some figures that a publication keeps."""
        ...


def wanted_by(texts: Iterable[str], as_of: date) -> tuple[Wanted, ...]:
    """Return each figure named in some texts with its day, once, in their order."""
    found = (ref for text in texts for ref in references(read(text).blocks))
    return tuple(dict.fromkeys((ref.figure, ref.on or as_of) for ref in found))


def looking(standings: Mapping[Wanted, Standing], as_of: date) -> Look:
    """Return how a text looks its references up."""

    def look(reference: Reference) -> Standing:
        return standings[reference.figure, reference.on or as_of]

    return look


def checked(figures: Figures, bodies: Text, as_of: date, known: datetime | None) -> dict[Language, CheckedText]:
    """Return both languages of a text compared with the figures; one pass over the records serves both."""
    both: tuple[tuple[Language, str], ...] = (("zh", bodies.zh), ("en", bodies.en))
    wanted = wanted_by((body for _, body in both), as_of)
    look = looking(figures.standings(wanted, known), as_of)
    return {language: check(body, language, look) for language, body in both}


def bodies_of(text: BulletinText) -> Text:
    """Return the body of a text in both languages; the English one may be empty."""
    return Text(text.body_zh, text.body_en)
