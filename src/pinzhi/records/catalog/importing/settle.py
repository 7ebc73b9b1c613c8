"""Settle one batch of an import: what is new, what changed, what stays, and write it."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat
from typing import Any

from pinzhi.engine.catalog.intake.sheet import Sheet, digest_with
from pinzhi.engine.errors import BadInput
from pinzhi.records.catalog import models
from pinzhi.records.catalog.importing import links, personal
from pinzhi.records.catalog.importing.identities import (
    Known,
    give_codes,
    give_recipients,
    known_by_temporary_code,
    plain,
)
from pinzhi.records.catalog.importing.references import resolve
from pinzhi.records.catalog.importing.seen import SeenKeys
from pinzhi.records.catalog.importing.store import (
    as_list,
    close_state,
    insert,
    keep_past,
    moment,
    new_ids,
    one_of,
    select,
    spans,
    state_columns,
    table_of,
    update,
)
from pinzhi.records.catalog.importing.targets import LINKS, Target, defaults, own_columns
from pinzhi.records.catalog.search.outbox import announce


@dataclass(slots=True)
class Plan:
    """What is to be done with a batch. Places count its rows; ``digests`` and ``sheet`` are by place."""

    sheet: Sheet
    columns: dict[str, list[Any]]
    digests: list[int]
    new: list[int] = field(default_factory=list)
    changed: dict[int, Known] = field(default_factory=dict)
    redigested: dict[int, Known] = field(default_factory=dict)
    unchanged: dict[int, Known] = field(default_factory=dict)
    differences: dict[int, dict[str, tuple[Any, Any]]] = field(default_factory=dict)
    links_before: dict[int, links.Wanted] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        # Persons always: what is not public about them has no digest.
        return bool(self.new or self.changed or self.redigested or self.sheet.kind.name == "people")


@dataclass(slots=True)
class Settler:
    """Plans and writes the batches of one file."""

    target: Target
    seen: SeenKeys = field(default_factory=SeenKeys)
    keeps_older: bool = False  # whether a row may tell of a state before the recorded one; files may not

    def plan(self, sheet: Sheet, lines: Sequence[int]) -> Plan:
        """Compare a batch with what is recorded; refusals found on the way are added to the sheet."""
        resolve(sheet, self.target)
        if self.target.model is models.Organisation:
            give_codes(sheet)
        if self.target.model is models.Person:
            personal.give_codes(sheet)
        if self.target.model is models.Honour:
            give_recipients(sheet)
        plan = Plan(sheet, self._columns(sheet), self._digests(sheet))
        keys = self._keys(sheet)
        self._refuse_repeated(sheet, keys, lines)
        self._sort_rows(plan, keys)
        self._refuse_cycles(plan)
        self._compare(plan)
        return plan

    def _digests(self, sheet: Sheet) -> list[int]:
        """Links to records that may arrive later belong to the content: the same row may mean more next time."""
        optional = [
            sheet.values[one.column]
            for one in self.target.references
            if one.to != "standard" and not one.required and one.column in sheet.values
        ]
        if not optional:
            return sheet.digests
        return [digest_with(digest, keys) for digest, *keys in zip(sheet.digests, *optional, strict=True)]

    def _columns(self, sheet: Sheet) -> dict[str, list[Any]]:
        """Return the values by column of the table: own fields and foreign keys that the file fills."""
        own = own_columns(self.target, tuple(sheet.values))
        columns = {column: sheet.values[name] for name, column in own.items()}
        if self.target.has_history:
            columns.pop("valid_from", None)
        for reference in self.target.references:
            if reference.column in sheet.values and self.target.model is not models.Capability:
                columns[reference.column] = sheet.values[reference.column]
        if self.target.model is models.Capability:
            columns |= {name: sheet.values[name] for name in ("institution_id", "standard_id") if name in sheet.values}
        return columns

    def _keys(self, sheet: Sheet) -> list[Hashable | None]:
        """Return what makes each row the record it is; None for refused rows."""
        defaulted = defaults(self.target)
        parts = [sheet.values.get(name) or [defaulted[name]] * sheet.size for name in self.target.key]
        refused = sheet.refused
        return [None if place in refused else key for place, key in enumerate(zip(*parts, strict=True))]

    def _refuse_repeated(self, sheet: Sheet, keys: list[Hashable | None], lines: Sequence[int]) -> None:
        for place, first in self.seen.repeated(keys, lines).items():
            error = BadInput(
                "import.row.repeated",
                "与第 {line} 行是同一条记录，已按第 {line} 行处理。请删去或合并这一行。",
                "The same record as line {line}, which counts. Delete this row or merge the two.",
                line=first,
            )
            column = sheet.kind.required[0].name
            sheet.refuse(place, column, _shown(keys[place]), error)
            keys[place] = None

    def _sort_rows(self, plan: Plan, keys: list[Hashable | None]) -> None:
        known = self._known([key for key in keys if key is not None])
        if self.target.model is models.Organisation:
            known |= known_by_temporary_code(plan.sheet, keys, known)
        for place, key in enumerate(keys):
            if key is None:
                continue
            record = known.get(key)
            if record is None:
                plan.new.append(place)
            elif record.digest == plan.digests[place]:
                plan.unchanged[place] = record
            else:
                plan.changed[place] = record

    def _known(self, keys: list[Hashable]) -> dict[Hashable, Known]:
        target = self.target
        extra = ", digest, valid_from" if target.has_history else ", 0, NULL"
        sql = f"SELECT id{extra}, {', '.join(target.key)} FROM {table_of(target.model)} WHERE {one_of(target.key[0])}"
        if not target.has_history:
            sql += " AND recorded_until IS NULL"
        first = {key[0] for key in keys}  # type: ignore[index]
        rows = select(sql, as_list(first)) if first else []
        return {row[3:]: Known(row[0], row[1], plain(row[2])) for row in rows}

    def _refuse_cycles(self, plan: Plan) -> None:
        values = plan.sheet.values
        if "replaces" not in values and "partly_replaces" not in values:
            return
        rows = []
        for place in (*plan.new, *plan.changed):
            olds = [old for name in ("replaces", "partly_replaces") if name in values for old in values[name][place]]
            if olds:
                rows.append((place, values["canonical"][place], olds))
        for place, cycle in links.rows_closing_a_cycle(sorted(rows)).items():
            error = BadInput(
                "import.standard.replaces_cycle",
                "代替关系成了环：{cycle}。请改正其中一条。",
                "The standards replace each other in a circle: {cycle}. Correct one of them.",
                cycle=" → ".join(cycle),
            )
            plan.sheet.refuse(place, "replaces", cycle[1], error)
            plan.changed.pop(place, None)
            plan.new = [other for other in plan.new if other != place]

    def _compare(self, plan: Plan) -> None:
        """Look at the fields of rows whose digest differs: most often something changed, but not always."""
        if not plan.changed:
            return
        names = [name for name in plan.columns if name in state_columns(self.target.model)]
        ids = [record.id for record in plan.changed.values()]
        rows = self.target.model._default_manager.filter(pk__in=ids) if len(ids) < 900 else None
        stored = {
            row[0]: row[1:]
            for row in (rows.values_list("pk", *names) if rows is not None else self._all_of(ids, names))
        }
        if self.target.model is models.Standard and plan.sheet.values.keys() & set(LINKS):
            plan.links_before = links.current(ids)
        for place, record in list(plan.changed.items()):
            before = dict(zip(names, map(plain, stored[record.id]), strict=True))
            differing = {
                name: (before[name], plan.columns[name][place])
                for name in names
                if before[name] != plan.columns[name][place]
            }
            differing |= self._differing_links(plan, place, record)
            if differing:
                plan.differences[place] = differing
                self._refuse_older(plan, place, record)
            else:
                plan.unchanged[place] = plan.changed.pop(place)
                if self.target.has_history:
                    plan.redigested[place] = record

    def _all_of(self, ids: Sequence[int], names: Sequence[str]) -> list[Any]:
        found: list[Any] = []
        for start in range(0, len(ids), 900):
            part = self.target.model._default_manager.filter(pk__in=ids[start : start + 900])
            found += part.values_list("pk", *names)
        return found

    def _differing_links(self, plan: Plan, place: int, record: Known) -> dict[str, tuple[Any, Any]]:
        if record.id not in plan.links_before:
            return {}
        wanted, now = _wanted(plan.sheet, place), plan.links_before[record.id]
        if links.same(wanted, now):
            return {}
        both = (
            ("replaces", now.replaces, wanted.replaces),
            ("partly_replaces", now.partly, wanted.partly),
            ("drafters", now.drafters, wanted.drafters),
        )
        return {name: (before, after) for name, before, after in both if after is not None and before != after}

    def _refuse_older(self, plan: Plan, place: int, record: Known) -> None:
        """A state that began before the one recorded would rewrite what came after it: refuse it."""
        since = self._since(plan, place)
        if since and record.valid_from and since < record.valid_from and not self.keeps_older:
            error = BadInput(
                "import.row.older",
                "名录中已有自 {known} 起的状态，这一行自 {since} 起，更早。请在记录页上更正，或改起始日期。",
                "A state since {known} is recorded; this row is older, since {since}. Correct the record on its page,"
                " or change the date.",
                known=record.valid_from,
                since=since,
            )
            plan.sheet.refuse(place, "valid_from", since, error)
            del plan.changed[place]
            del plan.differences[place]

    def _since(self, plan: Plan, place: int) -> str | None:
        """Return the day on which the row's state began, if the row says so; None corrects the recorded state."""
        values = plan.sheet.values
        if not self.target.has_history:
            return None
        stated: str | None = values["valid_from"][place] if "valid_from" in values else None
        if stated is None and self.target.model is models.Certificate and "state_on" in values:
            differing = plan.differences.get(place, {})
            # A suspension changes a certificate from its day on; what was true before stays true.
            stated = values["state_on"][place] if "state" in differing else None
        return stated

    def write(self, plan: Plan, now: datetime) -> dict[int, int]:
        """Write the plan and return the keys of new records by place; the caller has opened the transaction."""
        created = self._write_new(plan, now)
        changed = self._write_changed(plan, now)
        self._write_digests(plan)
        touched: set[int] = set()
        if self.target.model is models.Standard:
            touched = self._write_links(plan, created, now)
        if self.target.model is models.Organisation:
            links.connect_drafters({plan.columns["name"][place]: key for place, key in created.items()})
        if self.target.model is models.Person:
            known = plan.changed | plan.unchanged
            personal.keep(plan.sheet, created | {place: record.id for place, record in known.items()}, now)
        self._announce(plan, {*created.values(), *changed, *touched}, now)
        return created

    def _write_new(self, plan: Plan, now: datetime) -> dict[int, int]:
        """Insert the new records; return their keys by place."""
        if not plan.new:
            return {}
        table = table_of(self.target.model)
        constants = defaults(self.target) | {"recorded_at": moment(now)}
        extra = ["digest", "valid_from"] if self.target.has_history else []
        given = [name for name in plan.columns if name in constants]
        unsaid = [name for name in constants if name not in plan.columns and name not in extra]
        ids = new_ids(table, len(plan.new))
        since = self._column_since(plan)
        columns = [plan.columns[name] for name in given]
        constant = [repeat(constants[name]) for name in unsaid]
        own = [plan.digests, since] if extra else []
        chosen = [self._at(values, plan.new) for values in (*columns, *own)]
        rows = zip(ids, *chosen[: len(columns)], *constant, *chosen[len(columns) :], strict=False)
        insert(table, ["id", *given, *unsaid, *extra], rows)
        return dict(zip(plan.new, ids, strict=True))

    def _at(self, values: Sequence[Any], places: Sequence[int]) -> Sequence[Any]:
        return values if len(places) == len(values) else [values[place] for place in places]

    def _column_since(self, plan: Plan) -> Sequence[str | None]:
        if self.target.has_history and "valid_from" in plan.sheet.values:
            return plan.sheet.values["valid_from"]
        return [None] * plan.sheet.size

    def _write_changed(self, plan: Plan, now: datetime) -> list[int]:
        """Change records, keeping what was believed; return their keys (new ones for capabilities)."""
        if not plan.changed:
            return []
        if not self.target.has_history:
            return self._replace_capabilities(plan, now)
        starts = {}
        for place, record in plan.changed.items():
            since = self._since(plan, place)
            if since and (record.valid_from is None or since > record.valid_from):
                starts[record.id] = since
        ids = [record.id for record in plan.changed.values()]
        keep_past(self.target.model, ids, now)
        close_state(self.target.model, starts, now)
        names = [name for name in plan.columns if name in state_columns(self.target.model)]
        at = moment(now)
        rows = [
            (
                *[plan.columns[name][place] for name in names],
                plan.digests[place],
                at,
                starts.get(record.id, record.valid_from),
                record.id,
            )
            for place, record in plan.changed.items()
        ]
        update(self.target.model, [*names, "digest", "recorded_at", "valid_from"], rows)
        return ids

    def _replace_capabilities(self, plan: Plan, now: datetime) -> list[int]:
        """A capability keeps one time only: the old row ends, a new one begins."""
        update(models.Capability, ["recorded_until"], [(moment(now), record.id) for record in plan.changed.values()])
        plan.new, before = list(plan.changed), plan.new
        created = self._write_new(plan, now)
        plan.new = before
        return list(created.values())

    def _write_digests(self, plan: Plan) -> None:
        rows = [(plan.digests[place], record.id) for place, record in plan.redigested.items()]
        update(self.target.model, ["digest"], rows)

    def _write_links(self, plan: Plan, created: Mapping[int, int], now: datetime) -> set[int]:
        keys = dict(created) | {place: record.id for place, record in plan.changed.items()}
        values = plan.sheet.values
        wanted = {}
        if values.keys() & set(LINKS):
            wanted = {key: _wanted(plan.sheet, place) for place, key in keys.items()}
        arrived = {values["canonical"][place]: key for place, key in created.items()}
        redated = {
            record.id
            for place, record in plan.changed.items()
            if plan.differences[place].keys() & {"effective_on", "published_on"}
        }
        return links.settle(wanted, plan.links_before, arrived, redated, now)

    def _announce(self, plan: Plan, ids: set[int], now: datetime) -> None:
        """Tell the search index; last in the transaction, as the outbox asks."""
        target = self.target
        if not target.searched_as:
            return
        if target.searched_by != "id":
            owners = plan.sheet.values.get(target.searched_by, [])
            before = [one.get(target.searched_by, (None, None))[0] for one in plan.differences.values()]
            ids = {key for key in (*(owners[place] for place in (*plan.new, *plan.changed) if owners), *before) if key}
        for first, last in spans(ids):
            announce(target.searched_as, first, last, now)


def _wanted(sheet: Sheet, place: int) -> links.Wanted:
    values = sheet.values
    return links.Wanted(
        values["replaces"][place] if "replaces" in values else None,
        values["partly_replaces"][place] if "partly_replaces" in values else None,
        values["drafters"][place] if "drafters" in values else None,
    )


def _shown(key: Any) -> str:
    return " ".join(str(part) for part in key if part) if key else ""
