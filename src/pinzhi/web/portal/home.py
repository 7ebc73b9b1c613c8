"""The home page, and the files that programs expect at the root of a site."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pinzhi.engine.rulebook.shapes import CertificationScheme
from pinzhi.records.catalog import headlines
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.catalog.search import find
from pinzhi.records.catalog.search.shapes import SearchRequest
from pinzhi.records.publishing.queries.front import Headline, Picture, front_page
from pinzhi.records.publishing.queries.values import Value
from pinzhi.web.access import today
from pinzhi.web.addresses import address_of
from pinzhi.web.charts import Spark, spark
from pinzhi.web.districts import spot_of
from pinzhi.web.figures import unit_words
from pinzhi.web.language import dated, day_in_text, in_english, said
from pinzhi.web.portal import pictures
from pinzhi.web.portal.bulletin_pieces import newest_bulletin
from pinzhi.web.portal.facets import Link

NEWEST = 4  # documents
SHOWN_NOTICES = 3
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


@dataclass(frozen=True, slots=True)
class Shown:
    """A headline figure ready to print."""

    value: Value
    unit: str
    label: str
    as_of: str
    picture: pictures.Drawing | None
    line: Spark | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A document in a list; ``language`` is set where the title is not in the language of the page."""

    address: str
    title: str
    language: str
    issuer: str
    issuer_language: str
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


def home(request: HttpRequest) -> HttpResponse:
    """Show the city: search, deadlines, figures, places, newest documents."""
    on = today()
    context = {
        "figures": [_figure(one) for one in front_page(on)],
        "calls": _deadlines(headlines.open_calls(on), on),
        "notices": _deadlines(headlines.notices(on)[:SHOWN_NOTICES], on),
        "quick": _quick(),
        "districts": _districts(on),
        "bulletins": newest_bulletin(),
        "documents": _newest_documents(on),
    }
    return render(request, "portal/home.html", context)


def robots(request: HttpRequest) -> HttpResponse:
    """Say what machines should leave alone: what is personal, and endless lists."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


def favicon(request: HttpRequest) -> HttpResponse:
    """Lead to the picture of the brand."""
    return redirect(static("img/favicon.svg"))


def _figure(headline: Headline) -> Shown:
    value, label = headline.value, said(headline.value.figure.title)
    drawn = headline.picture
    is_line = drawn is not None and drawn.shape == "line"
    return Shown(
        value=value,
        unit=unit_words(value),
        label=label,
        as_of=_("截至 {day}").format(day=dated(value.at.on)),
        picture=_drawing(drawn, label) if drawn and not is_line else None,
        line=spark([amount for _name, amount in drawn.parts]) if drawn and is_line else None,
    )


def _drawing(picture: Picture, label: str) -> pictures.Drawing | None:
    amounts = [float(amount) for _name, amount in picture.parts]
    match picture.shape:
        case "dots":
            return pictures.dots(label, [int(one) for one in amounts])
        case "grid":
            return pictures.grid(label, int(amounts[0]), int(amounts[1]))
        case "share":
            return pictures.share(label, amounts[0] / (amounts[1] or 1))
        case "bars":
            return pictures.bars(label, amounts)
        case "stack":
            return pictures.stack(label, [(said(name), float(amount)) for name, amount in picture.parts])
        case "times":
            return pictures.dots(label, [1] * len(amounts))
        case _:
            return None


def _deadlines(closing: list[headlines.Closing], on: date) -> list[Item]:
    return [
        Item(
            address=address_of("document", one.key),
            title=said(one.title) or one.title.zh,
            language=_language_of(one.title.en),
            issuer=said(one.issuer) or one.issuer.zh,
            issuer_language=_language_of(one.issuer.en),
            synthetic=one.synthetic,
            closes=day_in_text(one.closes_on),
            left=_left((one.closes_on - on).days),
            until=_("{day}截止").format(day=day_in_text(one.closes_on)),
            soon=place == 0 and (one.closes_on - on).days <= SOON_DAYS,
        )
        for place, one in enumerate(closing)
    ]


def _left(days: int) -> str:
    if days == 0:
        return _("今天截止")
    return ngettext("还有 %(days)s 天", "还有 %(days)s 天", days) % {"days": days}


def _quick() -> list[Link]:
    """Return the links under the search box: checking a certificate, and the labels people ask for."""
    schemes = rulebook().codelist("schemes")
    labels = [entry for entry in schemes.entries if isinstance(entry, CertificationScheme) and entry.by_year]
    return [
        Link(_("查验证书"), "/verify"),
        *(Link(said(one.name), f"/search?kind=certificate&scheme={one.code}") for one in labels[:2]),
        Link("GB/T 19001", "/search?q=GB/T+19001"),
    ]


def _districts(on: date) -> list[District]:
    """Return the districts of the day with the number of places that serve there."""
    districts = rulebook().codelist("districts")
    served = find(SearchRequest("", kind="place", filters={"status": ("active",)}, size=1, on=on))
    counts = {one.value: one.count for one in served.facets.get("district", ())}
    return [
        District(
            word=said(districts.text(code)),
            address=f"/search?district={code}",
            spot=spot_of(code),
            count=_places(counts.get(code, 0)),
        )
        for code in districts.in_force(on)
    ]


def _places(count: int) -> str:
    return ngettext("%(count)s 处", "%(count)s 处", count) % {"count": count} if count else ""


def _newest_documents(on: date) -> list[Item]:
    return [
        Item(
            address=address_of("document", one.key),
            title=said(one.title) or one.title.zh,
            language=_language_of(one.title.en),
            issuer=said(one.issuer) or one.issuer.zh,
            issuer_language=_language_of(one.issuer.en),
            synthetic=one.synthetic,
            day=dated(one.issued_on, one.precision),
        )
        for one in headlines.newest_documents(on, limit=NEWEST)
    ]


def _language_of(english: str) -> str:
    """Return the language to mark a title with: Chinese on an English page where there is no English title."""
    return "zh-Hans" if in_english() and not english else ""
