"""Fields of a case as they are kept: the sealed box of the personal ones, places, organisations by code or name."""

import json
import re
from collections.abc import Mapping

from pinzhi.engine.casework.duplicates import Spot
from pinzhi.records.accounts.sealing import seal, unseal
from pinzhi.records.casework.models import Case
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.catalog.rulebook import rulebook

PURPOSE = "casework"
SPOT = re.compile(r"(-?\d{1,2}(?:\.\d{1,7})?)[,，\s]+(-?\d{1,3}(?:\.\d{1,7})?)(?:\s+(.*))?", re.DOTALL)


def spot_of(value: str) -> Spot | None:
    """Return the coordinates that a place begins with: latitude, longitude, then words; None where it has none.

    >>> spot_of("36.2641 120.2817 双元路")
    Spot(latitude=36.2641, longitude=120.2817)
    """
    match = SPOT.fullmatch(value)
    if match is None:
        return None
    spot = Spot(float(match[1]), float(match[2]))
    return spot if abs(spot.latitude) <= 90 and abs(spot.longitude) <= 180 else None


def seat_of(district: str) -> Spot | None:
    """Return where a district is administered from; None where the rulebook does not say."""
    entry = rulebook().codelist("districts").entry(district)
    return spot_of(entry.seat) if entry is not None and entry.seat else None


def place_words(value: str) -> str:
    """Return a place without its coordinates; these where there are no words."""
    match = SPOT.fullmatch(value)
    return (match[3] or f"{match[1]}, {match[2]}").strip() if match else value


def organisation_named(words: str) -> Organisation | None:
    """Return the registered organisation of a credit code, or of a name that only one bears."""
    plain = words.strip()
    if not plain:
        return None
    if (found := Organisation.objects.filter(code=plain.upper()).first()) is not None:
        return found
    named = list(Organisation.objects.filter(name=plain)[:2])
    return named[0] if len(named) == 1 else None


def open_box(case: Case) -> dict[str, str]:
    """Return the personal fields of a case; whoever calls it has checked that they may be seen."""
    if case.sealed is None:
        return {}
    plain = unseal(bytes(case.sealed), purpose=PURPOSE, about=case.number)
    return {str(code): str(value) for code, value in json.loads(plain).items()}


def sealed_box(case: Case, personal: Mapping[str, str]) -> bytes:
    return seal(json.dumps(personal, ensure_ascii=False).encode(), purpose=PURPOSE, about=case.number)
