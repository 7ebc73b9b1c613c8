"""Whose inspections they are, what stands of each item, what waits for a choice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from pinzhi.engine.casework.checklists import Missing, Recorded, is_finding, missing
from pinzhi.engine.errors import NotAllowed, NotFound
from pinzhi.engine.rulebook.instrument_parts import AnyItem
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.catalog.queries.shapes import State
from pinzhi.records.inspections.models import Capture, Inspection, Member, Photo
from pinzhi.records.inspections.rules import LEVELS, checklist_of

STATES: dict[str, State] = {
    "ready": State("ready", Text("待检查", "To be inspected"), "wait"),
    "frozen": State("frozen", Text("待签字", "To be signed"), "run"),
    "signed": State("signed", Text("已签字", "Signed"), "ok"),
}
_CALLED_OFF = State("called-off", Text("已取消", "Called off"), "past")
KINDS: dict[str, Text] = {
    "spot": Text("抽查", "Spot check"),
    "expert": Text("专家帮扶", "Visit of experts"),
    "own": Text("企业自查", "Own inspection"),
}
PAGE = 50


@dataclass(frozen=True, slots=True)
class VisitLine:
    """An inspection in a list."""

    number: str
    organisation: str
    kind: Text
    level: Text
    state: State
    opened_on: date
    planned_on: date | None
    visited_on: date | None
    due_on: date | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item of the checklist with what stands of it; ``options`` are those it may be answered by.

    ``beside`` are the records that wait for somebody to choose; then ``current`` is the one that stands meanwhile.
    """

    item: AnyItem
    number: int
    answer: str
    words: Text
    note: str
    version: int
    finding: bool
    current: Capture | None
    beside: tuple[Capture, ...]
    photos: tuple[Photo, ...]
    missing: tuple[Text, ...]


def visible_inspections(actor: Actor) -> QuerySet[Inspection]:
    """Return the inspections somebody may know of: officers and supervisors, who inspects, and who is inspected.

    The enterprise sees a spot check once its record is handed in; its own inspection from the beginning.
    """
    found = Inspection.objects.select_related("plan", "case", "draw")
    if actor.trusted or actor.has("city_officer", "supervisor"):
        return found
    allowed = Q(pk__in=[])
    if actor.is_signed_in:
        allowed |= Q(pk__in=Member.objects.filter(user_id=actor.account_id).values("inspection_id"))
    if actor.organisation_codes:
        own = Q(organisation_code__in=actor.organisation_codes)
        allowed |= own & (Q(kind="own") | ~Q(state="ready"))
    if actor.has("district_officer"):
        allowed |= Q(district__in=actor.districts)
    return found.filter(allowed)


def inspection_for(actor: Actor, number: str) -> Inspection:
    """Return an inspection somebody may know of; NotFound for any other."""
    found = visible_inspections(actor).filter(number=number[:24]).first()
    if found is None:
        raise NotFound(
            "inspections.visit",
            "没有“{number}”这次检查，或你看不到它。",
            "There is no inspection “{number}” for you.",
            number=number[:24],
        )
    return found


def own_inspections(actor: Actor) -> QuerySet[Inspection]:
    """Return the inspections in which somebody has a part, those still to be done first."""
    mine = Q(pk__in=Member.objects.filter(user_id=actor.user_id or 0).values("inspection_id"))
    if actor.organisation_codes:
        mine |= Q(organisation_code__in=actor.organisation_codes)
    return visible_inspections(actor).filter(mine).order_by("-opened_on", "number")


def visit_lines(inspections: Iterable[Inspection]) -> tuple[VisitLine, ...]:
    """Return inspections as lines of a list."""
    return tuple(
        VisitLine(
            one.number,
            one.organisation_name,
            KINDS[one.kind],
            LEVELS[one.level],
            state_of(one),
            one.opened_on,
            one.planned_on,
            one.visited_on,
            one.case.due_on if one.case else None,
            one.synthetic,
        )
        for one in inspections
    )


