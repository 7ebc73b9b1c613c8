"""Officers report events and decide on the measures proposed because of them."""

from datetime import date

from django.db import transaction

from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.attestation.actions.measure_events import check_event, raise_event
from pinzhi.records.attestation.actions.states import change_by_measure
from pinzhi.records.attestation.models import Measure, MeasureEvent
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.journal.actions import write as write_journal

REPORTED = ("sampling-failed", "accident", "serious-violation", "rejected-surveillance")
# What confirming does by itself, as the officer's own act; all other measures are arranged by people.
STATES = {"suspend": "suspended", "withdraw": "withdrawn"}
CHANGED_HERE = ("certificate", "honour")


def report_event(
    *, actor: Actor, kind: str, code: str, ground: str, document: str, happened_on: date, when: Moment
) -> MeasureEvent:
    """Report that something happened at an organisation: a failed sampling, an accident, a serious violation.

    Raises NotFound for an organisation the catalogue has not, NotAllowed for one of another district, and Conflict
    where the same was reported already or nothing it holds is touched.
    """
    if kind not in REPORTED:
        raise BadInput(
            "attestation.measures.reported",
            "“{kind}”由登记册自己发现，不用报告。",
            "“{kind}” is noticed in the register; it is not reported.",
            kind=kind[:40],
        )
    check_event(kind, ground, happened_on, when)
    with transaction.atomic():
        organisation = Organisation.objects.filter(code=code.strip().upper()).first()
        if organisation is None:
            raise NotFound(
                "attestation.measures.organisation", "名录里没有 {code}。", "The catalogue has no {code}.",
                code=code[:40],
            )  # fmt: skip
        require(actor, "attestation.measures", organisation)
        event = raise_event(
            actor=actor, kind=kind, code=organisation.code, about=("report", organisation.code), ground=ground.strip(),
            document=document.strip(), happened_on=happened_on, when=when,
        )  # fmt: skip
    if event is None:
        raise Conflict(
            "attestation.measures.nothing",
            "这件事已经报告过，或 {name} 没有受它影响的证书、称号和聘任。",
            "This was reported already, or {name} holds nothing that it touches.",
            name=organisation.name,
        )
    return event


def confirm_measure(
    *, actor: Actor, measure_id: int, ground: str, document: str = "", effective_on: date | None = None, when: Moment
) -> Measure:
    """Confirm a measure; a suspension or withdrawal of a certificate or title is made with it, or nothing is.

    A withdrawal needs the document of its decision, as every other does. Training certificates and appointments
    are changed in their own room, which reads this decision.
    """
    with transaction.atomic():
        measure = _held(actor, measure_id)
        to = STATES.get(measure.proposed)
        if to is not None and measure.target_kind in CHANGED_HERE:
            change_by_measure(
                actor=actor, kind=measure.target_kind, key=measure.target_key, to=to,
                ground=ground or measure.event.ground, document=document, effective_on=effective_on or when.on,
                when=when,
            )  # fmt: skip
        return _decide(actor, measure, "confirmed", ground, document, when)


def decline_measure(*, actor: Actor, measure_id: int, ground: str, when: Moment) -> Measure:
    """Decline a measure, with grounds."""
    if not ground.strip():
        raise BadInput("attestation.measures.why", "不采纳请写明理由。", "Say why it is declined.")
    with transaction.atomic():
        return _decide(actor, _held(actor, measure_id), "declined", ground, "", when)


def _held(actor: Actor, measure_id: int) -> Measure:
    measure = Measure.objects.select_for_update(of=("self",)).filter(pk=measure_id).select_related("event").first()
    if measure is None:
        raise NotFound("attestation.measures.measure", "没有这项措施。", "There is no such measure.")
    require(actor, "attestation.measures", measure.event)
    if measure.state != "proposed":
        raise Conflict(
            "attestation.measures.decided",
            "这项措施已经由别人决定。请刷新页面。",
            "This measure was decided by somebody else already. Reload the page.",
        )
    return measure


def _decide(actor: Actor, measure: Measure, state: str, ground: str, document: str, when: Moment) -> Measure:
    measure.state, measure.ground, measure.document = state, ground.strip()[:1000], document.strip()[:200]
    measure.decided_by, measure.decided_on, measure.decided_at = actor.key, when.on, when.at
    measure.save(update_fields=["state", "ground", "document", "decided_by", "decided_on", "decided_at"])
    write_journal(
        at=when.at,
        actor=actor.key,
        action=f"attestation.measures.{state}",
        object_kind=measure.target_kind,
        object_key=measure.target_key,
        edition=measure.event.edition,
        detail={
            "event": measure.event_id,
            "proposed": measure.proposed,
            "ground": measure.ground,
            "document": measure.document,
            "due_on": measure.due_on.isoformat(),
        },
    )
    return measure
