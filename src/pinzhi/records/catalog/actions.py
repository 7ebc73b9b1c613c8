"""Write the catalogue by hand: create, correct or change one record, with its history, journal and search outbox."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from pinzhi.engine.catalog.intake import contradictions
from pinzhi.engine.catalog.intake.kinds import KINDS
from pinzhi.engine.catalog.intake.sheet import Problem, Reader
from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.catalog.history import TWINS, states_of
from pinzhi.records.catalog.importing.describe import record_change_of
from pinzhi.records.catalog.importing.identities import Known
from pinzhi.records.catalog.importing.run import code_lists
from pinzhi.records.catalog.importing.settle import Plan, Settler
from pinzhi.records.catalog.importing.targets import TARGETS, Target
from pinzhi.records.catalog.models import Person
from pinzhi.records.clock import today
from pinzhi.records.journal.actions import write as write_journal

# What one record of each kind of file is called.
PLURALS = {
    "standard": "standards",
    "organisation": "organisations",
    "institution": "institutions",
    "capability": "capabilities",
    "certificate": "certificates",
    "product": "products",
    "brand": "brands",
    "person": "people",
    "honour": "honours",
    "place": "places",
    "document": "documents",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a permission asks about: the district in which the record lies, or would lie."""

    district: str = ""


def record_change(
    *,
    actor: Actor,
    kind: str,
    key: str,
    values: Mapping[str, Any],
    valid_from: date | None,
    now: datetime,
) -> int:
    """Create, correct or change one record; return its primary key.

    ``key`` is what the record is known by (a number, a code; the organisation for institutions, products, brands and
    capabilities) and ``values`` are cells by column, as in an import file, so the same rules hold: ``replaces`` and
    ``drafters`` of a standard too. What is not among the values stays.

    ``valid_from`` None or equal to the recorded one corrects: the old belief is kept as no longer believed. A later
    day changes: the state before stays believed, ended on that day. An earlier day tells of a state in the past.
    Nothing is written when nothing differs.
    """
    if kind not in PLURALS:
        raise NotFound("catalog.kind", "没有“{kind}”这一类记录。", "There is no kind “{kind}”.", kind=kind)
    target = TARGETS[PLURALS[kind]]
    cells = _cells(kind, key, values)
    with transaction.atomic():
        settler = Settler(target, keeps_older=True)
        plan = _plan(settler, kind, cells, valid_from, today(now))
        _require_allowed(actor, target, plan)
        record = _settle(settler, target, plan, valid_from, now)
        if plan.new or plan.changed:
            _tell_journal(actor, kind, key, plan, valid_from, now)
    return record


def _cells(kind: str, key: str, values: Mapping[str, Any]) -> dict[str, list[str]]:
    identity = "code" if kind in ("organisation", "person") else KINDS[PLURALS[kind]].required[0].name
    cells = {name: [_cell(value)] for name, value in values.items()} | {identity: [key]}
    if kind == "organisation" and "name" not in cells:
        # A file of organisations needs names; an edit of one of them may leave its name alone.
        name = TARGETS["organisations"].model._default_manager.filter(code=key).values_list("name", flat=True).first()
        cells["name"] = [name or ""]
    known = {column.name for column in KINDS[PLURALS[kind]].columns}
    unknown = cells.keys() - known
    if unknown:
        raise BadInput(
            "catalog.field",
            "没有“{field}”这一项。",
            "There is no field “{field}”.",
            field=min(unknown),
        )
    return cells


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ";".join(map(str, value))
    return "" if value is None else str(value).strip()


def _plan(settler: Settler, kind: str, cells: dict[str, list[str]], valid_from: date | None, on: date) -> Plan:
    sheet = Reader(KINDS[PLURALS[kind]], tuple(cells), code_lists()).sheet(cells, 1)
    if valid_from and settler.target.has_history:
        sheet.values["valid_from"] = [valid_from.isoformat()]
    contradictions.check(sheet, on)
    plan = settler.plan(sheet, [1])
    _require_sound([problem for problem in sheet.problems if not problem.is_warning])
    return plan


