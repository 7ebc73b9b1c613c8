"""Bulletins for everybody: the list, a bulletin beside the drawer of a figure, its files, all corrections."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pinzhi.engine.errors import BadInput
from pinzhi.engine.publishing.frozen import FrozenErratum, FrozenFigure
from pinzhi.engine.texts import Text
from pinzhi.records.publishing.printing.docx import as_docx
from pinzhi.records.publishing.printing.paper import Paper, caption, correction_line, paper, row_name
from pinzhi.records.publishing.printing.pdf import as_pdf
from pinzhi.records.publishing.printing.plain import as_text
from pinzhi.records.publishing.queries.cited import CITY_FIGURES
from pinzhi.records.publishing.queries.listing import is_listed
from pinzhi.records.publishing.queries.published import (
    Comparison,
    Part,
    Published,
    bulletins,
    comparisons,
    corrections,
    figure_in,
    headline,
    parts,
    published,
    table_of,
)
from pinzhi.records.publishing.verify import causes_of
from pinzhi.web.documents import DOCX
from pinzhi.web.language import in_english, said
from pinzhi.web.pages import page_number, pager
from pinzhi.web.portal.bulletin_links import ADDRESSES, about
from pinzhi.web.portal.bulletin_pictures import ARTICLE, DRAWER, NARROW, picture_of, strip
from pinzhi.web.portal.bulletin_pieces import figure_address, language_of, pieces
from pinzhi.web.portal.subscriptions import SubscribeForm

SHORT = 4  # letters of a digest at either end


@dataclass(frozen=True, slots=True)
class Differing:
    """A number that does not come out as it was published, or not by the same definition: what stands, and why."""

    comparison: Comparison
    stands: Text
    causes: tuple[Text, ...]
    href: str


@require_safe
def bulletin_list(request: HttpRequest) -> HttpResponse:
    """Show what was published, newest first."""
    page = page_number(request)
    rows, pages = bulletins(page)
    return render(
        request, "portal/bulletins/list.html",
        {
            "rows": rows, "pager": pager(page, pages, {}), "here": "bulletin", "subscribe": SubscribeForm(),
            "feed": ADDRESSES["en" if in_english() else "zh"],
        },
    )  # fmt: skip


@require_safe
def bulletin(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a bulletin: its frozen text, corrections at the top, every number a link to where it comes from."""
    return render(request, "portal/bulletins/page.html", _context(published(slug), None))


@require_safe
def bulletin_figure(request: HttpRequest, slug: str, figure_id: str) -> HttpResponse:
    """Show where a number comes from: beside the text on a wide screen, alone on a phone; the drawer for scripts."""
    page = published(slug)
    figure = figure_in(page, figure_id, _day(request))
    context = _context(page, figure)
    template = "portal/bulletins/drawer.html" if request.headers.get("HX-Request") else "portal/bulletins/page.html"
    response = render(request, template, context)
    response["Vary"] = "HX-Request, Cookie"
    return response


