"""The home page, and the files that programs expect at the root of a site."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pinzhi.records.catalog import queries
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.catalog.search import find, rows_of
from pinzhi.records.catalog.search.shapes import Row, SearchRequest
from pinzhi.web.access import today
from pinzhi.web.addresses import address_of
from pinzhi.web.language import counted, dated, day_in_text, in_english, said
from pinzhi.web.portal import pictures
from pinzhi.web.portal.facets import Link

NEWEST = 4  # documents
SOON_DAYS = 7  # a deadline this near is the one red thing on the page
ROBOTS = """User-agent: *
Disallow: /accounts/
Disallow: /desk/
Disallow: /operator/
Disallow: /language/
Disallow: /type/
Disallow: /suggest
Disallow: /search.
Disallow: /*?*page=
"""


def home(request: HttpRequest) -> HttpResponse:
    """Show the city: search, deadlines, figures, places, newest documents."""
    on = today()
    calls, notices = queries.open_calls(on), queries.notices(on)
    context = {
        "here": "home",
        "figures": [_figure(one) for one in queries.headline_figures(on)],
        "calls": _deadlines(calls, on),
        "notices": _deadlines(notices, on),
        "quick": _quick(len(notices)),
        "districts": _districts(on),
        "documents": _newest_documents(on),
    }
    return render(request, "portal/home.html", context)


def robots(request: HttpRequest) -> HttpResponse:
    """Say what machines should leave alone: what is personal, and endless lists."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


def favicon(request: HttpRequest) -> HttpResponse:
    """Lead to the picture of the brand."""
    return redirect(static("img/favicon.svg"))


@dataclass(frozen=True, slots=True)
class Shown:
    """A headline figure ready to print."""

    id: str
    href: str
    value: str
    unit: str
    label: str
    as_of: str
    spoken: str
    picture: pictures.Drawing | None


@dataclass(frozen=True, slots=True)
class Item:
    """A document in a list; ``language`` is set where the title is not in the language of the page."""

    address: str
    title: str
    language: str
    issuer: str
    synthetic: bool
    day: str = ""
    closes: str = ""
    left: str = ""
    until: str = ""
    soon: bool = False


@dataclass(frozen=True, slots=True)
class District:
    """A district on the tile diagram; ``spot`` is a class that says where it lies."""

    word: str
    address: str
    spot: str
    count: str


def _figure(figure: queries.Figure) -> Shown:
    value, unit, label = figure.value, said(figure.unit), said(figure.label)
    day = dated(figure.as_of)
    return Shown(
        id=figure.id,
        href=figure.href,
        value=value,
        unit=unit,
        label=label,
        as_of=_("截至 {day}").format(day=day),
        spoken=_("{value} {unit}，截至 {day}，看来历").format(value=value, unit=unit, day=day),
        picture=pictures.drawn(figure.picture, label),
    )


def _deadline(row: Row, on: date, *, may_be_soon: bool) -> Item:
    closes = row.closes_on
    days = (closes - on).days if closes else None
    return _item(
        row,
        closes=day_in_text(closes) if closes else "",
        until=_("{day}截止").format(day=day_in_text(closes)) if closes else "",
        left="" if days is None else _left(days),
        soon=may_be_soon and days is not None and days <= SOON_DAYS,
    )
