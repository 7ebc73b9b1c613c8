"""The catalogue for programs: listings, single records, search, counts, bulk export."""

from typing import Annotated, Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotModified
from ninja import Path, Query, Router, Schema

from pinzhi.engine.catalog.codes import from_path, parse
from pinzhi.engine.errors import BadIdentifier, BadInput
from pinzhi.records.catalog import public
from pinzhi.records.catalog.search import find, rows_of, suggest
from pinzhi.records.catalog.search.shapes import FACETS, Row, SearchRequest
from pinzhi.web.access import today
from pinzhi.web.addresses import address_of
from pinzhi.web.api import shapes
from pinzhi.web.api.cursors import cursor_after, read_cursor
from pinzhi.web.api.exports import CONTENT_TYPES, export_file

router = Router(tags=["catalogue"])
FILE = {"schema": {"type": "string", "format": "binary"}}
REFUSALS: dict[Any, Any] = dict.fromkeys((400, 401, 422, 429), shapes.Problem)
MISSING: dict[Any, Any] = REFUSALS | {404: shapes.Problem}


def _add_listing(kind: str, item: type[Schema], query_shape: type[shapes.ListingQuery]) -> None:
    """Add the listing of one kind; all listings differ only in their shapes."""

    def listing(request: HttpRequest, query: Query[query_shape]) -> Any:  # type: ignore[valid-type]
        given: shapes.ListingQuery = query
        refuse_unknown(request, query_shape)
        day = given.as_of or today()
        page = public.page(
            kind,
            on=day,
            after=read_cursor(given.cursor),
            limit=given.limit,
            filters={name: getattr(given, name) for name in public.KINDS[kind].filters if getattr(given, name)},
            recorded_since=given.recorded_since,
        )
        return {"items": page.rows, "next_cursor": cursor_after(page.last_id), "as_of": day}

    router.get(
        f"/{kind}",
        response={200: shapes.Listing[item], **REFUSALS},  # type: ignore[valid-type]
        operation_id=f"list_{kind}",
        summary=f"List {kind} in the order they were recorded",
    )(listing)


def _add_record(kind: str, item: type[Schema]) -> None:
    """Add the address of a single record of a kind that has a key of its own."""

    def record(request: HttpRequest, key: Annotated[str, Path(max_length=200, pattern=shapes.NO_NUL)]) -> Any:
        return public.one(kind, _canonical(key) if kind == "standards" else from_path(key), on=today())

    router.get(
        f"/{kind}/{{path:key}}",
        response={200: item, **MISSING},
        operation_id=f"get_{kind}",
        summary=f"One of the {kind}, by its key",
    )(record)


LISTED: dict[str, tuple[type[Schema], type[shapes.ListingQuery], bool]] = {
    "standards": (shapes.Standard, shapes.StandardsQuery, True),
    "organisations": (shapes.Organisation, shapes.OrganisationsQuery, True),
    "institutions": (shapes.Institution, shapes.InstitutionsQuery, True),
    "capabilities": (shapes.Capability, shapes.CapabilitiesQuery, False),
    "certificates": (shapes.Certificate, shapes.CertificatesQuery, True),
    "products": (shapes.Product, shapes.ProductsQuery, False),
    "brands": (shapes.Brand, shapes.BrandsQuery, False),
    "honours": (shapes.Honour, shapes.HonoursQuery, True),
    "places": (shapes.Place, shapes.PlacesQuery, True),
    "documents": (shapes.Document, shapes.DocumentsQuery, True),
}
for _kind, (_item, _query, _has_key) in LISTED.items():
    _add_listing(_kind, _item, _query)
    if _has_key:
        _add_record(_kind, _item)


def refuse_unknown(request: HttpRequest, shape: type[Schema]) -> None:
    """Refuse parameters that mean nothing here: a misspelt filter would otherwise give everything."""
    unknown = sorted(set(request.GET) - set(shape.model_fields))
    if unknown:
        raise BadInput(
            "api.parameter_unknown",
            "没有“{unknown}”这个参数。可用的是：{known}。",
            "There is no parameter “{unknown}”. There are: {known}.",
            unknown=", ".join(unknown)[:200],
            known=", ".join(shape.model_fields),
        )


def _canonical(key: str) -> str:
    """Return the canonical number of any spelling; a text that is no number is looked up as it is."""
    try:
        return parse(from_path(key)).canonical
    except BadIdentifier:
        return key


@router.get("/search", response={200: shapes.SearchAnswer, **REFUSALS}, summary="Search everything")
def search(request: HttpRequest, query: Query[shapes.SearchQuery]) -> Any:
    """Find standards, organisations, institutions, certificates, products, places and documents at once."""
    refuse_unknown(request, shapes.SearchQuery)
    filters = {name: tuple(values) for name in FACETS if (values := getattr(query, name))}
    result = find(
        SearchRequest(
            text=query.q,
            filters=filters,
            sort=query.sort,
            page=query.page,
            size=query.size,
            on=query.as_of or today(),
        )
    )
    return {
        "q": query.q,
        "total": result.total or 0,
        "how": result.how,
        "shown_for": result.shown_for,
        "items": [_found(row) for row in rows_of(result.hits)],
        "facets": {
            name: [{"value": entry.value, "count": entry.count} for entry in entries]
            for name, entries in result.facets.items()
        },
        "page": query.page,
        "has_next": result.has_next,
    }


@router.get("/suggest", response={200: list[shapes.SearchHit], **REFUSALS}, summary="Proposals while typing")
def proposals(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=200)],
    limit: Annotated[int, Query(ge=1, le=20)] = 8,
) -> Any:
    """Propose records whose number, title, name, pinyin or initials begin with the text."""
    return [_found(entry.row) for entry in suggest(q, limit)]


def _found(row: Row) -> dict[str, str]:
    return {
        "kind": row.kind,
        "id": row.number if row.kind == "standard" else row.title,
        "key": row.key,
        "title": row.title,
        "title_en": row.title_en,
        "status": row.status,
        "url": address_of(row.kind, row.key),
    }


@router.get("/counts/{kind}", response={200: shapes.Count, **REFUSALS}, summary="How many, as of any day")
def counts(request: HttpRequest, kind: shapes.Kind, query: Query[shapes.CountQuery]) -> Any:
    """Count the records of a kind that were true on a day, as known at a moment."""
    refuse_unknown(request, shapes.CountQuery)
    day = query.as_of or today()
    number = public.count(kind, as_of=day, known_at=query.known_at)
    return {"kind": kind, "as_of": day, "known_at": query.known_at, "count": number}


@router.get(
    "/exports/{kind}.{file_format}",
    response=REFUSALS,
    summary="Everything public of a kind, as one file",
    openapi_extra={
        "responses": {
            200: {
                "description": "The file; its ETag is the version of the catalogue.",
                "content": {
                    name: {"schema": {"type": "string", "format": "binary"}} for name in CONTENT_TYPES.values()
                },
            },
            304: {"description": "Not changed since the ETag given in If-None-Match."},
        }
    },
)
def export(
    request: HttpRequest,
    kind: shapes.Kind,
    file_format: shapes.Format,
) -> HttpResponse | FileResponse:
    """Download a kind as CSV, XLSX or Parquet, with the columns that `pinzhi import` reads."""
    file = export_file(kind, file_format, on=today())
    etag = f'"{file.stem}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse | FileResponse = HttpResponseNotModified()
    else:
        response = FileResponse(
            file.open("rb"), as_attachment=True, filename=f"{kind}.{file_format}",
            content_type=CONTENT_TYPES[file_format],
        )  # fmt: skip
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=60"
    return response
