"""Reports of one thing: near in place and time, and alike in what the type names."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pinzhi.engine.rulebook.case_parts import MergeRule

EARTH_M = 6_371_008.8  # mean radius, IUGG
METRES_A_DEGREE = math.pi * EARTH_M / 180
_POLE = 89.0  # nearer to a pole a degree of longitude is too short to make boxes with


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in WGS 84 degrees, north and east positive."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Report:
    """What is compared: where and when something was found, and its values of the fields that must agree."""

    key: str
    spot: Spot
    on: date
    same: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Match:
    """A report that may be of the same thing; ``metres`` away and ``days`` apart."""

    key: str
    metres: float
    days: int


@dataclass(frozen=True, slots=True)
class Box:
    """The rectangle and the days in which every match lies: what a table is searched by first."""

    south: float
    north: float
    west: float
    east: float
    first: date
    last: date


def metres_between(one: Spot, other: Spot) -> float:
    """Return the distance over ground along a great circle (haversine), in metres.

    >>> round(metres_between(Spot(36.0, 120.0), Spot(36.001, 120.0)), 1)
    111.2
    """
    lat1, lat2 = math.radians(one.latitude), math.radians(other.latitude)
    half_lat, half_lon = (lat2 - lat1) / 2, math.radians(other.longitude - one.longitude) / 2
    squared = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(min(1.0, squared)))


def box(rule: MergeRule, report: Report) -> Box:
    """Return the rectangle and days outside which nothing can match a report."""
    up = rule.within_m / METRES_A_DEGREE
    latitude = min(_POLE, abs(report.spot.latitude) + up)
    aside = up / math.cos(math.radians(latitude))
    apart = timedelta(days=rule.within_days)
    spot = report.spot
    return Box(
        spot.latitude - up,
        spot.latitude + up,
        spot.longitude - aside,
        spot.longitude + aside,
        report.on - apart,
        report.on + apart,
    )


def matches(rule: MergeRule, report: Report, others: Iterable[Report]) -> tuple[Match, ...]:
    """Return the reports that may be of the same thing as one, the nearest first, then the latest, then by key."""
    found = sorted(_matches(rule, report, others), key=lambda one: (one.metres, one.days, one.key))
    return tuple(found)


def _matches(rule: MergeRule, report: Report, others: Iterable[Report]) -> Iterator[Match]:
    for other in others:
        apart = abs((other.on - report.on).days)
        if other.key == report.key or apart > rule.within_days:
            continue
        if any(other.same.get(code) != report.same.get(code) for code in rule.same):
            continue
        away = metres_between(report.spot, other.spot)
        if away <= rule.within_m:
            yield Match(other.key, away, apart)
