"""Persons in an import: their code, and what is not public about them, kept apart and sealed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from pinzhi.engine.catalog.intake.sheet import Sheet
from pinzhi.records.catalog import models
from pinzhi.records.catalog.importing.targets import PERSONAL
from pinzhi.records.catalog.personal import PersonalFacts, opened, sealed


def give_codes(sheet: Sheet) -> None:
    """Give persons without a code one made from name and employer, so that the same row finds the same person."""
    given = sheet.values.get("code") or [""] * sheet.size
    employers = sheet.values.get("organisation_id") or [None] * sheet.size
    sheet.values["code"] = [
        code or _made_code(name, employer)
        for code, name, employer in zip(given, sheet.values["name"], employers, strict=True)
    ]


def _made_code(name: str, employer: int | None) -> str:
    return f"P-{sha256(f'{name}|{employer}'.encode()).hexdigest()[:16].upper()}"


def keep(sheet: Sheet, persons: Mapping[int, int], now: datetime) -> None:
    """Seal what the rows say beyond the public; nothing is written where it is known already."""
    present = [name for name in PERSONAL if name in sheet.values]
    for place, person in persons.items():
        said = {name: sheet.values[name][place] for name in present if sheet.values[name][place]}
        if not said:
            continue
        code = sheet.values["code"][place]
        stored = models.PersonalData.objects.filter(person_id=person).first()
        before = opened(code, stored.sealed) if stored else PersonalFacts()
        after = replace(before, **said)
        if after != before:
            models.PersonalData.objects.update_or_create(
                person_id=person, defaults={"sealed": sealed(code, after), "recorded_at": now}
            )
