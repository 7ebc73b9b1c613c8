"""Service points: which there are, how many wait at each now, when they are staffed; who may use their desks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from pinzhi.engine.casework.walkins import staffed
from pinzhi.engine.errors import NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.casework.models import Shift, WalkIn
from pinzhi.records.catalog.models import Place
from pinzhi.records.catalog.queries.places import SERVING, PlaceRow, place_row
from pinzhi.records.catalog.queries.shapes import Coded, coded

Span = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Now:
    """What everybody sees of a service point at a moment: how many wait, and when it is staffed today; no names."""

    waiting: int
    spans: tuple[Span, ...]
    on_duty: bool


@dataclass(frozen=True, slots=True)
class PointLine:
    """A service point in a list, as it is at a moment."""

    row: PlaceRow
    services: tuple[Coded, ...]
    now: Now


@dataclass(frozen=True, slots=True)
class PointRow:
    """A service point as a row of a table to take along."""

    code: str
    name: Text
    kind: Text
    district: Text
    address: Text
    hours: Text
    phone: str
    services: str
    latitude: str
    longitude: str
    waiting: int
    on_duty: bool


def point_of(code: str) -> Place:
    """Return a service centre or station by its code; NotFound for other places and for none."""
    found = Place.objects.filter(code=code[:60], kind__in=SERVING).first()
    if found is None:
        raise NotFound(
            "casework.point",
            "没有“{code}”这个服务站点。",
            "There is no service point “{code}”.",
            code=code[:60],
        )
    return found


def point_for(actor: Actor, code: str) -> Place:
    """Return a service point whose desk somebody may use; NotAllowed for everybody else."""
    found = point_of(code)
    require(actor, "casework.point", found)
    return found


def points_for(actor: Actor) -> QuerySet[Place]:
    """Return the service points whose desks somebody may use: stewards their own, officers those below them."""
    own = Q(code__in=actor.points)
    if actor.trusted or actor.has("city_officer"):
        own = Q()
    elif actor.has("district_officer"):
        own |= Q(district__in=actor.districts)
    return Place.objects.filter(own, kind__in=SERVING).order_by("district", "kind", "code")


def open_points(on: date, district: str = "") -> QuerySet[Place]:
    """Return the service points that are open on a day, of a district where one is given; centres come first."""
    found = Place.objects.filter(Q(opened_on=None) | Q(opened_on__lte=on), kind__in=SERVING)
    found = found.filter(Q(closed_on=None) | Q(closed_on__gt=on))
    return (found.filter(district=district) if district else found).order_by("district", "kind", "code")


def is_open(point: Place, on: date) -> bool:
    """Tell whether a service point has opened and has not closed for good."""
    return (point.opened_on is None or point.opened_on <= on) and (point.closed_on is None or on < point.closed_on)


def point_lines(points: Iterable[Place], when: Moment) -> tuple[PointLine, ...]:
    """Return service points as they are at a moment."""
    held = list(points)
    found = _now([one.code for one in held], when)
    return tuple(PointLine(place_row(one, when.on), coded("services", one.services), found[one.code]) for one in held)


def point_rows(points: Iterable[Place], when: Moment) -> tuple[PointRow, ...]:
    """Return service points as rows of a table."""
    held = list(points)
    found = _now([one.code for one in held], when)
    return tuple(_row(one, place_row(one, when.on), found[one.code]) for one in held)


def now_at(code: str, when: Moment) -> Now:
    """Return what everybody sees of a service point at a moment."""
    return _now([code], when)[code]


def _row(place: Place, row: PlaceRow, now: Now) -> PointRow:
    return PointRow(
        place.code, row.place.title, row.kind, row.district.title if row.district else Text("", ""), row.address,
        row.hours, row.phone, place.services, str(place.latitude or ""), str(place.longitude or ""), now.waiting,
        now.on_duty,
    )  # fmt: skip


def _now(codes: list[str], when: Moment) -> dict[str, Now]:
    counted = WalkIn.objects.filter(point__in=codes, on=when.on, state="waiting").order_by()
    waiting = dict(counted.values_list("point").annotate(n=Count("pk")))
    shifts: dict[str, list[Span]] = {}
    for point, starts, ends in Shift.objects.filter(point__in=codes, on=when.on).values_list("point", "starts", "ends"):
        shifts.setdefault(point, []).append((starts, ends))
    clock = timezone.localtime(when.at).time()
    spans = {code: staffed(shifts.get(code, ())) for code in codes}
    return {
        code: Now(waiting.get(code, 0), spans[code], any(starts <= clock < ends for starts, ends in spans[code]))
        for code in codes
    }
