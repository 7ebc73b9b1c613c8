"""Regions and districts: their codes, mergers through time, and totals by district and by zone (GB/T 2260)."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pinzhi.engine.errors import BadIdentifier
from pinzhi.engine.rulebook.shapes import CodeList

_CODE = re.compile(r"[1-9][0-9](?:[0-9]{2}){0,2}", re.ASCII)
_LEVELS = {2: "province", 4: "city", 6: "district"}


def check_region_code(text: str) -> str:
    """Return a region's code with two, four or six digits; the zeros of 370200 (a city) and 370000 go.

    >>> check_region_code("370200"), check_region_code("３７０２１３")
    ('3702', '370213')
    """
    code = unicodedata.normalize("NFKC", text).strip()
    if _CODE.fullmatch(code) is None:
        raise BadIdentifier(
            "catalog.region_code",
            "区划代码应为两位、四位或六位数字（GB/T 2260），例如 370213，现为“{code}”。",
            "A region code has two, four or six digits (GB/T 2260), as 370213; found “{code}”.",
            code=code[:40],
        )
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return code


def region_level(code: str) -> str:
    """Return province, city or district, by the length of a checked code."""
    return _LEVELS[len(code)]


def lies_in(code: str, outer: str) -> bool:
    """Tell whether a region lies in another or is the same: 370213 in 3702 and in 37."""
    return bool(outer) and code.startswith(outer)


@dataclass(frozen=True, slots=True)
class Located:
    """Something to count by place: one district (empty if not known) and any number of zones."""

    key: str
    district: str = ""
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """Distinct things by place: districts and ``elsewhere`` add up to ``city``, zones do not."""

    city: int
    districts: Mapping[str, int]
    elsewhere: int
    zones: Mapping[str, int]


def totals(things: Iterable[Located], districts: CodeList, on: date) -> Totals:
    """Count distinct things by the districts of a day and, apart from that, by zone.

    A merged district counts where it went: 370282 in a record of 2015 counts under 370215 from the merger on. Things
    without a district of the list are ``elsewhere``; a thing given twice counts by what was given last.
    """
    distinct = {thing.key: thing for thing in things}
    by_district = dict.fromkeys(districts.in_force(on), 0)
    by_zone: dict[str, int] = {}
    elsewhere = 0
    for thing in distinct.values():
        district = districts.current(thing.district, on)
        if district in by_district:
            by_district[district] += 1
        else:
            elsewhere += 1
        for zone in dict.fromkeys(thing.zones):
            by_zone[zone] = by_zone.get(zone, 0) + 1
    return Totals(len(distinct), by_district, elsewhere, by_zone)
