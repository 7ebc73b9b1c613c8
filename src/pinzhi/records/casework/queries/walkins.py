"""The desk of a service point: who waits, who is being served, what became of the others; its duty list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from pinzhi.engine.casework.walkins import OPEN, STATES
from pinzhi.engine.errors import NotFound
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.accounts.queries import holders_of, names_of
from pinzhi.records.casework.models import Shift, WalkIn
from pinzhi.records.casework.queries.points import point_for, points_for
from pinzhi.records.catalog.queries.places import PlaceRow, place_row
from pinzhi.records.catalog.queries.shapes import State
from pinzhi.records.catalog.rulebook import calendar, rulebook

DAYS_AHEAD = 14
EARLIER = 20  # visitors of earlier days nobody closed, shown at most
_SHAPES = {"waiting": "wait", "serving": "run", "served": "ok", "left": "past", "handed-on": "ok"}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who walked in, as the desk shows it; ``waited`` are the minutes from coming until being called."""

    id: int
    on: date
    number: int
    need: str
    service: Text
    service_code: str
    organisation: str
    organisation_code: str
    state: State
    taken_at: datetime
    waited: int | None
    order: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class PointDesk:
    """The day of a service point: those being served, those who wait, those who went, and who was left open before."""

    serving: tuple[Visitor, ...]
    waiting: tuple[Visitor, ...]
    gone: tuple[Visitor, ...]
    earlier: tuple[Visitor, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """A shift with the name of who holds it; for the point's own people alone."""

    id: int
    starts: time
    ends: time
    name: str


@dataclass(frozen=True, slots=True)
class DutyDay:
    """A day of the duty list."""

    on: date
    is_working: bool
    shifts: tuple[Duty, ...]


def point_desk(actor: Actor, code: str, on: date) -> PointDesk:
    """Return the day of a service point; NotAllowed for whoever may not use its desk."""
    point = point_for(actor, code)
    today = visitors(WalkIn.objects.filter(point=point.code, on=on).select_related("case").order_by("number"))
    earlier = WalkIn.objects.filter(point=point.code, state__in=OPEN, on__lt=on).order_by("-on", "number")
    return PointDesk(
        serving=tuple(one for one in today if one.state.code == "serving"),
        waiting=tuple(one for one in today if one.state.code == "waiting"),
        gone=tuple(one for one in reversed(today) if one.state.code not in OPEN),
        earlier=visitors(earlier.select_related("case")[:EARLIER]),
    )


def visitor_for(actor: Actor, walk_in_id: int) -> tuple[Visitor, PlaceRow]:
    """Return a visitor as the desk shows it, with his point; NotFound as ``walk_in_for``."""
    row = walk_in_for(actor, walk_in_id)
    return visitors([row])[0], place_row(point_for(actor, row.point), row.on)


def visible_walk_ins(actor: Actor) -> QuerySet[WalkIn]:
    """Return the visitors of the service points whose desks somebody may use."""
    return WalkIn.objects.filter(point__in=points_for(actor).order_by().values("code"))


def walk_in_for(actor: Actor, walk_in_id: int) -> WalkIn:
    """Return a visitor of a point whose desk somebody may use; anybody else's is not found."""
    found = visible_walk_ins(actor).select_related("case").filter(pk=walk_in_id).first()
    if found is None:
        raise NotFound(
            "casework.walk-in", "没有这位来访者，或你看不到。", "There is no such visitor for you.", id=walk_in_id
        )
    return found


def visitors(rows: Iterable[WalkIn]) -> tuple[Visitor, ...]:
    """Return visitors as the desk shows them."""
    services = rulebook().codelist("services")
    return tuple(
        Visitor(
            id=one.pk,
            on=one.on,
            number=one.number,
            need=one.need,
            service=services.text(one.service) if one.service else Text("", ""),
            service_code=one.service,
            organisation=one.organisation_name,
            organisation_code=one.organisation_code,
            state=State(
                one.state, next(text for code, text in STATES.items() if code == one.state), _SHAPES[one.state]
            ),
            taken_at=one.taken_at,
            waited=int((one.called_at - one.taken_at).total_seconds() // 60) if one.called_at else None,
            order=one.case.number if one.case else "",
            synthetic=one.synthetic,
        )
        for one in rows
    )


def staff_of(code: str, on: date) -> tuple[tuple[int, str], ...]:
    """Return ids and names of the stewards of a service point on a day."""
    return names_of(holders_of("steward", on, point=code))


def duty_list(actor: Actor, code: str, on: date) -> tuple[DutyDay, ...]:
    """Return who is on duty on the coming days; NotAllowed for whoever may not use the point's desk."""
    point, days = point_for(actor, code), calendar()
    shifts: dict[date, list[Duty]] = {}
    rows = Shift.objects.filter(point=point.code, on__gte=on, on__lt=on + timedelta(DAYS_AHEAD)).select_related("user")
    for one in rows.order_by("on", "starts", "pk"):
        shifts.setdefault(one.on, []).append(Duty(one.pk, one.starts, one.ends, one.user.name or one.user.email))
    coming = (on + timedelta(days=ahead) for ahead in range(DAYS_AHEAD))
    # the calendar of a year is published in the autumn before: until then its days are taken for working days
    works = {day: day.year not in days.years or days.is_working(day) for day in coming}
    return tuple(DutyDay(day, works[day], tuple(shifts.get(day, ()))) for day in works)
