"""Figures that the city publishes: the list, the page of each, its records, those it is compared with, its picture."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language, ngettext, override, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.engine.rulebook.figures import THEMES, Figure
from pinzhi.records.accounts.permissions import ANONYMOUS
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.publishing.queries.breakdowns import breakdown, peers
from pinzhi.records.publishing.queries.listing import every_record, records
from pinzhi.records.publishing.queries.steps import steps
from pinzhi.records.publishing.queries.trends import trend
from pinzhi.records.publishing.queries.values import Value, figure_value, figure_values
from pinzhi.records.publishing.times import AsOf
from pinzhi.web import figure_files
from pinzhi.web import figures as shared
from pinzhi.web.access import actor, today
from pinzhi.web.charts import percents, spark
from pinzhi.web.downloads import Table, download, plain
from pinzhi.web.language import full_day, said
from pinzhi.web.pages import page_number, pager
from pinzhi.web.portal import figure_page, figure_words

SPARK_MONTHS = 24
PICTURE_SIZES = ((7, 48), (14, 30), (99, 18))  # how large words of so many characters are drawn


@require_safe
def figures(request: HttpRequest, form: str = "") -> HttpResponseBase:
    """List the figures of every theme with their values; ``q`` narrows by a word or a number, ``on`` is the day."""
    at = shared.asked(request)
    text = request.GET.get("q", "").strip()[:100]
    offered = shared.readable(actor(request), at.on)
    found = shared.containing(offered, text) if text else list(offered)
    values = figure_values([one.id for one in found], at)
    if form:
        return _download(request, form, lambda: figure_files.values_table(values.values()), "figures", at, found)
    numbers = [one for one in found if one.kind != "statement"]
    themes = [*shared.by_theme(numbers), *shared.statements(found)]
    context = {
        "here": "figure",
        "at": at,
        "q": text,
        "heading": _heading(len(numbers), text),
        "groups": [
            {"code": theme.code, "word": theme.word, "lines": [_line(values[one.id]) for one in theme.figures]}
            for theme in themes
        ],
        "day": full_day(at.on),
        "query": shared.query_of(at, q=text),
        "crumbs": [("/", pgettext("crumb", "首页")), ("", pgettext("nav", "数字"))],
    }
    return render(request, "portal/figures/list.html", context)


def _heading(count: int, text: str) -> str:
    if text:
        words = ngettext("含“%(text)s”的 %(count)s 个数字", "含“%(text)s”的 %(count)s 个数字", count)
        return words % {"text": text, "count": count}
    return ngettext("%(count)s 个数字，个个有来历", "%(count)s 个数字，个个有来历", count) % {"count": count}


def _line(value: Value) -> dict[str, Any]:
    return {
        "value": value,
        "href": shared.address_of_figure(value.figure.id, value.at),
        "unit": shared.unit_words(value),
        "is_internal": value.figure.privacy == "internal",
        "is_long": value.figure.kind in ("list", "statement") or len(shared.value_words(value)) > shared.LONG,
    }


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Answer with the public figures as a catalogue of data sets (DCAT 3)."""
    public = shared.readable(ANONYMOUS, today())
    body = figure_files.data_catalogue(public, _site(request))
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False}, content_type=figure_files.JSON_LD)


@require_safe
def figure(request: HttpRequest, figure_id: str, form: str = "") -> HttpResponseBase:
    """Show a figure of a day with its meaning, trend, parts, steps and records; ``by`` chooses how to take it apart."""
    at = shared.asked(request)
    try:
        wanted = shared.readable_figure(actor(request), figure_id, at.on)
    except NotFound:
        if form:
            raise
        return _unknown(request, figure_id, at)
    value = figure_value(wanted.id, at)
    if form == "json":
        return JsonResponse(_document(request, value), json_dumps_params={"ensure_ascii": False})
    if form:
        return _download(request, form, lambda: _whole_table(value), wanted.id, at, [wanted])
    return render(request, "portal/figures/figure.html", _shown(request, value))


def _unknown(request: HttpRequest, figure_id: str, at: AsOf) -> HttpResponse:
    close = shared.near(shared.readable(actor(request), at.on), figure_id)
    context = {"here": "figure", "asked": figure_id, "near": close}
    return render(request, "portal/figures/unknown.html", context, status=404)


