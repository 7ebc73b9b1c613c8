"""Proposals while somebody types: numbers, names, pinyin and initials that begin so; then what a search finds."""

from tantivy import Order, Query

from pinzhi.engine.catalog import tokens
from pinzhi.engine.catalog.highlights import segments
from pinzhi.records.catalog.search import fields
from pinzhi.records.catalog.search.clauses import every, together
from pinzhi.records.catalog.search.finding import find, read
from pinzhi.records.catalog.search.reader import Snapshot, is_panic, reader
from pinzhi.records.catalog.search.rows import rows_of
from pinzhi.records.catalog.search.shapes import Hit, SearchRequest, Suggestion

_MOST = 20
_LONGEST = 100  # characters typed that are looked at
_TERMS = 24  # terms that begin so and are looked up
_MOST_PAIRS = 12


def suggest(text: str, limit: int = 8) -> list[Suggestion]:
    """Return records that begin with what was typed, best first, one for each standard; [] for blanks."""
    limit = max(1, min(limit, _MOST))
    typed = tokens.squash(tokens.normalise(text[:_LONGEST]))
    if not typed:
        return []
    hits: list[Hit] = []
    snapshot = reader().snapshot()
    if snapshot is not None:
        try:
            hits = _one_of_each_family(snapshot, typed, limit)
        except (ValueError, OSError, IndexError):
            reader().give_up(snapshot)
        except BaseException as failure:
            if not is_panic(failure):
                raise
            reader().give_up(snapshot)
    if len(hits) < limit:
        found = find(SearchRequest(text[:_LONGEST], size=limit, facets=False))
        known = {(hit.kind, hit.id) for hit in hits}
        hits.extend(line.hit for line in found.lines if (line.hit.kind, line.hit.id) not in known)
    return [Suggestion(row, tuple(segments(row.title, text[:_LONGEST]))) for row in rows_of(hits[:limit])]


def _one_of_each_family(snapshot: Snapshot, typed: str, limit: int) -> list[Hit]:
    """Return the foremost records that begin so; of the editions of a standard the one in force."""
    query = _begins(snapshot, typed)
    if query is None:
        return []
    # a number is typed in the order of numbers; a name has no better order than what counts most
    column, order = ("sequence", Order.Asc) if _is_number(typed) else ("rank", Order.Desc)
    hits = snapshot.searcher.search(query, limit * 4, count=False, order_by_field=column, order=order).hits
    found: dict[tuple[int, int], tuple[int, Hit]] = {}
    for _, key, family, rank in read(snapshot, hits):
        group = (family, 0 if family else key)
        if group not in found or found[group][0] < rank:
            found[group] = (rank, Hit(fields.KIND_OF_CODE[key & 15], key >> 4))
    return [hit for _, hit in found.values()][:limit]


def _is_number(typed: str) -> bool:
    return typed.isascii() and any(letter.isdigit() for letter in typed)


def _begins(snapshot: Snapshot, typed: str) -> Query | None:
    """Return the query for records that begin so; long beginnings are never looked for among all terms.

    Under 青岛市 stand a hundred thousand names: to walk them would take as long as a hundred searches.
    """
    start = snapshot.term("start", typed)
    if snapshot.frequency("start", typed):
        return start
    if tokens.is_han(typed[: fields.BEGIN_HAN]):
        runs = [run for run in tokens.runs(typed) if not tokens.is_latin(run)]
        pairs = [("bi", pair) for run in runs for pair in tokens.bigrams(run)]
        return every(snapshot, [("start", typed[: fields.BEGIN_HAN]), *pairs[:_MOST_PAIRS]])
    beginnings = [("num", "=" + typed)] if _is_number(typed) and len(typed) > fields.BEGIN_NUMBER else []
    beginnings += [("exact", "i:" + typed)] if len(typed) > fields.BEGIN_INITIALS else []
    queries = []
    for name, beginning in beginnings:
        terms = [term for term, _ in snapshot.searcher.terms_with_prefix(name, beginning, limit=_TERMS)]
        if terms:
            queries.append(Query.term_set_query(snapshot.schema, name, terms))
    return together((), queries) if queries else None
