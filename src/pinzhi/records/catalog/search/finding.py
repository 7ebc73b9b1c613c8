"""Find records: the one search behind the portal, the API and the terminal."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from operator import itemgetter

import tantivy
from tantivy import Order, Query

from pinzhi.engine.errors import BadInput
from pinzhi.records.catalog.search import fields
from pinzhi.records.catalog.search.clauses import Asked, constant, together
from pinzhi.records.catalog.search.degraded import find_in_tables
from pinzhi.records.catalog.search.facets import chosen, count_facets, filter_queries
from pinzhi.records.catalog.search.plan import Step, steps
from pinzhi.records.catalog.search.reader import RANK_BITS, Counted, Snapshot, is_panic, reader
from pinzhi.records.catalog.search.shapes import DEEPEST, KINDS, FacetCount, Hit, Line, SearchRequest, SearchResult

_BLOCK = 30  # hits that are put in order together; a fixed number, so that pages never overlap
_MOST_BROWSED = 200
_MOST_COUNTED = 500
_RANKED = 1_000  # owners of one number that are put in order
_ORDERS = {"newest": ("day", Order.Desc), "number": ("sequence", Order.Asc)}
_RANK = (1 << RANK_BITS) - 1
Found = tuple[float, int, int, int]  # score, key, family, rank: made into a hit only if it is shown


def find(request: SearchRequest) -> SearchResult:
    """Search. Any text whatsoever is answered; only a page, size or kind out of bounds is refused."""
    _check(request)
    started = time.perf_counter()
    snapshot = reader().snapshot()
    if snapshot is not None:
        try:
            return _find(snapshot, request, started)
        except (ValueError, OSError, IndexError):
            reader().give_up(snapshot)
        except BaseException as failure:
            if not is_panic(failure):
                raise
            reader().give_up(snapshot)
    return find_in_tables(request, started)


def _check(request: SearchRequest) -> None:
    if request.kind is not None and request.kind not in KINDS:
        raise BadInput(
            "search.kind",
            "没有这种类别：{kind}；可用：{known}",
            "There is no kind {kind}; known are {known}",
            kind=request.kind,
            known=", ".join(KINDS),
        )
    unknown = set(request.filters) - set(fields.FACET_FIELDS)
    if unknown:
        raise BadInput(
            "search.facet",
            "没有这个筛选项：{facet}；可用：{known}",
            "There is no filter {facet}; known are {known}",
            facet=min(unknown),
            known=", ".join(fields.FACET_FIELDS),
        )
    if not 1 <= request.size <= DEEPEST or request.page < 1 or request.page * request.size > DEEPEST:
        raise BadInput(
            "search.page",
            "只能翻看前 {deepest} 条结果，请缩小范围或导出。",
            "Only the first {deepest} results can be paged through; narrow the search or export it.",
            deepest=DEEPEST,
        )


def _find(snapshot: Snapshot, request: SearchRequest, started: float) -> SearchResult:
    filters = chosen(request)
    asked = Asked(request.text)
    if not asked.squashed and not asked.parts.units:
        return _browse(snapshot, request, filters, started)
    narrowing = filter_queries(snapshot, filters)
    for step in steps(snapshot, asked):
        found = _search(snapshot, step, _narrowed(step.query, narrowing), request)
        if found:
            return _answer(snapshot, request, step, found, filters, started)
    return _answer(snapshot, request, None, [], filters, started)


def _browse(
    snapshot: Snapshot, request: SearchRequest, filters: Mapping[str, tuple[str, ...]], started: float
) -> SearchResult:
    """Show everything under the filters; counting all records takes a while, so what was answered is kept."""
    asked_for = (tuple(sorted(filters.items())), request.sort, request.page, request.size, request.facets)
    known = snapshot.browsed.get(asked_for)
    if known is None:
        step = Step("browse", Query.all_query())
        found = _ordered(snapshot, _narrowed(step.query, filter_queries(snapshot, filters)), request)
        known = _answer(snapshot, request, step if found else None, found, filters, started)
        if len(snapshot.browsed) < _MOST_BROWSED:
            snapshot.browsed[asked_for] = known
    return replace(known, ms=(time.perf_counter() - started) * 1000)


def _narrowed(query: Query, narrowing: Mapping[str, Query]) -> Query:
    return together([query, *(constant(clause, 0.0) for clause in narrowing.values())]) if narrowing else query


def _search(snapshot: Snapshot, step: Step, query: Query, request: SearchRequest) -> list[Found]:
    if request.sort != "relevance":
        return _ordered(snapshot, query, request)
    if step.ranked:
        found = read(snapshot, snapshot.searcher.search(query, _RANKED, count=False).hits)
        found.sort(key=lambda one: (-one[0], -one[3], one[1]))
        return found
    found = _weighed(snapshot, snapshot.searcher.search(query, _wanted(request), count=False).hits)
    if len(found) <= _BLOCK:
        found.sort(key=itemgetter(0), reverse=True)
        return found
    blocks = [found[start : start + _BLOCK] for start in range(0, len(found), _BLOCK)]
    return [one for block in blocks for one in sorted(block, key=itemgetter(0), reverse=True)]


def _wanted(request: SearchRequest) -> int:
    """Return how many hits make sure of a page of lines and of whether there is another: editions fold into lines."""
    return -(-(request.page * request.size * 2 + 1) // _BLOCK) * _BLOCK


def _ordered(snapshot: Snapshot, query: Query, request: SearchRequest) -> list[Found]:
    column, order = _ORDERS.get(request.sort, ("rank", Order.Desc))
    hits = snapshot.searcher.search(query, _wanted(request), count=False, order_by_field=column, order=order).hits
    return [(0.0, *one[1:]) for one in read(snapshot, hits)]


def read(snapshot: Snapshot, hits: list[tuple[float, tantivy.DocAddress]]) -> list[Found]:
    """Return of each hit what orders and names it."""
    columns = snapshot.columns
    found = []
    for score, address in hits:
        part, at = columns[address.segment_ord], 2 * address.doc
        packed = part[at]
        found.append((score, packed >> RANK_BITS, part[at + 1], packed & _RANK))
    return found


def _weighed(snapshot: Snapshot, hits: list[tuple[float, tantivy.DocAddress]]) -> list[Found]:
    """Read hits with the scores of their texts made higher for what is in force."""
    factors = fields.FACTORS
    return [(score * factors[rank], key, family, rank) for score, key, family, rank in read(snapshot, hits)]


def _hits(found: Iterable[Found]) -> tuple[Hit, ...]:
    kinds = fields.KIND_OF_CODE
    return tuple([Hit(kinds[key & 15], key >> 4, score) for score, key, _, _ in found])


def _lines(groups: Iterable[list[Found]]) -> tuple[Line, ...]:
    grouped = [_hits(group) for group in groups]
    return tuple([Line(hits[0], hits[1:]) for hits in grouped])


def _answer(
    snapshot: Snapshot,
    request: SearchRequest,
    step: Step | None,
    found: list[Found],
    filters: Mapping[str, tuple[str, ...]],
    started: float,
) -> SearchResult:
    facets: dict[str, tuple[FacetCount, ...]] = {}
    total: int | None = 0 if step is None else None
    groups = _families(found, is_ordered=request.sort != "relevance")
    first, last = (request.page - 1) * request.size, request.page * request.size
    if step is not None:
        if request.facets:
            facets, total = _counted(snapshot, request, step, filters)
        elif len(found) < _wanted(request):
            total = len(found)
    return SearchResult(
        hits=_hits(found[first:last]),
        lines=_lines(groups[first:last]),
        total=total,
        facets=facets,
        how=step.how if step else "none",
        shown_for=step.shown_for if step else None,
        direct=_direct(found) if step is not None and step.own else None,
        has_next=len(groups) > last,
        ms=(time.perf_counter() - started) * 1000,
    )


def _counted(snapshot: Snapshot, request: SearchRequest, step: Step, filters: Mapping[str, tuple[str, ...]]) -> Counted:
    """Count the facets, once for all pages and orders of a result."""
    asked_for = (request.text, tuple(sorted(filters.items())))  # they tell which way finds something first
    known = snapshot.counted.get(asked_for)
    if known is None:
        known = count_facets(snapshot, step.query, filters)
        if len(snapshot.counted) >= _MOST_COUNTED:
            snapshot.counted.clear()
        snapshot.counted[asked_for] = known
    return known


def _families(found: list[Found], *, is_ordered: bool) -> list[list[Found]]:
    """Fold the editions of a standard into one group, where the best of them stands.

    In a list ordered by day or number the group stands where its first edition does, and the one in force leads it.
    """
    groups: dict[int, list[Found]] = {}
    for one in found:
        _, key, family, _ = one
        groups.setdefault(family or -key, []).append(one)
    if is_ordered:
        for group in groups.values():
            group.sort(key=itemgetter(3), reverse=True)
    return list(groups.values())


def _direct(found: list[Found]) -> Hit | None:
    """Return the only record, or the foremost of the only family, that bears the number itself."""
    best, _, family, _ = found[0]
    owners = [one for one in found if one[0] == best]
    alone = len(owners) == 1 or (family != 0 and all(one[2] == family for one in owners))
    return _hits(owners[:1])[0] if alone else None
