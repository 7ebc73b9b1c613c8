"""Tell in words what a plan would change in one record."""

from typing import Any

from pinzhi.engine.texts import Text
from pinzhi.records.catalog.importing.report import FieldChange, RecordChange
from pinzhi.records.catalog.importing.settle import Plan
from pinzhi.records.catalog.importing.targets import LINKS, TARGETS, own_columns


def record_change_of(plan: Plan, place: int, line: int) -> RecordChange:
    """Return what would change in one record; foreign keys are told by the words of the file."""
    target = TARGETS[plan.sheet.kind.name]
    named = {reference.column: reference.field for reference in target.references}
    keys = ["organisation" if name == "institution_id" else named.get(name, name) for name in target.key]
    values = plan.sheet.values
    key = " ".join(str(values[name][place]) for name in keys if name in values and values[name][place])
    if place in plan.differences:
        fields = [
            _changed(plan, named.get(name, name), place, before, after)
            for name, (before, after) in plan.differences[place].items()
        ]
    else:
        filled = (*own_columns(target, tuple(values)), *named.values(), *LINKS)
        fields = [
            _field(plan, name, "", values[name][place])
            for name in dict.fromkeys(filled)
            if name in values and values[name][place]
        ]
    return RecordChange(line, key, place not in plan.differences, tuple(fields))


def _changed(plan: Plan, name: str, place: int, before: Any, after: Any) -> FieldChange:
    in_file = plan.sheet.values.get(name)
    return _field(plan, name, before, in_file[place] if in_file else after)


def _field(plan: Plan, name: str, before: Any, after: Any) -> FieldChange:
    label = next((column.label for column in plan.sheet.kind.columns if name in column.fields), Text(name, name))
    return FieldChange(name, label, _words(before), _words(after))


def _words(value: Any) -> str:
    if isinstance(value, tuple):
        return ";".join(value)
    return "" if value is None else str(value)
