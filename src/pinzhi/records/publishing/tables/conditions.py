"""Conditions of figures as conditions of the database."""

from typing import Any

from django.db.models import Case, Expression, F, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from pinzhi.engine.rulebook.figure_parts import Where
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.publishing.sources.shapes import Field, Side, Source
from pinzhi.records.publishing.tables.asks import Ask, Period
from pinzhi.records.publishing.times import AsOf

Rows = QuerySet[Any]


def name_of(source: Source, name: str) -> str:
    """Return the lookup name of a field: its columns, or the alias that ``named`` gives its expression."""
    field = source.fields[name]
    return f"figure_{name}" if field.value or field.many else field.path


def named(source: Source, side: Side, rows: Rows, fields: frozenset[str], *, counted: bool = False) -> Rows:
    """Give the expressions behind some fields a name to ask by; fields that are columns have one.

    What is looked at after the conditions (``counted``) has to be selected too, flags as well: the database may put an
    aggregate around the rows, from where a condition no longer reaches into other tables.
    """
    given: dict[str, Any] = {}
    for name in sorted(fields):
        field = source.fields[name]
        if field.flag is not None and counted:
            given[f"figure_{name}"] = Case(When(field.flag(side), then=Value(True)), default=Value(False))
        elif field.many:
            given[f"figure_{name}"] = Concat(Value(";"), _bare(field, side), Value(";"))
        elif field.value is not None:
            given[f"figure_{name}"] = field.value(side)
    if not given:
        return rows
    selected: Rows = rows.annotate(**given) if counted else rows.alias(**given)
    return selected


def condition(source: Source, side: Side, ask: Ask, *, counted: bool = False) -> Q:
    """Return everything an ask demands of records; ``counted`` where ``named`` has selected what it looks at."""
    wanted = Q()
    for where in ask.where:
        wanted &= where_q(source, side, where, counted=counted)
    return wanted & period_q(source, ask.period) if ask.period else wanted


def where_q(source: Source, side: Side, where: Where, *, counted: bool = False) -> Q:
    """Return one condition."""
    field, operator = source.fields[where.field], where.operator
    if field.flag is not None and counted:
        return Q(**{f"figure_{where.field}": bool(where.is_)})
    if field.flag is not None:
        held = field.flag(side)
        return held if where.is_ else ~held
    name = name_of(source, where.field)
    if field.many:
        return _many(name, where)
    if operator == "present":
        empty = Q(**{name: None}) | (Q(**{name: ""}) if field.kind in ("text", "code") else Q())
        return ~empty if where.present else empty
    if operator in ("starts", "at_least", "at_most"):
        lookup = {"starts": "startswith", "at_least": "gte", "at_most": "lte"}[operator]
        return Q(**{f"{name}__{lookup}": where.operands[0]})
    values = expanded(field, where, side.at)
    if operator == "not_in":
        return ~Q(**{f"{name}__in": values})
    return Q(**{name: values[0]}) if len(values) == 1 else Q(**{f"{name}__in": values})


def expanded(field: Field, where: Where, at: AsOf) -> list[Any]:
    """Return the values a condition names; of a district also those of the districts merged into it by the day."""
    values = list(where.operands)
    if field.codelist != "districts":
        return values
    districts = rulebook().codelist("districts")
    meant = {districts.current(str(one), at.on) for one in values}
    return sorted(meant | {one for one in districts.codes if districts.current(one, at.on) in meant})


def groups(field: Field, value: Any, at: AsOf) -> tuple[str, ...]:
    """Return what a value counts under: the district it went to, each of several values; empty where none is known."""
    text = "" if value is None else str(value)
    if field.many:
        return tuple(dict.fromkeys(one for one in text.split(";") if one)) or ("",)
    return (rulebook().codelist("districts").current(text, at.on),) if field.codelist == "districts" else (text,)


def period_q(source: Source, period: Period) -> Q:
    """Return the condition that a date lies in a period; up to a day also unknown dates do."""
    name = name_of(source, period.field)
    if period.days.first is None:
        return Q(**{name: None}) | Q(**{f"{name}__lte": period.days.last})
    return Q(**{f"{name}__gte": period.days.first, f"{name}__lte": period.days.last})


def filled(source: Source, name: str) -> Q:
    """Return the condition that a field has a value."""
    field, lookup = source.fields[name], name_of(source, name)
    present = Q(**{f"{lookup}__isnull": False})
    return present & ~Q(**{lookup: ""}) if field.kind in ("text", "code") else present


def _many(name: str, where: Where) -> Q:
    if where.operator == "present":
        return ~Q(**{f"{name}__in": (";;", ";")}) if where.present else Q(**{f"{name}__in": (";;", ";")})
    held = Q()
    for value in where.operands:
        text = f";{value}" if where.operator == "starts" else f";{value};"
        held |= Q(**{f"{name}__contains": text})
    return ~held if where.operator == "not_in" else held


def _bare(field: Field, side: Side) -> Expression | F:
    bare: Expression | F = field.value(side) if field.value is not None else F(field.path)
    return bare