def _shown(request: HttpRequest, value: Value) -> dict[str, Any]:
    """Return what the page of a figure shows."""
    wanted, at = value.figure, value.at
    before = figure_page.value_before(value)
    page = records(wanted.id, at, actor=actor(request)) if shared.has_records(wanted) else None
    return {
        **_head(value),
        **figure_page.drawn(value, trend(wanted.id, at.on, known=at.known), before),
        **figure_page.taken_apart(value, shared.dimension_of(wanted, request.GET.get("by", ""))),
        "before": before,
        "before_word": figure_page.end_of_last_year(),
        "difference": figure_page.difference(value, before),
        "is_sentence": wanted.wording.style in ("rank", "only", "band") or wanted.kind == "statement",
        "confused": list(figure_values(wanted.confused_with, at).values()),
        "days": figure_page.days_of(wanted.id, at),
        "steps": steps(wanted.id, at),
        "how": figure_words.how_words(value),
        "ratio": figure_words.ratio_words(value),
        "page": page,
        **(figure_page.first_records(page) if page else {}),
        "uses": figure_words.uses_of(wanted.id),
        "records_digest": figure_words.records_digest(value, page),
        "citation": figure_words.citation(value, said(rulebook().city.operator), _site(request)),
        "embed": f'<img src="{_site(request)}/figures/{wanted.id}.svg" alt="{said(wanted.title)}">',
        "crumbs": [*_crumbs(wanted)[:-1], ("", said(wanted.title))],
    }


def _head(value: Value) -> dict[str, Any]:
    """Return what every page about one figure says of it."""
    at = value.at
    return {
        "here": "figure",
        "figure": value.figure,
        "value": value,
        "at": at,
        "day": full_day(at.on),
        "known": figure_words.known_words(at),
        "known_day": shared.known_day(at)[:10] if at.known else "",
        "address": f"/figures/{value.figure.id}",
        "query": shared.query_of(at),
        "synthetic": settings.DEMO,
        "printed": shared.value_words(value),
        "unit": shared.unit_words(value),
        "exact": shared.exact_words(value),
        "peers_href": f"/figures/{value.figure.id}/peers{shared.query_of(at)}" if value.figure.kind == "rank" else "",
    }


def _crumbs(wanted: Figure) -> list[tuple[str, str]]:
    return [
        ("/", pgettext("crumb", "首页")),
        ("/figures", pgettext("nav", "数字")),
        (f"/figures#{wanted.theme}", said(THEMES[wanted.theme])),
        (f"/figures/{wanted.id}", said(wanted.title)),
    ]


def _document(request: HttpRequest, value: Value) -> dict[str, Any]:
    """Return a figure's page for programs."""
    wanted, at = value.figure, value.at
    return {
        "figure": figure_files.figure_document(wanted),
        "value": figure_files.value_document(value),
        "trend": [figure_files.point_document(one) for one in trend(wanted.id, at.on, known=at.known)],
        "breakdowns": [figure_files.breakdown_document(breakdown(wanted.id, one, at)) for one in wanted.dimensions.by],
        "steps": [{"text": plain(one.text), "count": one.count} for one in steps(wanted.id, at)],
        "records": f"{_site(request)}/figures/{wanted.id}/records.json{shared.query_of(at)}",
    }


def _whole_table(value: Value) -> Any:
    wanted, at = value.figure, value.at
    broken = [breakdown(wanted.id, one, at) for one in wanted.dimensions.by]
    return figure_files.figure_table(value, trend(wanted.id, at.on, known=at.known), broken)


