"""Visitors of a service point: taken in, called in their order, served, gone, or handed on as an order."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Max

from pinzhi.engine.casework.walkins import OPEN, Act, after
from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.actions.ordering import order_service
from pinzhi.records.casework.fields import organisation_named
from pinzhi.records.casework.models import Case, WalkIn
from pinzhi.records.casework.queries.points import is_open, point_for
from pinzhi.records.casework.queries.suggesting import services_for
from pinzhi.records.casework.queries.walkins import walk_in_for
from pinzhi.records.catalog.models import Organisation, Place
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.journal.actions import write
from pinzhi.records.notices.actions import OrganisationPeople, send

LONGEST_NEED = 500
LONGEST_NAME = 200
ADVICE = "X01"  # the service of a need in whose words none was made out


@dataclass(frozen=True, slots=True)
class Need:
    """What a visitor needs: in words, of which kind of service, for which organisation by code or name."""

    words: str
    service: str = ""
    organisation: str = ""


def take_in(*, actor: Actor, point: str, need: Need, when: Moment, once: str = "", synthetic: bool = False) -> WalkIn:
    """Write down who came, and give the next number of the day; sent again under ``once`` it is the same visitor.

    Raises NotAllowed for whoever may not use the point's desk, BadInput for an empty or too long need or an unknown
    service, Conflict for a point that is not open.
    """
    held = point_for(actor, point)
    if once and (known := WalkIn.objects.filter(once=once, point=held.code).first()):
        return known
    words = _checked(need)
    if not is_open(held, when.on):
        raise Conflict(
            "casework.point.closed",
            "“{name}”今天没有开放，不能登记来访。",
            "“{name}” is not open today and takes no visitors.",
            name=held.name_zh,
        )
    organisation = organisation_named(need.organisation)
    try:
        with transaction.atomic():
            Place.objects.select_for_update().get(pk=held.pk)  # numbers are given one after the other
            day = WalkIn.objects.filter(point=held.code, on=when.on)
            row = WalkIn.objects.create(
                point=held.code,
                on=when.on,
                number=(day.aggregate(last=Max("number"))["last"] or 0) + 1,
                need=words,
                service=need.service,
                organisation_code=organisation.code if organisation else "",
                organisation_name=organisation.name if organisation else need.organisation.strip(),
                taken_at=when.at,
                once=once or None,
                synthetic=synthetic,
            )
            _note(actor, "take", row, when)
    except IntegrityError:
        if once and (known := WalkIn.objects.filter(once=once, point=held.code).first()):
            return known  # the form came twice at once: the first is enough
        raise
    return row


def call_next(*, actor: Actor, point: str, when: Moment) -> WalkIn:
    """Call who has waited longest today; two who call at once call two visitors. Conflict where nobody waits."""
    held = point_for(actor, point)
    with transaction.atomic():
        waiting = WalkIn.objects.select_for_update(skip_locked=True).filter(
            point=held.code, on=when.on, state="waiting"
        )
        row = waiting.order_by("number").first()
        if row is None:
            raise Conflict("casework.walk-in.nobody", "现在没有人在等。", "Nobody is waiting now.")
        row.called_at = when.at
        _move(actor, row, "call", when)
    return row


def end_visit(*, actor: Actor, walk_in_id: int, act: str, when: Moment) -> WalkIn:
    """Say that a visitor was served or has left (``serve`` or ``leave``).

    Raises NotFound for a visitor of another point, BadInput for another act, Conflict where a colleague ended it.
    """
    if act not in ("serve", "leave"):
        raise BadInput("casework.walk-in.act", "没有“{act}”这个操作。", "There is no act “{act}”.", act=act[:40])
    with transaction.atomic():
        row = _held(actor, walk_in_id)
        _move(actor, row, "serve" if act == "serve" else "leave", when)
    return row


def hand_on(*, actor: Actor, walk_in_id: int, need: Need, contact: str, when: Moment) -> Case:
    """Hand a visitor's need on as an order in the name of his organisation, and tell its people; return the order.

    ``contact`` is sealed in the order and kept nowhere else. Raises NotFound for a visitor of another point, BadInput
    for an organisation that is not registered, Conflict where a colleague ended the visit, and what ordering refuses.
    """
    words = _checked(need)
    with transaction.atomic():
        row = _held(actor, walk_in_id)
        after(row.state, "hand-on")
        organisation = _registered(need.organisation)
        asked = services_for(words, need.service)
        case = order_service(
            actor=actor,
            values={
                "need": words,
                "service": asked[0].code if asked else ADVICE,
                "channel": "station",
                "contact": contact.strip(),
            },
            providers=(),
            reporter_code=organisation.code,
            station=row.point,
            once=f"walk-in/{row.pk}",
            synthetic=row.synthetic,
            when=when,
        )
        row.case = case
        row.organisation_code, row.organisation_name = organisation.code, organisation.name
        _move(actor, row, "hand-on", when)
        send(
            to=OrganisationPeople(organisation.code),
            subject=Text(f"已替你的单位提交：{case.title}", f"Ordered for your organisation: {case.title}"),
            body=Text(
                f"你的单位到服务站点提出的需求已转为服务单 {case.number}。不是你们提的，可以取消。",
                f"What your organisation asked for at a service point is now the order {case.number}."
                " If it was not you, cancel it.",
            ),
            link=f"/desk/orders/{case.number}",
            about=("case", case.number),
            when=when,
            once=f"walk-in/{row.pk}/handed-on",
        )
    return case


def _checked(need: Need) -> str:
    words = " ".join(need.words.replace("\x00", "").split())
    if not words or len(words) > LONGEST_NEED:
        raise BadInput(
            "casework.walk-in.need",
            "写几个字，说明要办什么，最多 {most} 字；现在有 {found} 字。",
            "Say in a few words what is needed, in at most {most} characters; there are {found}.",
            most=LONGEST_NEED,
            found=len(words),
        )
    if need.service and need.service not in rulebook().codelist("services"):
        raise BadInput(
            "casework.walk-in.service",
            "没有“{code}”这个服务项目。",
            "There is no service “{code}”.",
            code=need.service[:40],
        )
    if len(need.organisation.strip()) > LONGEST_NAME:
        raise BadInput(
            "casework.walk-in.name",
            "单位名称最多 {most} 字。",
            "The name of an organisation has at most {most} characters.",
            most=LONGEST_NAME,
        )
    return words


def _registered(words: str) -> Organisation:
    found = organisation_named(words)
    if found is None:
        raise BadInput(
            "casework.walk-in.organisation",
            "服务单以单位的名义办。名录里没有“{name}”，或有几家同名：请写统一社会信用代码。",
            "Orders are made in the name of an organisation. “{name}” is not registered, or several bear that name: "
            "give the credit code.",
            name=words.strip()[:80],
        )
    return found


def _held(actor: Actor, walk_in_id: int) -> WalkIn:
    """Return a visitor of one's own points, held until the transaction ends."""
    known = walk_in_for(actor, walk_in_id)
    return WalkIn.objects.select_for_update().get(pk=known.pk)


def _move(actor: Actor, row: WalkIn, act: Act, when: Moment) -> None:
    row.state = after(row.state, act)
    row.ended_at = None if row.state in OPEN else when.at
    row.save()
    _note(actor, act, row, when, **({"order": row.case.number} if row.case else {}))


def _note(actor: Actor, act: str, row: WalkIn, when: Moment, **detail: str) -> None:
    write(
        at=when.at,
        actor=actor.key,
        action=f"casework.walk-in.{act}",
        object_kind="walk-in",
        object_key=str(row),
        detail={"state": row.state, **detail},
    )
