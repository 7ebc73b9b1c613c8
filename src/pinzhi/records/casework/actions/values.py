"""What the fields of a case may hold: each checked by its kind and kept as text, the personal ones sealed."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from pinzhi.engine.catalog.codes import parse
from pinzhi.engine.errors import BadIdentifier, BadInput
from pinzhi.engine.rulebook.case_parts import CaseField
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.records.casework.fields import SPOT, open_box, organisation_named, sealed_box, spot_of
from pinzhi.records.casework.models import Case
from pinzhi.records.casework.rules import SEALED
from pinzhi.records.catalog.rulebook import rulebook

LONGEST = {"text": 200, "long": 10_000, "contact": 200, "organisation": 200, "place": 300, "standard": 200}
_CENT = Decimal("0.01")
_LARGEST = Decimal(10) ** 12


def checked_values(kind: CaseType, values: Mapping[str, str]) -> dict[str, str]:
    """Return the fields in their plain form; an empty one clears the field.

    Raises BadInput naming the field, what was found and what would be right; also for fields that the type lacks.
    """
    found = {}
    for code, value in values.items():
        field = kind.field_of(code)
        if field is None:
            raise BadInput(
                "casework.field.unknown",
                "“{kind_zh}”没有“{code}”这一项。",
                "“{kind}” has no field “{code}”.",
                kind_zh=kind.title.zh,
                kind=kind.title.en,
                code=code[:60],
            )
        plain = value.replace("\x00", "").replace("\r\n", "\n").strip()
        found[code] = _checked(field, plain) if plain else ""
    return found


def keep_values(case: Case, kind: CaseType, values: Mapping[str, str]) -> dict[str, str]:
    """Write checked fields into a case, the personal ones into its box; return what a step may show of them."""
    personal = open_box(case)
    shown = {}
    for code, value in values.items():
        field = kind.field_of(code)
        if field is not None and field.personal:
            personal[code] = value
            shown[code] = ""
        else:
            case.values[code] = value
            shown[code] = value
    filled = {code: value for code, value in personal.items() if value}
    case.values[SEALED] = sorted(filled)
    case.sealed = sealed_box(case, filled) if filled else None
    return shown


def _checked(field: CaseField, value: str) -> str:
    most = LONGEST.get(field.kind, 100)
    if len(value) > most:
        raise _wrong(field, f"有 {len(value)} 字，最多 {most} 字", f"has {len(value)} characters; at most {most}")
    if field.codelist:
        return _listed(field, value)
    match field.kind:
        case "choice":
            return _choice(field, value)
        case "number" | "money":
            return _number(field, value)
        case "date":
            return _date(field, value)
        case "flag":
            return _flag(field, value)
        case "place":
            return _place(field, value)
        case "organisation":
            return _organisation(field, value)
        case "standard":
            return _standard(field, value)
    return value


def _choice(field: CaseField, value: str) -> str:
    if value not in {one.code for one in field.choices}:
        raise _wrong(
            field,
            f"是“{value}”，应为 {'、'.join(one.title.zh for one in field.choices)} 之一",
            f"is “{value}”; expected one of {', '.join(one.code for one in field.choices)}",
        )
    return value


def _listed(field: CaseField, value: str) -> str:
    if value not in rulebook().codelist(field.codelist):
        raise _wrong(
            field,
            f"是“{value[:40]}”，不在代码表里",
            f"is “{value[:40]}”, which is no code of the list {field.codelist}",
        )
    return value


def _number(field: CaseField, value: str) -> str:
    try:
        number = Decimal(value.replace(",", ""))
    except InvalidOperation:
        raise _wrong(field, f"是“{value}”，应为数字", f"is “{value}”; expected a number") from None
    if not number.is_finite() or abs(number) >= _LARGEST or (field.kind == "money" and number < 0):
        raise _wrong(field, f"是“{value}”，超出了范围", f"is “{value}”, out of range")
    if field.kind == "money" and number != number.quantize(_CENT):
        raise _wrong(field, "最多两位小数", "has at most two digits after the point")
    return format(number, "f")


def _date(field: CaseField, value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise _wrong(
            field, f"是“{value}”，应为日期，如 2024-01-04", f"is “{value}”; expected a date: 2024-01-04"
        ) from None


def _flag(field: CaseField, value: str) -> str:
    if value not in ("yes", "no"):
        raise _wrong(field, f"是“{value}”，应为 yes 或 no", f"is “{value}”; expected yes or no")
    return value


def _place(field: CaseField, value: str) -> str:
    """Return a place whose coordinates, if it has any, are some and lie in the city."""
    if not SPOT.fullmatch(value):
        return value
    spot, city = spot_of(value), rulebook().city
    if spot is None:
        raise _wrong(
            field,
            f"是“{value}”，纬度在 -90 到 90 之间，经度在 -180 到 180 之间",
            f"is “{value}”; latitude lies within 90 and longitude within 180 degrees",
        )
    if city.bounds is not None and not city.bounds.holds(spot.latitude, spot.longitude):
        raise _wrong(
            field,
            f"是 {spot.latitude}, {spot.longitude}，不在{city.short_name.zh}。请改坐标，或只写地址",
            f"is {spot.latitude}, {spot.longitude}, outside {city.short_name.en}. Mend it, or give the address alone",
        )
    return value


def _organisation(field: CaseField, value: str) -> str:
    """Return the credit code of a registered organisation; the words as they are where nobody is registered so."""
    found = organisation_named(value)
    return found.code if found else value


def _standard(field: CaseField, value: str) -> str:
    try:
        return parse(value).canonical
    except BadIdentifier as refused:
        raise _wrong(field, refused.text.zh.rstrip("。"), refused.text.en.rstrip(".")) from None


def _wrong(field: CaseField, zh: str, en: str) -> BadInput:
    return BadInput(
        "casework.field.value",
        "“{field_zh}”{wrong_zh}。",
        "“{field}” {wrong}.",
        field_zh=field.title.zh,
        field=field.title.en,
        code=field.code,
        wrong_zh=zh,
        wrong=en,
    )
