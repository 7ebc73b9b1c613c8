"""The page of a place: a district, zone, park, service centre or station."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q

from pinzhi.engine.catalog import words
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.models import Organisation, Place
from pinzhi.records.catalog.queries.shapes import (
    NO_WORDS,
    Coded,
    Origin,
    Ref,
    State,
    coded,
    district_ref,
    nothing_found,
    origin_of,
)
from pinzhi.records.catalog.queries.validity import valid_certificates
from pinzhi.records.catalog.rulebook import rulebook

OPEN = State("open", Text("开放", "Open"), "ok")
CLOSED = State("closed", Text("已关闭", "Closed"), "past")
COMING = State("coming", Text("即将开放", "Opening soon"), "wait")
SERVING = ("centre", "station")
MOST = 100


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place in a list."""

    place: Ref
    kind: Text
    kind_code: str
    district: Ref | None
    host: Text
    address: Text
    hours: Text
    phone: str
    state: State
    synthetic: bool


@dataclass(frozen=True, slots=True)
class PlacePage:
    """Everything the page of a place shows, as of a day.

    ``around`` are the places that serve in the same district, this one left out; of a district, zone, park or city
    the places in it. The counts are those of a district or city, None elsewhere.
    """

    code: str
    kind: str
    kind_word: Text
    name: Text
    on: date
    state: State | None
    district: Ref | None
    zone: Ref | None
    host_kind: Text
    host: Text
    address: Text
    hours: Text
    services: tuple[Coded, ...]
    phone: str
    opened_on: date | None
    closed_on: date | None
    latitude: Decimal | None
    longitude: Decimal | None
    around: tuple[PlaceRow, ...]
    organisations: int | None
    certificates: int | None
    holders: int | None
    origin: Origin


def place_page(code: str, *, on: date) -> PlacePage:
    """Return the page of a place by its code; NotFound when there is none."""
    place = Place.objects.filter(code=code).first()
    if place is None:
        raise nothing_found("place", code)
    organisations = certificates = holders = None
    if place.kind in ("district", "city"):
        organisations, certificates, holders = _counts(place, on)
    return PlacePage(
        code=place.code,
        kind=place.kind,
        kind_word=words.PLACE_KINDS.get(place.kind, Text(place.kind, place.kind)),
        name=Text(place.name_zh, place.name_en),
        on=on,
        state=_state(place, on),
        district=district_ref(place.district, on) if place.district != place.code else None,
        zone=_zone(place),
        host_kind=words.HOST_KINDS.get(place.host_kind, NO_WORDS),
        host=Text(place.host_zh, place.host_en),
        address=Text(place.address_zh, place.address_en),
        hours=Text(place.hours_zh, place.hours_en),
        services=coded("services", place.services),
        phone=place.phone,
        opened_on=place.opened_on,
        closed_on=place.closed_on,
        latitude=place.latitude,
        longitude=place.longitude,
        around=tuple(place_row(one, on) for one in _around(place)),
        organisations=organisations,
        certificates=certificates,
        holders=holders,
        origin=origin_of(place),
    )


def serving_places(on: date) -> tuple[PlaceRow, ...]:
    """Return the service centres and stations, also those closed by a day, in the order of districts."""
    found = Place.objects.filter(kind__in=SERVING).order_by("district", "kind", "code")
    return tuple(place_row(one, on) for one in found)


def current_district(code: str, *, on: date) -> str:
    """Return the district that a merged one became; NotFound for a code that was never one."""
    districts = rulebook().codelist("districts")
    current = districts.current(code, on)
    if current == code:
        raise nothing_found("place", code)
    return current


def place_row(place: Place, on: date) -> PlaceRow:
    """Return a place as a row."""
    return PlaceRow(
        place=Ref("place", place.code, Text(place.name_zh, place.name_en)),
        kind=words.PLACE_KINDS.get(place.kind, Text(place.kind, place.kind)),
        kind_code=place.kind,
        district=district_ref(place.district, on) if place.district else None,
        host=Text(place.host_zh, place.host_en),
        address=Text(place.address_zh, place.address_en),
        hours=Text(place.hours_zh, place.hours_en),
        phone=place.phone,
        state=_state(place, on) or OPEN,
        synthetic=place.synthetic,
    )


def _state(place: Place, on: date) -> State | None:
    """Return whether a place serves on a day; districts, zones and cities have no such state."""
    if place.kind not in (*SERVING, "park"):
        return None
    if place.closed_on and place.closed_on <= on:
        return CLOSED
    return COMING if place.opened_on and place.opened_on > on else OPEN


def _around(place: Place) -> list[Place]:
    others = Place.objects.exclude(pk=place.pk)
    if place.kind == "city":
        within = Q(kind="district")
    elif place.kind == "district":
        within = Q(district=place.code) & ~Q(kind="district")
    elif place.kind == "zone":
        within = Q(zone=place.zone or place.code)
    else:
        within = Q(district=place.district, kind__in=SERVING)
    return list(others.filter(within).order_by("kind", "code")[:MOST]) if place.district or place.kind == "city" else []


def _zone(place: Place) -> Ref | None:
    if not place.zone or place.kind == "zone":
        return None
    return Ref("place", place.zone, rulebook().codelist("zones").text(place.zone))


def _counts(place: Place, on: date) -> tuple[int, int, int]:
    """Return organisations, valid certificates and their holders of a district or of the whole city."""
    city = place.code if place.kind == "city" else ""
    districts = rulebook().codelist("districts")
    codes = [code for code in districts.codes if city or districts.current(code, on) == place.code]
    organisations = Organisation.objects.filter(district__in=codes, state="active").count()
    counted = (
        valid_certificates(on)
        .filter(holder__district__in=codes)
        .aggregate(certificates=Count("pk"), holders=Count("holder", distinct=True))
    )
    return organisations, counted["certificates"], counted["holders"]