@require_safe
def figure_records(request: HttpRequest, figure_id: str, form: str = "") -> HttpResponseBase:
    """Show the records a figure stands on, as many as it counts; ``part`` is one of its parts: ``district=370212``."""
    at, part = shared.asked(request), request.GET.get("part", "")[:120]
    wanted = shared.readable_figure(actor(request), figure_id, at.on)
    if form:
        columns, rows = every_record(wanted.id, at, actor=actor(request), part=part or None)
        return _download(
            request,
            form,
            lambda: figure_files.records_table(wanted.id, columns, rows),
            f"{wanted.id}-records",
            at,
            [wanted],
        )
    value = figure_value(wanted.id, at)
    page = records(wanted.id, at, actor=actor(request), page=page_number(request), part=part or None)
    kept = shared.pairs_of(at, part=part)
    context = {
        **_head(value),
        "page": page,
        "rows": figure_page.rows_of(page),
        "pager": pager(page.page, page.pages, kept),
        "narrowed": bool(part),
        "part_words": figure_page.part_words(wanted, part),
        "agrees": figure_words.agreement(value, page.total) if not part else "",
        "whole": f"/figures/{wanted.id}/records{shared.query_of(at)}",
        "records_address": f"/figures/{wanted.id}/records",
        "query": shared.query_of(at, part=part),
        "crumbs": [*_crumbs(wanted), ("", _("背后的记录"))],
    }
    return render(request, "portal/figures/records.html", context)


@require_safe
def figure_peers(request: HttpRequest, figure_id: str, form: str = "") -> HttpResponseBase:
    """Show everybody a place, or the word “only”, compares; ties share a place, and none is left out."""
    at = shared.asked(request)
    wanted = shared.readable_figure(actor(request), figure_id, at.on)
    compared = peers(wanted.id, at)
    if form:
        return _download(
            request, form, lambda: figure_files.peers_table(wanted.id, compared), f"{wanted.id}-peers", at, [wanted]
        )
    value = figure_value(wanted.id, at)
    lengths = percents([figure_page.fraction(one.number) for one in compared.rows])
    context = {
        **_head(value),
        "says": said(wanted.definition),
        "rows": [
            {
                "place": one.place or "—",
                "word": said(one.text) or one.text.zh,
                "amount": shared.counted_exactly(figure_page.fraction(one.number) or figure_page.NOTHING),
                "percent": percent,
                "own": one.code == compared.subject,
            }
            for one, percent in zip(compared.rows, lengths, strict=True)
        ],
        "peers_address": f"/figures/{wanted.id}/peers",
        "crumbs": [*_crumbs(wanted), ("", _("和谁比"))],
    }
    return render(request, "portal/figures/peers.html", context)


@require_safe
def picture(request: HttpRequest, figure_id: str) -> HttpResponse:
    """Answer with a figure as a small picture for other sites: name, value, day, trend; ``lang`` is zh or en."""
    at, language = shared.asked(request), request.GET.get("lang", "")
    wanted = shared.readable_figure(actor(request), figure_id, at.on)
    if language not in ("", "zh", "en"):
        raise BadInput("publishing.lang", "lang 是 zh 或 en。", "lang is zh or en.")
    value = figure_value(wanted.id, at)
    points = trend(wanted.id, at.on, months=SPARK_MONTHS, known=at.known)
    with override({"zh": "zh-hans"}.get(language, language) or get_language()):
        words = shared.value_words(value)
        context = {
            "language": "en" if (get_language() or "").startswith("en") else "zh-Hans",
            "title": said(wanted.title),
            "words": words,
            "size": next(size for most, size in PICTURE_SIZES if len(words) <= most or most == PICTURE_SIZES[-1][0]),
            "unit": shared.unit_words(value),
            "as_of": _("截至 {day}").format(day=full_day(at.on)),
            "spoken": shared.spoken(value),
            "demo": _("演示") if settings.DEMO else "",
            "publisher": said(rulebook().city.operator),
            "code": f"{said(rulebook().city.brand)} · {wanted.id}",
            "spark": spark([figure_page.fraction(one.number) for one in points])
            if figure_page.is_drawn(value)
            else None,
        }
        text = render_to_string("portal/figures/picture.svg", context)
    response = HttpResponse(text, content_type="image/svg+xml; charset=utf-8")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=300"
    return response


def _download(
    request: HttpRequest, form: str, make: Callable[[], Table], name: str, at: AsOf, wanted: Iterable[Figure]
) -> HttpResponseBase:
    return download(request, form, make, name=f"{name}-{at.on}", on=at.on, also=shared.version_of(wanted))


def _site(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"