def _require_sound(problems: list[Problem]) -> None:
    if not problems:
        return
    first = problems[0]
    plain = [text.replace("{", "{{").replace("}", "}}") for text in (first.text.zh, first.text.en)]
    fields = {problem.field: problem.text for problem in reversed(problems)}
    raise BadInput(first.code, plain[0], plain[1], field=first.field, value=first.value, fields=fields)


def _require_allowed(actor: Actor, target: Target, plan: Plan) -> None:
    """A district's officer may change what lies in the district, and may not move it out or in."""
    existing = _existing(plan)
    if existing is not None:
        require(actor, "catalog.edit", Subject(_district(target.model._default_manager.get(pk=existing.id))))
    values = plan.sheet.values
    if "district" in values:
        require(actor, "catalog.edit", Subject(values["district"][0]))
    elif existing is None:
        holder = values.get("organisation_id") or values.get("holder_id") or values.get("owner_id") or [None]
        owner = TARGETS["organisations"].model._default_manager.filter(pk=holder[0]).first()
        require(actor, "catalog.edit", Subject(_district(owner)))


def _district(record: Model | None) -> str:
    """Return the district of a record, or of the organisation behind it; empty if it lies in none."""
    if record is None:
        return ""
    for place in (record, *(getattr(record, name, None) for name in ("organisation", "holder", "owner"))):
        district = getattr(place, "district", None)
        if isinstance(district, str):
            return district
    return _district(getattr(record, "institution", None))


def _settle(settler: Settler, target: Target, plan: Plan, valid_from: date | None, now: datetime) -> int:
    """Write what the plan says; leave in it only what was written."""
    known = _existing(plan)
    if known is not None and target.has_history and _is_past(valid_from, known.valid_from):
        plan.changed.clear()
        if _record_past(target, plan, known.id, str(valid_from), now):
            plan.changed[0] = known
        return known.id
    if not plan.new and not plan.changed and target.model is not Person:
        return known.id if known else 0
    plan.digests[0] = 0  # no file has written this: the next import looks at every field
    created = settler.write(plan, now)
    return created[0] if created else known.id if known else 0


def _existing(plan: Plan) -> Known | None:
    found = [*plan.changed.values(), *plan.unchanged.values()]
    return found[0] if found else None


def _is_past(valid_from: date | None, recorded: str | None) -> bool:
    return valid_from is not None and recorded is not None and valid_from.isoformat() < recorded


def _record_past(target: Target, plan: Plan, record: int, since: str, now: datetime) -> bool:
    """Tell of a state before the one that holds now: it goes among the earlier ones; False if it says nothing new."""
    day = date.fromisoformat(since)
    states = states_of(target.model, record)
    before = [state for state in states if (state.valid_from or date.min) <= day]
    after = next(state for state in states if (state.valid_from or date.min) > day)
    like = before[-1] if before else after
    columns = {name: values[0] for name, values in plan.columns.items()}
    differing = {
        name: (_plain(getattr(like, name)), value)
        for name, value in columns.items()
        if _plain(getattr(like, name)) != value
    }
    if before and not differing:
        return False
    plan.differences[0] = differing
    twin = TWINS[target.model]
    fields = [field.attname for field in target.model._meta.concrete_fields if not field.primary_key]
    kept = {name: getattr(like, name) for name in fields}
    told = kept | columns | {"valid_from": day, "valid_to": after.valid_from, "recorded_at": now, "digest": 0}
    if before:
        twin._default_manager.filter(pk=like.pk).update(recorded_until=now)
        if like.valid_from == day:
            told["valid_to"] = like.valid_to
        else:
            twin._default_manager.create(**kept | {"valid_to": day, "recorded_at": now}, subject_id=record)
    twin._default_manager.create(**told, subject_id=record)
    return True


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _tell_journal(actor: Actor, kind: str, key: str, plan: Plan, valid_from: date | None, now: datetime) -> None:
    change = record_change_of(plan, 0, 1)
    write_journal(
        at=now,
        actor=actor.key,
        action="catalog.create" if change.is_new else "catalog.edit",
        object_kind=kind,
        object_key=key[:200],
        detail={
            "valid_from": valid_from.isoformat() if valid_from else None,
            "fields": {field.field: [field.before, field.after] for field in change.fields},
        },
    )
