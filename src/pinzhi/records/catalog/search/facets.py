"""Filters, and how many records of a result carry each value."""

from collections.abc import Mapping
from typing import Any

from tantivy import Occur, Query

from pinzhi.records.catalog.search.clauses import constant, together
from pinzhi.records.catalog.search.fields import FACET_FIELDS
from pinzhi.records.catalog.search.reader import Snapshot
from pinzhi.records.catalog.search.shapes import FacetCount, SearchRequest

_MOST_VALUES = 60
_MOST_CHOSEN = 50
_LONGEST_VALUE = 60


def chosen(request: SearchRequest) -> dict[str, tuple[str, ...]]:
    """Return the filters of a request; its kind is one of them."""
    if not request.filters and not request.kind:
        return {}
    filters = {
        name: tuple(value[:_LONGEST_VALUE] for value in values if value)[:_MOST_CHOSEN]
        for name, values in request.filters.items()
    }
    if request.kind:
        filters["kind"] = (request.kind,)
    return {name: values for name, values in filters.items() if values}


def filter_queries(snapshot: Snapshot, filters: Mapping[str, tuple[str, ...]]) -> dict[str, Query]:
    """Return one query for each facet: any of its chosen values."""
    return {
        name: Query.boolean_query([(Occur.Should, _has(snapshot, name, value)) for value in values])
        for name, values in filters.items()
    }


def _has(snapshot: Snapshot, name: str, value: str) -> Query:
    # an industry is counted by its section (C) and filtered by any depth of the classification (C34, C3453)
    field = "branch" if name == "industry" and len(value) > 1 else name
    return snapshot.term(field, _sound(value))


def _sound(value: str) -> str:
    return value.encode("utf-8", "ignore").decode()


def count_facets(
    snapshot: Snapshot, query: Query, filters: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, tuple[FacetCount, ...]], int]:
    """Count every facet over the result, each without its own filter; also return the size of the result."""
    narrowing = filter_queries(snapshot, filters)
    free = tuple(name for name in FACET_FIELDS if name not in filters)
    counted = _counts(snapshot, query, narrowing, free)
    for name in filters:
        others = {other: clause for other, clause in narrowing.items() if other != name}
        counted.update(_counts(snapshot, query, others, (name,)))
    total = sum(count for _, count in counted["kind"] if "kind" not in filters or _ in filters["kind"])
    facets = {name: tuple(FacetCount(value, count) for value, count in counted[name] if value) for name in FACET_FIELDS}
    return facets, total


def _counts(
    snapshot: Snapshot, query: Query, narrowing: Mapping[str, Query], names: tuple[str, ...]
) -> dict[str, list[tuple[str, int]]]:
    wanted: dict[str, Any] = {name: {"terms": {"field": name, "size": _MOST_VALUES}} for name in names}
    whole = together([query, *(constant(clause, 0.0) for clause in narrowing.values())]) if narrowing else query
    answer = snapshot.searcher.aggregate(whole, wanted)
    return {name: [(bucket["key"], bucket["doc_count"]) for bucket in answer[name]["buckets"]] for name in names}
