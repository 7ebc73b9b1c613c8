"""Search without an index, straight from the tables: numbers and beginnings of names, while the index is made."""

import time
from collections.abc import Mapping
from typing import Any

from pinzhi.engine.catalog.tokens import normalise
from pinzhi.records.catalog.models import Certificate, Document, Organisation, Place, Product, Standard
from pinzhi.records.catalog.search.documents import document
from pinzhi.records.catalog.search.facets import chosen
from pinzhi.records.catalog.search.records import SOURCES
from pinzhi.records.catalog.search.shapes import Hit, Line, SearchRequest, SearchResult
from pinzhi.records.clock import today

_LONGEST = 100
# for each kind: the table, columns that must equal the text, columns that may begin with it (all of them indexed)
_LOOKED_AT: dict[str, tuple[Any, tuple[str, ...], tuple[str, ...]]] = {
    "standard": (Standard, ("canonical", "family"), ("canonical",)),
    "organisation": (Organisation, ("code", "name"), ("name",)),
    "certificate": (Certificate, ("number",), ("number",)),
    "place": (Place, ("code", "name_zh"), ("name_zh",)),
    "document": (Document, ("code", "number"), ("title_zh",)),
    "product": (Product, ("name",), ("name",)),
}


def find_in_tables(request: SearchRequest, started: float) -> SearchResult:
    """Answer with what plain look-ups give, narrowed by the filters; nothing is counted."""
    text = "".join(letter for letter in request.text[:_LONGEST] if letter.isprintable()).strip()
    text = text.encode("utf-8", "ignore").decode()
    hits: list[Hit] = []
    for kind, (model, equal, begin) in _LOOKED_AT.items():
        if not text or (request.kind not in (None, kind) and (request.kind, kind) != ("institution", "organisation")):
            continue
        hits.extend(_looked_up(kind, model, equal, begin, text, request.size))
    hits = _narrowed(list(dict.fromkeys(hits)), chosen(request))
    first, last = (request.page - 1) * request.size, request.page * request.size
    page = tuple(hits[first:last])
    return SearchResult(
        hits=page,
        lines=tuple(Line(hit) for hit in page),
        total=len(hits),
        facets={},
        how="rebuilding",
        has_next=len(hits) > last,
        ms=(time.perf_counter() - started) * 1000,
    )


def _narrowed(hits: list[Hit], filters: Mapping[str, tuple[str, ...]]) -> list[Hit]:
    """Leave the hits that every filter lets pass, by the same fields that the index would have."""
    if not filters or not hits:
        return hits
    found: dict[Hit, dict[str, Any]] = {}
    for kind in {hit.kind for hit in hits}:
        source = SOURCES[kind]
        ids = [hit.id for hit in hits if hit.kind == kind]
        rows = source.model._default_manager.filter(pk__in=ids).values_list(*source.columns)
        found.update({Hit(kind, row[0]): document(source.entry(row, today())) for row in rows})
    return [hit for hit in hits if hit in found and _passes(found[hit], filters)]


def _passes(made: Mapping[str, Any], filters: Mapping[str, tuple[str, ...]]) -> bool:
    return all(any(value in _values(made, name) for value in values) for name, values in filters.items())


def _values(made: Mapping[str, Any], name: str) -> list[str]:
    value = made.get(name, ())
    values = [value] if isinstance(value, str) else list(value)
    return [*values, *made.get("branch", ())] if name == "industry" else values


def _looked_up(
    kind: str, model: Any, equal: tuple[str, ...], begin: tuple[str, ...], text: str, size: int
) -> list[Hit]:
    forms = dict.fromkeys((text, normalise(text).upper(), text.upper()))
    ids: dict[int, None] = {}
    for form in forms:
        for column in equal:
            ids.update(
                dict.fromkeys(model.objects.filter(**{column: form}).order_by("pk").values_list("pk", flat=True)[:size])
            )
        for column in begin:
            between = {f"{column}__gte": form, f"{column}__lt": form + "\U0010ffff"}
            rows = model.objects.filter(**between).order_by(column).values_list("pk", column)[:size]
            ids.update({pk: None for pk, value in rows if value.startswith(form)})
    return [Hit(kind, record_id) for record_id in ids]
