"""Figures for programs: the list, one with its value, its parts, its trend, its records."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from pinzhi.records.publishing.queries.breakdowns import breakdown
from pinzhi.records.publishing.queries.listing import records
from pinzhi.records.publishing.queries.trends import trend
from pinzhi.records.publishing.queries.values import figure_value, figure_values
from pinzhi.records.publishing.times import AsOf
from pinzhi.web import figures as shared
from pinzhi.web.access import actor
from pinzhi.web.api import figure_shapes as shapes
from pinzhi.web.api.catalog import MISSING, REFUSALS, refuse_unknown
from pinzhi.web.downloads import plain
from pinzhi.web.figure_files import breakdown_document, figure_document, point_document, value_document

router = Router(tags=["figures"])
FigureCode = Annotated[str, Path(max_length=12, pattern=r"^[A-Z][A-Za-z0-9]{0,11}$")]


def _at(given: shapes.Times) -> AsOf:
    return AsOf(shared.day_within(given.on), shared.moment_within(given.known))


@router.get(
    "/figures",
    response={200: shapes.FigureList, **REFUSALS},
    operation_id="list_figures",
    summary="Figures with their values",
)
def listing(request: HttpRequest, given: Query[shapes.FiguresQuery]) -> Any:
    """List the figures with their values on a day."""
    refuse_unknown(request, shapes.FiguresQuery)
    at = _at(given)
    found = [
        one
        for one in shared.containing(shared.readable(actor(request), at.on), given.q)
        if given.theme in ("", one.theme)
    ]
    values = figure_values([one.id for one in found], at)
    return {"items": [{"figure": figure_document(one), "value": value_document(values[one.id])} for one in found]}


@router.get(
    "/figures/{figure_id}",
    response={200: shapes.FigureAndValue, **MISSING},
    operation_id="get_figure",
    summary="One figure on a day, as known at a moment",
)
def one(request: HttpRequest, figure_id: FigureCode, given: Query[shapes.Times]) -> Any:
    """Return a figure with its value."""
    refuse_unknown(request, shapes.Times)
    wanted = shared.readable_figure(actor(request), figure_id, _at(given).on)
    value = figure_value(wanted.id, _at(given))
    return {"figure": figure_document(wanted), "value": value_document(value)}


@router.get(
    "/figures/{figure_id}/breakdown",
    response={200: shapes.BreakdownAnswer, **MISSING},
    operation_id="get_figure_breakdown",
    summary="A figure by district, edition or another dimension",
)
def figure_breakdown(request: HttpRequest, figure_id: FigureCode, given: Query[shapes.BreakdownQuery]) -> Any:
    """Return the parts of a figure."""
    refuse_unknown(request, shapes.BreakdownQuery)
    wanted = shared.readable_figure(actor(request), figure_id, _at(given).on)
    return breakdown_document(breakdown(wanted.id, shared.dimension_of(wanted, given.by), _at(given)))


@router.get(
    "/figures/{figure_id}/trend",
    response={200: shapes.TrendAnswer, **MISSING},
    operation_id="get_figure_trend",
    summary="A figure at the ends of months",
)
def figure_trend(request: HttpRequest, figure_id: FigureCode, given: Query[shapes.TrendQuery]) -> Any:
    """Return a figure month by month up to a day."""
    refuse_unknown(request, shapes.TrendQuery)
    wanted = shared.readable_figure(actor(request), figure_id, _at(given).on)
    points = trend(wanted.id, _at(given).on, months=given.months, known=_at(given).known)
    return {"points": [point_document(one) for one in points]}


@router.get(
    "/figures/{figure_id}/records",
    response={200: shapes.RecordsAnswer, **MISSING},
    operation_id="list_figure_records",
    summary="The records a figure stands on",
)
def figure_records(request: HttpRequest, figure_id: FigureCode, given: Query[shapes.RecordsQuery]) -> Any:
    """Return a page of the records."""
    refuse_unknown(request, shapes.RecordsQuery)
    wanted = shared.readable_figure(actor(request), figure_id, _at(given).on)
    page = records(wanted.id, _at(given), actor=actor(request), page=given.page, part=given.part or None)
    items = [
        {"cells": [plain(cell.text) for cell in row.cells], "kind": row.page[0] if row.page else None, "key": row.key}
        for row in page.rows
    ]
    return {"columns": plain(page.columns), "items": items, "total": page.total, "page": page.page, "pages": page.pages}
