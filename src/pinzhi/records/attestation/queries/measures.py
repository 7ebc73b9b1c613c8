"""Events and the measures proposed because of them, as officers see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from pinzhi.engine.errors import NotFound
from pinzhi.engine.rulebook.measures import MeasureRules
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.attestation.models import Measure
from pinzhi.records.catalog.queries.shapes import Ref, State
from pinzhi.records.catalog.rulebook import rulebook

PAGE = 50
MEASURES: Mapping[str, Text] = {
    "withdraw": Text("撤销", "Withdraw"),
    "suspend": Text("暂停", "Suspend"),
    "short-notice-audit": Text("临时审核", "Short-notice audit"),
    "review": Text("复核是否仍符合条件", "Review whether conditions are met"),
    "interview": Text("约谈", "Interview"),
}
TARGETS: Mapping[str, Text] = {
    "certificate": Text("证书、标识", "Certificate or label"),
    "honour": Text("称号", "Title"),
    "training_certificate": Text("培训证书", "Training certificate"),
    "appointment": Text("质量官聘任", "Appointment"),
}
STATES: Mapping[str, State] = {
    "proposed": State("proposed", Text("待决定", "To be decided"), "wait"),
    "overdue": State("overdue", Text("逾期未决定", "Overdue"), "bad"),
    "confirmed": State("confirmed", Text("已确认", "Confirmed"), "ok"),
    "declined": State("declined", Text("不采纳", "Declined"), "past"),
}


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure with its event."""

    measure_id: int
    event_id: int
    organisation: Ref
    event: Text
    about: Ref | None
    happened_on: date
    event_ground: str
    target_kind: Text
    target: Ref
    proposed: Text
    changes_state: bool
    needs_document: bool
    basis: Text
    due_on: date
    days_left: int
    state: State
    ground: str
    decided_on: date | None


@dataclass(frozen=True, slots=True)
class MeasurePage:
    """One page of measures, the most pressing first, and how many there are of each kind."""

    rows: tuple[MeasureRow, ...]
    waiting: int
    overdue: int
    total: int
    page: int
    pages: int


def measures(actor: Actor, on: date, *, page: int = 1) -> MeasurePage:
    """Return the measures of the actor's districts that wait for a decision, the first day first."""
    return _page(_scoped(actor), _scoped(actor).filter(state="proposed").order_by("due_on", "pk"), on, page)


def decided_measures(actor: Actor, on: date, *, page: int = 1) -> MeasurePage:
    """Return the measures of the actor's districts that were decided, newest first."""
    return _page(_scoped(actor), _scoped(actor).exclude(state="proposed").order_by("-decided_at", "-pk"), on, page)


def _scoped(actor: Actor) -> QuerySet[Measure]:
    require(actor, "attestation.measures")
    scope = Q() if actor.has("city_officer") or actor.trusted else Q(event__district__in=actor.districts)
    return Measure.objects.filter(scope)


def _page(mine: QuerySet[Measure], chosen: QuerySet[Measure], on: date, page: int) -> MeasurePage:
    counts = mine.filter(state="proposed").aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=on)))
    total = chosen.count()
    pages = max(1, -(-total // PAGE))
    if not 1 <= page <= pages:
        raise NotFound(
            "attestation.measures.page",
            "只有 {pages} 页，没有第 {page} 页。",
            "There are {pages} pages; there is no page {page}.",
            pages=pages,
            page=page,
        )
    shown = chosen.select_related("event")[(page - 1) * PAGE : page * PAGE]
    return MeasurePage(tuple(_row(one, on) for one in shown), counts["all"], counts["late"], total, page, pages)


def event_words() -> Mapping[str, Text]:
    """Return the kinds of events in the city's words."""
    return {event.kind: event.title for rules in rulebook().all_of(MeasureRules) for event in rules.event}


def _row(one: Measure, on: date) -> MeasureRow:
    event = one.event
    late = one.state == "proposed" and one.due_on < on
    page = one.target_key if one.target_kind == "certificate" else ""
    about = Ref("certificate", event.about_key, Text(event.about_key, event.about_key))
    return MeasureRow(
        measure_id=one.pk,
        event_id=event.pk,
        organisation=Ref("organisation", event.organisation_code, Text(event.organisation_name, "")),
        event=event_words().get(event.kind, Text(event.kind, event.kind)),
        about=about if event.about_kind == "certificate" else None,
        happened_on=event.happened_on,
        event_ground=event.ground,
        target_kind=TARGETS[one.target_kind],
        target=Ref("certificate", page, Text(one.title_zh, one.title_en)),
        proposed=MEASURES[one.proposed],
        changes_state=one.proposed in ("suspend", "withdraw") and one.target_kind in ("certificate", "honour"),
        needs_document=one.proposed == "withdraw" and one.target_kind in ("certificate", "honour"),
        basis=Text(one.basis_zh, one.basis_en),
        due_on=one.due_on,
        days_left=(one.due_on - on).days,
        state=STATES["overdue" if late else one.state],
        ground=one.ground,
        decided_on=one.decided_on,
    )
