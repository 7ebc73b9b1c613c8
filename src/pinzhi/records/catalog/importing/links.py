"""The links of standards: whom they replace, who drafted them, and what follows for the standards replaced."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pinzhi.engine.catalog.replaces import closing_cycle
from pinzhi.records.catalog import models
from pinzhi.records.catalog.importing.references import AMBIGUOUS, organisations, standards
from pinzhi.records.catalog.importing.store import (
    as_list,
    execute_many,
    insert,
    keep_past,
    moment,
    new_ids,
    one_of,
    select,
    table_of,
    update,
)

_REPLACEMENT = table_of(models.Replacement)
_DRAFTING = table_of(models.Drafting)
_STANDARD = table_of(models.Standard)


class Wanted(NamedTuple):
    """The links that a row gives a standard; None where the file has no such column, and they stay as they are."""

    replaces: tuple[str, ...] | None
    partly: tuple[str, ...] | None
    drafters: tuple[str, ...] | None


NO_LINKS = Wanted((), (), ())


def current(ids: Iterable[int]) -> dict[int, Wanted]:
    """Return the links that standards have now."""
    wanted = list(ids)
    edges: dict[tuple[int, bool], list[str]] = {}
    sql = f"SELECT new_id, partial, old_number FROM {_REPLACEMENT} WHERE {one_of('new_id')} AND recorded_until IS NULL"
    for new, partial, old in select(f"{sql} ORDER BY id", as_list(wanted)):
        edges.setdefault((new, bool(partial)), []).append(old)
    drafters: dict[int, list[str]] = {}
    sql = f"SELECT standard_id, name FROM {_DRAFTING} WHERE {one_of('standard_id')} AND recorded_until IS NULL"
    for standard, name in select(f"{sql} ORDER BY rank", as_list(wanted)):
        drafters.setdefault(standard, []).append(name)
    return {
        key: Wanted(tuple(edges.get((key, False), ())), tuple(edges.get((key, True), ())), tuple(drafters.get(key, ())))
        for key in wanted
    }


def same(wanted: Wanted, now: Wanted) -> bool:
    """Tell whether the links wanted are there; the order of replaced standards does not matter, of drafters it does."""
    return (
        (wanted.replaces is None or set(wanted.replaces) == set(now.replaces or ()))
        and (wanted.partly is None or set(wanted.partly) == set(now.partly or ()))
        and (wanted.drafters is None or wanted.drafters == now.drafters)
    )


def settle(
    wanted: Mapping[int, Wanted],
    before: Mapping[int, Wanted],
    arrived: Mapping[str, int],
    redated: set[int],
    now: datetime,
) -> set[int]:
    """Write the links of new and changed standards; return other standards that changed by it.

    ``before`` holds the links of those that existed; ``arrived`` the standards that are new, by canonical number;
    ``redated`` those whose dates changed, so that what they replace ends on another day.
    """
    touched = _settle_replacements(wanted, before, now)
    _settle_drafters(wanted, before, now)
    touched |= _connect_arrivals(arrived)
    touched |= _replaced_by(redated)
    return _settle_supersession(touched, now)


def _settle_replacements(wanted: Mapping[int, Wanted], before: Mapping[int, Wanted], now: datetime) -> set[int]:
    at = moment(now)
    fresh: list[tuple[int, str, bool]] = []
    stale: list[tuple[Any, int, str]] = []
    for key, links in wanted.items():
        known = before.get(key, NO_LINKS)
        if not (links.replaces or links.partly or known.replaces or known.partly):
            continue  # three of four standards replace nothing
        new = _edges(links, known)
        old = _edges(known, known)
        fresh += [(key, number, partial) for number, partial in new.items() if old.get(number) != partial]
        stale += [(at, key, number) for number, partial in old.items() if new.get(number) != partial]
    touched: set[int] = set()
    if stale:
        keys = as_list({row[1] for row in stale})
        sql = f"SELECT old_id FROM {_REPLACEMENT} WHERE {one_of('new_id')} AND recorded_until IS NULL"
        touched |= {row[0] for row in select(sql, keys) if row[0]}
        execute_many(
            f"UPDATE {_REPLACEMENT} SET recorded_until = %s"
            " WHERE new_id = %s AND old_number = %s AND recorded_until IS NULL",
            stale,
        )
    if fresh:
        olds = standards({number for _, number, _ in fresh})
        insert(
            _REPLACEMENT,
            ["id", "new_id", "old_id", "old_number", "partial", "recorded_at"],
            [
                (link, key, olds.get(number), number, partial, at)
                for link, (key, number, partial) in zip(new_ids(_REPLACEMENT, len(fresh)), fresh, strict=True)
            ],
        )
        touched |= {olds[number] for _, number, _ in fresh if number in olds}
    return touched


def _edges(links: Wanted, instead: Wanted) -> dict[str, bool]:
    """Return the numbers replaced, with whether partly; a column that the file lacks keeps what is there."""
    whole = links.replaces if links.replaces is not None else instead.replaces or ()
    part = links.partly if links.partly is not None else instead.partly or ()
    return dict.fromkeys(part, True) | dict.fromkeys(whole, False)


def _settle_drafters(wanted: Mapping[int, Wanted], before: Mapping[int, Wanted], now: datetime) -> None:
    fresh: list[tuple[int, int, str]] = []
    stale: list[int] = []
    for key, links in wanted.items():
        known = before.get(key, NO_LINKS).drafters or ()
        if links.drafters is None or links.drafters == known:
            continue
        fresh += [(key, rank, name) for rank, name in enumerate(links.drafters, start=1)]
        if known:
            stale.append(key)
    if stale:
        execute_many(
            f"UPDATE {_DRAFTING} SET recorded_until = %s WHERE standard_id = %s AND recorded_until IS NULL",
            [(moment(now), key) for key in stale],
        )
    if fresh:
        known_names = organisations({name for _, _, name in fresh})
        at = moment(now)
        insert(
            _DRAFTING,
            ["id", "standard_id", "organisation_id", "name", "rank", "recorded_at"],
            [
                (link, key, _certain(known_names.get(name)), name, rank, at)
                for link, (key, rank, name) in zip(new_ids(_DRAFTING, len(fresh)), fresh, strict=True)
            ],
        )


def _certain(key: int | None) -> int | None:
    return None if key == AMBIGUOUS else key


def _connect_arrivals(arrived: Mapping[str, int]) -> set[int]:
    """Give standards that have just arrived the links that waited for them by number."""
    if not arrived:
        return set()
    # "+old_id" keeps the databases from walking all waiting links instead of looking up the few numbers.
    sql = f"SELECT id, old_number FROM {_REPLACEMENT} WHERE {one_of('old_number')} AND +old_id IS NULL"
    waiting = select(sql, as_list(arrived))
    execute_many(
        f"UPDATE {_REPLACEMENT} SET old_id = %s WHERE id = %s",
        [(arrived[number], link) for link, number in waiting],
    )
    for table in (table_of(models.Capability), table_of(models.Certificate)):
        sql = f"SELECT id, standard_number FROM {table} WHERE {one_of('standard_number')} AND +standard_id IS NULL"
        execute_many(
            f"UPDATE {table} SET standard_id = %s WHERE id = %s",
            [(arrived[number], record) for record, number in select(sql, as_list(arrived))],
        )
    return {arrived[number] for _, number in waiting}


def connect_drafters(names: Mapping[str, int]) -> None:
    """Give organisations that have just arrived the drafting links that waited for them by name."""
    if not names:
        return
    sql = f"SELECT id, name FROM {_DRAFTING} WHERE {one_of('name')} AND +organisation_id IS NULL"
    waiting = select(sql, as_list(names))
    if not waiting:
        return
    certain = organisations({name for _, name in waiting})
    execute_many(
        f"UPDATE {_DRAFTING} SET organisation_id = %s WHERE id = %s",
        [(certain[name], link) for link, name in waiting if certain.get(name, AMBIGUOUS) != AMBIGUOUS],
    )


def _replaced_by(keys: set[int]) -> set[int]:
    if not keys:
        return set()
    sql = f"SELECT old_id FROM {_REPLACEMENT} WHERE {one_of('new_id')} AND recorded_until IS NULL"
    return {row[0] for row in select(sql, as_list(keys)) if row[0]}


def _settle_supersession(touched: set[int], now: datetime) -> set[int]:
    """Work out anew from which day standards are replaced: the first full replacement's day in force."""
    if not touched:
        return set()
    sql = (
        "SELECT s.id, s.superseded_on, "
        " (SELECT MIN(COALESCE(r.effective_on, n.effective_on, n.published_on))"
        f"   FROM {_REPLACEMENT} r JOIN {_STANDARD} n ON n.id = r.new_id"
        "   WHERE r.old_id = s.id AND NOT r.partial AND r.recorded_until IS NULL)"
        f" FROM {_STANDARD} s WHERE {one_of('s.id')}"
    )
    changed = {key: _iso(after) for key, before, after in select(sql, as_list(touched)) if _iso(before) != _iso(after)}
    keep_past(models.Standard, list(changed), now)
    at = moment(now)
    update(models.Standard, ["superseded_on", "recorded_at"], [(day, at, key) for key, day in changed.items()])
    return set(changed)


