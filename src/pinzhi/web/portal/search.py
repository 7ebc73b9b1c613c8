"""Search over everything: the page, its JSON and CSV, and what is proposed while typing."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from pinzhi.records.catalog.search import find, rows_of, suggest
from pinzhi.records.catalog.search.shapes import DEEPEST, SearchResult
from pinzhi.web.access import today
from pinzhi.web.addresses import address_of
from pinzhi.web.language import counted
from pinzhi.web.portal import facets, result_lines
from pinzhi.web.portal.asked import Asked

SUGGESTIONS = 8
LONGEST_SUGGESTED = 100  # characters; beyond this nobody is still typing a name
CSV_HEAD = ("kind", "number", "title", "title_en", "status", "date", "district", "holder", "synthetic", "address")


def search(request: HttpRequest) -> HttpResponse:
    """Show the results; with ``go`` a number that only one record bears leads straight to its page."""
    asked = Asked.read(request.GET)
    result = find(asked.request(on=today()))
    if asked.go and result.direct:
        (row,) = rows_of([result.direct])
        return HttpResponseRedirect(address_of(row.kind, row.key))
    partial = request.headers.get("HX-Target") == "result" and "HX-History-Restore-Request" not in request.headers
    template = "portal/search/result.html" if partial else "portal/search/page.html"
    response = render(request, template, _context(asked, result))
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def search_json(request: HttpRequest) -> JsonResponse:
    """Answer the same query for programs."""
    asked = Asked.read(request.GET)
    result = find(asked.request(on=today()))
    body = {
        "q": asked.text,
        "total": result.total,
        "page": asked.page,
        "how": result.how,
        "shown_for": result.shown_for,
        "ms": round(result.ms, 3),
        "hits": result_lines.for_programs(result),
        "facets": {name: {c.value: c.count for c in counts} for name, counts in result.facets.items()},
    }
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def search_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Answer the same query as a table: its first thousand records."""
    asked = Asked.read(request.GET)
    wanted = replace(asked.request(on=today()), page=1, size=DEEPEST, facets=False)
    response = StreamingHttpResponse(_csv_lines(find(wanted)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="search.csv"'
    return response


def suggestions(request: HttpRequest) -> JsonResponse:
    """Propose records for what has been typed so far."""
    text = request.GET.get("q", "")[:LONGEST_SUGGESTED]
    items = [
        {
            "kind": result_lines.kind_word(one.row.kind),
            "title": one.row.title,
            "marked": one.marked,
            "number": result_lines.readable_number(one.row),
            "address": address_of(one.row.kind, one.row.key),
        }
        for one in suggest(text, limit=SUGGESTIONS)
    ]
    return JsonResponse({"q": text, "items": items}, json_dumps_params={"ensure_ascii": False})


def _context(asked: Asked, result: SearchResult) -> dict[str, object]:
    rebuilding = result.how == "rebuilding"
    found = len(result.hits) if result.total is None else result.total
    return {
        "here": asked.kinds[0] if len(asked.kinds) == 1 and not asked.text else "search",
        "asked": asked,
        "found": found,
        "total": counted(found),
        "how": result_lines.how_sentence(asked.text, result),
        "rebuilding": rebuilding,
        "lines": result_lines.lines_for(asked.text, result),
        "answer": result_lines.answer(result) if asked.page == 1 else None,
        "tabs": facets.tabs(asked, result),
        "facets": [] if rebuilding else facets.groups(asked, result),  # the tables cannot be narrowed so fast
        "chosen": [] if rebuilding else facets.chosen(asked),
        "sorts": facets.sorts(asked),
        "pager": asked.pager(result),
        "proposals": asked.shorter_words() if not result.hits else [],
    }


def _csv_lines(result: SearchResult) -> Iterator[str]:
    yield "\ufeff"  # spreadsheets take the file for UTF-8 only with this mark
    yield _csv_line(CSV_HEAD)
    for row in rows_of(result.hits):
        day = row.effective_on or row.expires_on or row.published_on
        cells = (row.kind, row.number, row.title, row.title_en, row.status, str(day or ""), row.district, row.holder)
        yield _csv_line((*cells, "1" if row.synthetic else "0", address_of(row.kind, row.key)))


def _csv_line(cells: tuple[str, ...]) -> str:
    """Return one line; a cell that a spreadsheet would take for a formula gets an apostrophe."""
    out = io.StringIO()
    csv.writer(out).writerow([f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell for cell in cells])
    return out.getvalue()