@require_safe
def bulletin_file(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """Give out a bulletin as PDF, DOCX, plain text, or as the signed document itself."""
    page = published(slug)
    language = language_of(page)
    content, kind = _FILES[form](page, paper(page, language))
    response = HttpResponse(content, content_type=kind)
    suffix = "-en" if language == "en" and form != "json" else ""
    response["Content-Disposition"] = f'attachment; filename="{slug}{suffix}.{form}"'
    return response


@require_safe
def correction_list(request: HttpRequest) -> HttpResponse:
    """Show every correction, newest first."""
    rows = [(title, erratum, _line(erratum)) for title, erratum in corrections()]
    return render(request, "portal/bulletins/corrections.html", {"rows": rows, "here": "bulletin"})


def _signed(page: Published, _words: Paper) -> tuple[bytes, str]:
    """Return the signed document with its signature, for whoever checks it by himself."""
    kept = page.publication
    signed = {
        "document": json.loads(kept.document),
        "digest": kept.digest,
        "key": kept.key_id,
        "signature": kept.signature,
        "errata": [
            {"document": json.loads(one.document), "digest": one.digest, "key": one.key_id, "signature": one.signature}
            for one in kept.errata.all()
        ],
    }
    return json.dumps(signed, ensure_ascii=False, indent=1).encode(), "application/json"


_FILES: Mapping[str, Callable[[Published, Paper], tuple[bytes, str]]] = {
    "pdf": lambda page, words: (
        as_pdf(words, document=page.publication.document, at=page.publication.signed_at),
        "application/pdf",
    ),
    "docx": lambda page, words: (as_docx(words, at=page.publication.signed_at), DOCX),
    "txt": lambda page, words: (as_text(words).encode(), "text/plain; charset=utf-8"),
    "json": _signed,
}


def _day(request: HttpRequest) -> date | None:
    text = request.GET.get("on", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput(
            "web.day", "“{on}”不是日期，应如 2023-12-31。", "“{on}” is no date: write 2023-12-31.", on=text[:20]
        ) from None


def _context(page: Published, figure: FrozenFigure | None) -> dict[str, Any]:
    language = language_of(page)
    compared = comparisons(page, CITY_FIGURES)
    title, lead = headline(page, language)
    context: dict[str, Any] = {
        "page": page,
        "frozen": page.frozen,
        "language": language,
        "title": pieces(page, title, figure),
        "lead": pieces(page, lead, figure),
        "parts": [_shown(page, part, figure) for part in parts(page, language)],
        "corrections": [(one.frozen, _line(one.frozen)) for one in page.corrections],
        "same": sum(one.is_same for one in compared),
        "differing": [_differing(page, one) for one in compared if one.definition or not one.is_same],
        "is_whole": not page.faults and not any(one.faults for one in page.corrections),
        "here": "bulletin",
        "figure": figure,
        "about": about(page, language),
    }
    if figure is not None:
        context |= _drawer(page, figure, compared)
    return context


def _drawer(page: Published, figure: FrozenFigure, compared: tuple[Comparison, ...]) -> dict[str, Any]:
    one = next(one for one in compared if one.figure == figure)
    table = table_of(figure)
    breakdown, compared_with = (
        next((one for one in figure.tables if one.kind == kind), None) for kind in ("breakdown", "peers")
    )
    squares, height = strip(["open" if c is one else "same" if c.is_same else "differs" for c in compared])
    return {
        "comparison": one,
        "causes": causes_of(page, one),
        "picture": picture_of(figure, table, DRAWER) if table else None,
        "picture_title": said(table.title) if table else "",
        "rows": _record_rows(figure, breakdown.dimension if breakdown else ""),
        "squares": squares,
        "strip_height": height,
        "is_listed": is_listed(figure.id, figure.on),
        "peers": compared_with,
        "peers_href": f"/figures/{figure.id}/peers?on={figure.on}",
        "records_href": f"/figures/{figure.id}/records?on={figure.on}",
        "figure_href": f"/figures/{figure.id}?on={figure.on}",
        "short_records": _short(figure.records_digest),
        "short_definition": _short(figure.definition_digest),
        "short_signature": _short(page.publication.signature.rstrip("=")),
    }


def _differing(page: Published, one: Comparison) -> Differing:
    stands = one.correction.new if one.correction else one.figure.words
    return Differing(one, stands, causes_of(page, one), figure_address(page, one.figure))


def _record_rows(figure: FrozenFigure, dimension: str) -> list[tuple[str, str | None, str]]:
    """Return the parts a figure is broken down into, each with the address of its records; the largest first."""
    table = next((one for one in figure.tables if one.kind == "breakdown" and one.dimension == dimension), None)
    if table is None:
        return []
    rows = [row for row in table.rows if row.number not in (None, "0")]
    rows.sort(key=lambda row: Fraction(row.number or 0), reverse=True)
    return [
        (
            row_name(table, row, "en" if in_english() else "zh"),
            figure.row_words(row),
            f"/figures/{figure.id}/records?on={figure.on}&part={dimension}={row.code}",
        )
        for row in rows[:4]
    ]


def _shown(page: Published, part: Part, opened: FrozenFigure | None) -> dict[str, Any]:
    if part.kind == "picture":
        if part.figure is None or part.table is None:
            return {"kind": "nothing"}
        return {
            "kind": "picture",
            "picture": picture_of(part.figure, part.table, ARTICLE),
            "narrow": picture_of(part.figure, part.table, NARROW),
            "figure": part.figure,
            "caption": caption(part.figure, part.table, "en" if in_english() else "zh"),
            "href": figure_address(page, part.figure),
        }
    return {"kind": part.kind, "pieces": pieces(page, part.spans, opened)}


def _line(erratum: FrozenErratum) -> str:
    return correction_line(erratum, "en" if in_english() else "zh")


def _short(digest: str) -> str:
    return f"{digest[:SHORT]}…{digest[-SHORT:]}"