def _iso(day: Any) -> str | None:
    """SQLite gives a computed date as text, a column's as a date."""
    return day if day is None or isinstance(day, str) else str(day.isoformat())


def edges_below(numbers: Iterable[str], without: set[str]) -> dict[str, set[str]]:
    """Return the replacing edges reachable from numbers, downwards; those that start at ``without`` are left out.

    The graph is walked level by level, a query each: real chains are about ten editions long.
    """
    found: dict[str, set[str]] = {}
    ask, asked = set(numbers), set(without)
    while ask := ask - asked:
        sql = (
            f"SELECT s.canonical, r.old_number FROM {_STANDARD} s JOIN {_REPLACEMENT} r ON r.new_id = s.id"
            f" WHERE {one_of('s.canonical')} AND r.recorded_until IS NULL"
        )
        rows = select(sql, as_list(ask))
        for new, old in rows:
            found.setdefault(new, set()).add(old)
        asked |= ask
        ask = {old for _, old in rows}
    return found


def rows_closing_a_cycle(rows: Sequence[tuple[int, str, Iterable[str]]]) -> dict[int, tuple[str, ...]]:
    """Return the rows (place, number, numbers replaced) that would close a cycle, with the cycle.

    Rows are taken in order: the first one stands, the one that contradicts it is refused.
    """
    graph = edges_below({old for _, _, olds in rows for old in olds}, {number for _, number, _ in rows})
    refused: dict[int, tuple[str, ...]] = {}
    for place, number, olds in rows:
        cycle = next((found for old in olds if (found := closing_cycle(graph, number, old))), None)
        if cycle:
            refused[place] = cycle
        else:
            graph.setdefault(number, set()).update(olds)
    return refused
