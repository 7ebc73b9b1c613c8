"""Find records: the one search behind the portal, the API and the terminal."""

import time
from collections.abc import Mapping

import tantivy
from tantivy import Order, Query

from pinzhi.engine.errors import BadInput
from pinzhi.records.catalog.search import fields
from pinzhi.records.catalog.search.clauses import ask, constant, together
from pinzhi.records.catalog.search.degraded import find_in_tables
from pinzhi.records.catalog.search.facets import chosen, count_facets, filter_queries
from pinzhi.records.catalog.search.plan import Step, steps
from pinzhi.records.catalog.search.reader import Snapshot, is_panic, reader
from pinzhi.records.catalog.search.shapes import DEEPEST, KINDS, FacetCount, Hit, Line, SearchRequest, SearchResult

_BLOCK = 30  # hits that are put in order together; a fixed number, so that pages never overlap
_RANKED = 1_000  # owners of one number that are put in order
Scored = tuple[Hit, int]  # a hit and its family


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
    narrowing = filter_queries(snapshot, filters)
    asked = ask(request.text)
    found: list[Scored] = []
    step: Step | None = None
    if not asked.squashed and not asked.units:
        step = Step("browse", Query.all_query())
        found = _ordered(snapshot, _narrowed(step.query, narrowing), request)
    else:
        for step in steps(snapshot, asked):
            found = _search(snapshot, step, _narrowed(step.query, narrowing), request)
            if found:
                break
    return _answer(snapshot, request, step if found else None, found, filters, started)


def _narrowed(query: Query, narrowing: Mapping[str, Query]) -> Query:
    return together([query, *(constant(clause, 0.0) for clause in narrowing.values())]) if narrowing else query


def _search(snapshot: Snapshot, step: Step, query: Query, request: SearchRequest) -> list[Scored]:
    if request.sort != "relevance":
        return _ordered(snapshot, query, request)
    if step.ranked:
        hits = _read(snapshot, snapshot.searcher.search(query, _RANKED, count=False).hits)
        hits.sort(key=lambda scored: (-scored[0].score, -scored[2], scored[0].id))
        return [(hit, family) for hit, family, _ in hits]
    wanted = _wanted(request)
    raw = snapshot.searcher.search(query, wanted, count=False).hits
    found: list[Scored] = []
    for start in range(0, len(raw), _BLOCK):
        block = _read(snapshot, raw[start : start + _BLOCK], fields.FACTORS)
        block.sort(key=lambda scored: -scored[0].score)
        found.extend([(hit, family) for hit, family, _ in block])
    return found


def _wanted(request: SearchRequest) -> int:
    """Return how many hits make sure of a page of lines and of whether there is another: editions fold into lines."""
    return -(-(request.page * request.size * 2 + 1) // _BLOCK) * _BLOCK


def _ordered(snapshot: Snapshot, query: Query, request: SearchRequest) -> list[Scored]:
    column, order = {"newest": ("day", Order.Desc), "number": ("sequence", Order.Asc)}.get(
        request.sort, ("rank", Order.Desc)
    )
    hits = snapshot.searcher.search(query, _wanted(request), count=False, order_by_field=column, order=order).hits
    return [(Hit(hit.kind, hit.id), family) for hit, family, _ in _read(snapshot, hits)]


def _read(
    snapshot: Snapshot, hits: list[tuple[float, tantivy.DocAddress]], factors: tuple[float, ...] | None = None
) -> list[tuple[Hit, int, int]]:
    """Turn addresses into hits, families and ranks; scores are weighted if factors are given."""
    columns, kinds = snapshot.columns, fields.KIND_OF_CODE
    read = []
    for score, address in hits:
        part, at = columns[address.segment_ord], address.doc
        key, rank = part.keys[at], part.ranks[at]
        hit = Hit(kinds[key & 15], key >> 4, score * factors[rank] if factors else score)
        read.append((hit, part.families[at], rank))
    return read


def _answer(
    snapshot: Snapshot,
    request: SearchRequest,
    step: Step | None,
    found: list[Scored],
    filters: Mapping[str, tuple[str, ...]],
    started: float,
) -> SearchResult:
    facets: dict[str, tuple[FacetCount, ...]] = {}
    total: int | None = 0 if step is None else None
    lines = _lines(found)
    first, last = (request.page - 1) * request.size, request.page * request.size
    if step is not None:
        if request.facets:
            facets, total = count_facets(snapshot, step.query, filters)
        elif len(found) < _wanted(request):
            total = len(found)
    return SearchResult(
        hits=tuple(hit for hit, _ in found[first:last]),
        lines=tuple(lines[first:last]),
        total=total,
        facets=facets,
        how=step.how if step else "none",
        shown_for=step.shown_for if step else None,
        direct=_direct(found) if step is not None and step.own else None,
        has_next=len(lines) > last,
        ms=(time.perf_counter() - started) * 1000,
    )


def _lines(found: list[Scored]) -> list[Line]:
    """Fold the editions of a standard into one line, where the best of them stands."""
    places: dict[int, int] = {}
    groups: list[list[Hit]] = []
    for hit, family in found:
        place = places.get(family) if family else None
        if place is None:
            if family:
                places[family] = len(groups)
            groups.append([hit])
        else:
            groups[place].append(hit)
    return [Line(group[0], tuple(group[1:])) for group in groups]


def _direct(found: list[Scored]) -> Hit | None:
    """Return the only record, or the foremost of the only family, that bears the number itself."""
    best = found[0][0].score
    owners = [scored for scored in found if scored[0].score == best]
    family = owners[0][1]
    alone = len(owners) == 1 or (family != 0 and all(other == family for _, other in owners))
    return owners[0][0] if alone else None
