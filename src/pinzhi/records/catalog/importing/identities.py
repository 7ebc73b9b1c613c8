"""Who a row is about: codes for organisations that have none, recipients, and records that are known already."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pinzhi.engine.catalog.credit import temporary_code
from pinzhi.engine.catalog.intake.sheet import Sheet
from pinzhi.records.catalog import models
from pinzhi.records.catalog.importing.references import organisations
from pinzhi.records.catalog.importing.store import as_list, one_of, select, table_of


@dataclass(frozen=True, slots=True)
class Known:
    """A record that exists: its primary key, the digest of what was imported, since when its state holds."""

    id: int
    digest: int
    valid_from: str | None


def plain(value: Any) -> Any:
    """Return a stored value as the sheet holds it: days as text, degrees with five places."""
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.5f}" if isinstance(value, Decimal) else value


def give_codes(sheet: Sheet) -> None:
    """Organisations without a credit code are found by name, or get a temporary id made from it."""
    given = sheet.values.get("code") or [""] * sheet.size
    names = [name for code, name in zip(given, sheet.values["name"], strict=True) if not code and name]
    if not names:
        return
    known = organisations(names)
    keys = as_list([key for key in known.values() if key > 0])
    codes: dict[int, str] = dict(
        select(f"SELECT id, code FROM {table_of(models.Organisation)} WHERE {one_of('id')}", keys)
    )
    refused = sheet.refused
    sheet.values["code"] = [
        code or (codes.get(known.get(name, 0)) or temporary_code(name) if name and place not in refused else "")
        for place, (code, name) in enumerate(zip(given, sheet.values["name"], strict=True))
    ]


def known_by_temporary_code(
    sheet: Sheet, keys: Sequence[Hashable | None], known: Mapping[Hashable, Known]
) -> dict[Hashable, Known]:
    """Organisations that came without a code earlier and bring one now keep their record."""
    temporary = {
        temporary_code(sheet.values["name"][place]): key
        for place, key in enumerate(keys)
        if key is not None and key not in known
    }
    if not temporary:
        return {}
    sql = f"SELECT id, digest, valid_from, code FROM {table_of(models.Organisation)} WHERE {one_of('code')}"
    rows = select(sql, as_list(temporary))
    return {temporary[row[3]]: Known(row[0], row[1], plain(row[2])) for row in rows}


def give_recipients(sheet: Sheet) -> None:
    """Where the announcement's own words are missing, the recipient is the person or organisation named.

    An edit that names nobody, of the state alone, leaves the recipient as it is.
    """
    named = ("recipient", "team", "person", "organisation")
    if not sheet.values.keys() & set(named):
        return
    blank = [""] * sheet.size
    columns = [sheet.values.get(name) or blank for name in named]
    sheet.values["recipient"] = [next((name for name in row if name), "") for row in zip(*columns, strict=True)]
