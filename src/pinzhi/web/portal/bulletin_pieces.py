"""The words of a bulletin as a page prints them: every number a link to where it comes from."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from pinzhi.engine.publishing.frozen import FrozenFigure
from pinzhi.engine.texts import Language
from pinzhi.records.publishing.printing.paper import line_of
from pinzhi.records.publishing.queries.published import (
    ListRow,
    Published,
    Span,
    headline,
    opening,
    published,
    standing,
)
from pinzhi.web.language import dated, in_english, said

MORE = 3  # bulletins named beside the newest


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the page's text: words, or a traceable number with its address and name for those who hear it."""

    words: str
    new: str = ""
    figure: str = ""
    href: str = ""
    name: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest bulletin with its first paragraph, and the rows of those before it."""

    page: Published
    language: Language
    title: str
    opening: tuple[Piece, ...]
    others: tuple[ListRow, ...]


def newest_bulletin() -> Newest | None:
    """Return the newest bulletin that stands; None while there is none."""
    rows = standing(MORE + 1)
    if not rows:
        return None
    page = published(rows[0].slug)
    language = language_of(page)
    title, _lead = headline(page, language)
    return Newest(page, language, line_of(title, language), pieces(page, opening(page, language)), rows[1:])


def language_of(page: Published) -> Language:
    """Return the language in which a reader gets a bulletin: English where he reads it and there is an English text."""
    return "en" if in_english() and page.frozen.body.en else "zh"


def pieces(page: Published, spans: Iterable[Span], opened: FrozenFigure | None = None) -> tuple[Piece, ...]:
    """Return spans as a page prints them; ``opened`` is the figure whose drawer is open."""
    return tuple(_piece(page, span, opened) for span in spans)


def figure_address(page: Published, figure: FrozenFigure) -> str:
    """Return the address of the drawer of a figure in a bulletin."""
    address = reverse("portal:bulletin_figure", args=[page.frozen.slug, figure.id])
    return address if figure.on == page.frozen.as_of else f"{address}?on={figure.on}"


def _piece(page: Published, span: Span, opened: FrozenFigure | None) -> Piece:
    figure = span.figure
    if figure is None:
        return Piece(span.words, span.new)
    comma = ", " if in_english() else "，"
    value = span.new or span.words
    day = _("截至 {day}").format(day=dated(figure.on))
    name = comma.join((f"{value} {said(figure.unit)}".strip(), day, _("看来历")))
    return Piece(span.words, span.new, figure.id, figure_address(page, figure), name, figure == opened)
