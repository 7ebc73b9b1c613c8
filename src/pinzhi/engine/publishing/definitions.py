"""Whether figures fit the records there are: sources, fields, values, units, circles, privacy."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pinzhi.engine.rulebook.figure_parts import (
    Count,
    Distinct,
    Listed,
    Operand,
    Rank,
    Ratio,
    Streak,
    Sum,
    ValueOf,
    Where,
)
from pinzhi.engine.rulebook.figures import Figure
from pinzhi.engine.rulebook.shapes import Fault
from pinzhi.engine.texts import Text

FieldKind = Literal["text", "code", "date", "number", "flag"]
_FITTING: Mapping[str, frozenset[str]] = {
    "text": frozenset({"is", "in", "not_in", "starts", "present"}),
    "code": frozenset({"is", "in", "not_in", "starts", "present"}),
    "date": frozenset({"is", "at_least", "at_most", "present"}),
    "number": frozenset({"is", "in", "not_in", "at_least", "at_most", "present"}),
    "flag": frozenset({"is"}),
}
_TYPES: Mapping[str, tuple[tuple[type, ...], Text]] = {
    "text": ((str,), Text("加引号的文字", "text in quotes")),
    "code": ((str,), Text("加引号的代码", "a code in quotes")),
    "date": ((date,), Text("不加引号的日期", "a date without quotes")),
    "number": ((int, Decimal), Text("数", "a number")),
    "flag": ((bool,), Text("true 或 false", "true or false")),
}


@dataclass(frozen=True, slots=True)
class FieldShape:
    """What may be asked of a field of the records.

    ``codes`` are its values where they are a closed list. ``dimension``: figures may be broken down by it;
    ``overlaps``: a record may count under several of its values, so that rows do not add up; ``joined``: it belongs to
    another record, so that its numbers must not be added up.
    """

    kind: FieldKind
    codes: frozenset[str] = frozenset()
    dimension: bool = False
    overlaps: bool = False
    joined: bool = False


@dataclass(frozen=True, slots=True)
class SourceShape:
    """What may be asked of the records of a source.

    ``repeats`` is the field by which the same thing may stand in several rows (a standard with its drafters): counting
    rows would count it several times. ``personal`` sources tell of people.
    """

    fields: Mapping[str, FieldShape]
    repeats: str = ""
    personal: bool = False


def faults(figures: Iterable[Figure], sources: Mapping[str, SourceShape]) -> Iterator[tuple[Figure, Fault]]:
    """Yield what does not fit: figures beside the records there are, and beside one another."""
    known = list(figures)
    by_id = {one.id: one for one in known}
    for figure in known:
        for fault in _own_faults(figure, sources):
            yield figure, fault
        for fault in _named_faults(figure, by_id):
            yield figure, fault
    for figure in known:
        if circle := _circle(figure, by_id):
            path = " → ".join(circle)
            yield figure, Fault(figure.kind, Text(f"绕成了一圈：{path}。", f"This runs in a circle: {path}."))


def _own_faults(figure: Figure, sources: Mapping[str, SourceShape]) -> Iterator[Fault]:
    records = figure.records
    if records is None:
        return
    key = figure.kind
    source = sources.get(records.source)
    if source is None:
        yield Fault(f"{key}.from", _none(records.source, "来源", "source", sources))
        return
    yield from _field_faults(figure, source)
    for place, where in figure.conditions():
        yield from _where_faults(place, where, source)
    yield from _measure_faults(figure, source)
    yield from _dimension_faults(figure, source)
    if source.personal and figure.kind not in ("count", "distinct", "ratio"):
        yield Fault(
            key,
            Text(
                "来源涉及个人，只能计数或算份额：别的算法会指出个人。",
                "The source tells of people: only counts and shares of it are published.",
            ),
        )
    if source.personal and len(figure.dimensions.by) > 1:
        yield Fault(
            "dimensions.by",
            Text(
                "来源涉及个人，只能按一项分开：两张表相减会指出少数人。",
                "The source tells of people: it is taken apart by one field alone. Two tables side by side would let"
                " few people be worked out.",
            ),
        )
    if (figure.privacy == "group") != source.personal:
        yield Fault(
            "privacy",
            Text("来源涉及个人，应为 group。", "The source tells of people: expected “group”.")
            if source.personal
            else Text("来源不涉及个人，group 只用于涉及个人的来源。", "“group” is for sources that tell of people."),
        )


def _field_faults(figure: Figure, source: SourceShape) -> Iterator[Fault]:
    """Yield fields named by the measure that the source does not have."""
    records = figure.records
    named: dict[str, str] = {}
    if records is not None and records.period is not None:
        named["period.field"] = records.period.field
    match figure.measure:
        case Distinct(of=of) | Sum(of=of) | ValueOf(of=of):
            named["of"] = of
        case Listed(show=show, order=order):
            named |= {"show": show, "order": order or show}
        case Streak(along=along):
            named["along"] = along
        case Rank(by=by, of=of):
            named |= {"by": by, "of": of or by}
        case _:
            pass
    for key, name in named.items():
        if name not in source.fields:
            yield Fault(f"{figure.kind}.{key}", _none(name, "字段", "field", source.fields))
        elif key == "period.field" and source.fields[name].kind != "date":
            yield Fault(f"{figure.kind}.{key}", Text(f"“{name}”不是日期。", f"“{name}” is no date."))


def _where_faults(key: str, where: Where, source: SourceShape) -> Iterator[Fault]:
    field = source.fields.get(where.field)
    if field is None:
        yield Fault(f"{key}.field", _none(where.field, "字段", "field", source.fields))
        return
    operator = where.operator
    if operator not in _FITTING[field.kind]:
        fitting = ", ".join(sorted(_FITTING[field.kind]))
        yield Fault(
            f"{key}.{operator}",
            Text(
                f"“{where.field}”不能用 {operator} 比较，可用 {fitting}。",
                f"“{where.field}” cannot be compared with {operator}; it takes {fitting}.",
            ),
        )
        return
    if operator == "present":
        return
    for value in where.operands:
        if (fault := _value_fault(value, field, closed=operator != "starts")) is not None:
            yield Fault(f"{key}.{operator}", fault)


def _value_fault(value: Operand, field: FieldShape, *, closed: bool) -> Text | None:
    types, expected = _TYPES[field.kind]
    wrong = not isinstance(value, types) or isinstance(value, datetime)
    if wrong or (isinstance(value, bool) and field.kind != "flag"):
        return Text(f"是 {value}，应为{expected.zh}。", f"Found {value}; expected {expected.en}.")
    if closed and field.codes and value not in field.codes:
        known = ", ".join(sorted(field.codes)[:20])
        return Text(f"没有“{value}”这个值，可以是 {known}。", f"There is no “{value}”; it may be {known}.")
    return None


def _measure_faults(figure: Figure, source: SourceShape) -> Iterator[Fault]:
    measure = figure.measure
    if source.repeats and isinstance(measure, Count | Ratio | Sum):
        yield Fault(
            figure.kind,
            Text(
                f'这个来源里同一“{source.repeats}”可以有几行，会重复计数。请用 distinct："{source.repeats}"。',
                f"In this source several rows may be of the same “{source.repeats}”, which would count twice. Use"
                f" “distinct” of “{source.repeats}”.",
            ),
        )
    if isinstance(measure, Sum) and measure.of in source.fields:
        field = source.fields[measure.of]
        if field.kind != "number" or field.joined:
            yield Fault(
                "sum.of",
                Text("应是记录自己的数，别的记录的数会加上几遍。",
                     "Expected a number of the records themselves: those of others would be added several times."),
            )  # fmt: skip
    if isinstance(measure, Rank) and measure.by in source.fields and not source.fields[measure.by].dimension:
        yield Fault("rank.by", Text("这个字段不能用来比较。", "Nothing can be compared by this field."))


def _dimension_faults(figure: Figure, source: SourceShape) -> Iterator[Fault]:
    fitting = [name for name, field in source.fields.items() if field.dimension]
    for number, name in enumerate(figure.dimensions.by, start=1):
        if name not in fitting:
            yield Fault(f"dimensions.by.{number}", _none(name, "可分解的字段", "field to break down by", fitting))
    parts = figure.dimensions.parts
    if parts in fitting and (source.fields[parts].overlaps or figure.kind not in ("count", "sum")):
        yield Fault(
            "dimensions.parts",
            Text(f"按“{parts}”分的各行加起来不等于总数，不能当作组成部分。",
                 f"Rows by “{parts}” do not add up to the figure: they are no parts of it."),
        )  # fmt: skip


def _named_faults(figure: Figure, by_id: Mapping[str, Figure]) -> Iterator[Fault]:
    missing = False
    for key, name in figure.named:
        if name not in by_id:
            missing = True
            yield Fault(key, _none(name, "数字", "figure", by_id))
    measure = figure.measure
    if missing or not isinstance(measure, Ratio) or not measure.numerator:
        return
    part, whole = by_id[measure.numerator], by_id[measure.denominator]
    if part.unit != whole.unit:
        yield Fault(
            "ratio.numerator",
            Text(
                f"{part.id} 的单位是“{part.unit.zh}”，{whole.id} 的是“{whole.unit.zh}”，不能相除。",
                f"{part.id} counts {part.unit.en}, {whole.id} {whole.unit.en}: one is no share of the other.",
            ),
        )


def _circle(figure: Figure, by_id: Mapping[str, Figure], seen: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the circle of figures made of one another that a figure begins, the way round; empty for none."""
    path = (*seen, figure.id)
    for _, name in figure.made_of:
        if name == path[0]:
            return (*path, name)
        if name not in path and name in by_id and (found := _circle(by_id[name], by_id, path)):
            return found
    return ()


def _none(found: str, zh: str, en: str, known: Iterable[str]) -> Text:
    listed = ", ".join(list(known)[:40]) or "—"
    return Text(f"没有“{found}”这个{zh}。现有：{listed}。", f"There is no {en} “{found}”. There are: {listed}.")