def state_of(inspection: Inspection) -> State:
    """Return where an inspection stands; one whose case ended before it took place was called off."""
    if inspection.state == "ready" and inspection.case is not None and inspection.case.phase == "closed":
        return _CALLED_OFF
    return STATES[inspection.state]


def member_of(actor: Actor, inspection: Inspection) -> Member | None:
    """Return somebody as one of those who inspect; None for others."""
    return inspection.members.filter(user_id=actor.account_id).first() if actor.is_signed_in else None


def may_record(actor: Actor, inspection: Inspection) -> bool:
    """Tell whether somebody records this inspection: its inspectors; the enterprise's people for their own."""
    if inspection.kind == "own":
        return inspection.organisation_code in actor.organisation_codes
    return member_of(actor, inspection) is not None


def require_recorder(actor: Actor, inspection: Inspection) -> None:
    """Raise NotAllowed unless somebody records this inspection."""
    if not may_record(actor, inspection):
        raise NotAllowed(
            "inspections.record",
            "这次检查由派到的检查人员记录；企业自查由本单位的人记录。",
            "The inspectors sent there record this inspection; an enterprise's own people its own.",
        )


def recorded(inspection: Inspection) -> dict[str, Recorded]:
    """Return what stands of each item, as the engine takes it."""
    photos = dict(inspection.photos.filter(is_late=False).order_by().values_list("item").annotate(n=Count("pk")))
    return {
        one.item: Recorded(one.answer, one.note, photos.get(one.item, 0))
        for one in inspection.captures.filter(standing="current")
    }


def what_is_missing(inspection: Inspection) -> tuple[Missing, ...]:
    """Return what keeps an inspection from being handed in: its checklist, and choices that are still to be made."""
    waiting = inspection.captures.filter(standing="beside").order_by("item").values_list("item", flat=True).distinct()
    asked = Text("有两处记录，请选一个。", "There are two records; choose one.")
    return (*missing(checklist_of(inspection), recorded(inspection)), *(Missing(item, asked) for item in waiting))


def item_lines(inspection: Inspection) -> tuple[ItemLine, ...]:
    """Return the items of the checklist with what stands of each, in three statements whatever their number."""
    captures: dict[str, list[Capture]] = {}
    for one in inspection.captures.order_by("version", "pk"):
        captures.setdefault(one.item, []).append(one)
    photos: dict[str, list[Photo]] = {}
    for picture in inspection.photos.filter(is_late=False).order_by("taken_at", "pk"):
        photos.setdefault(picture.item, []).append(picture)
    wanting: dict[str, list[Text]] = {}
    for lack in what_is_missing(inspection):
        wanting.setdefault(lack.item, []).append(lack.text)
    lines = []
    for number, item in enumerate(checklist_of(inspection).item, start=1):
        known = captures.get(item.id, [])
        current = next((one for one in known if one.standing == "current"), None)
        answer = current.answer if current else ""
        lines.append(
            ItemLine(
                item,
                number,
                answer,
                answer_words(item, answer),
                current.note if current else "",
                max((one.version for one in known), default=0),
                is_finding(item, answer),
                current,
                tuple(one for one in known if one.standing == "beside"),
                tuple(photos.get(item.id, [])),
                tuple(wanting.get(item.id, [])),
            )
        )
    return tuple(lines)


def answer_words(item: AnyItem, answer: str) -> Text:
    """Return an answer in words: an option by its title, a number with its unit."""
    if item.kind == "single":
        return next((one.title for one in item.option if one.code == answer), Text(answer, answer))
    if item.kind == "number" and item.unit is not None and answer:
        return Text(f"{answer} {item.unit.zh}", f"{answer} {item.unit.en}")
    return Text(answer, answer)


def last_received(inspection: Inspection) -> datetime | None:
    """Return when the server last took something of an inspection."""
    return inspection.captures.order_by("-received_at").values_list("received_at", flat=True).first()
