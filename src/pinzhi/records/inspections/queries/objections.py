"""Objections of enterprises to an inspection or one of its findings, and who may answer them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from pinzhi.engine.errors import NotFound
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.models import Case, CaseStep
from pinzhi.records.casework.queries.visible import case_for
from pinzhi.records.casework.rules import roles_in, type_now
from pinzhi.records.catalog.queries.shapes import State
from pinzhi.records.inspections.models import Inspection
from pinzhi.records.inspections.rules import checklist_of

KIND = "inspection-objection"
WHOLE = Text("整份记录", "The whole record")
_STATES: dict[str, State] = {
    "received": State("received", Text("待答复", "To be answered"), "wait"),
    "withdrawn": State("withdrawn", Text("已撤回", "Withdrawn"), "past"),
    "upheld": State("upheld", Text("异议成立", "Upheld"), "ok"),
    "partly": State("partly", Text("异议部分成立", "Partly upheld"), "ok"),
    "rejected": State("rejected", Text("异议不成立", "Not upheld"), "past"),
}


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """An objection: what it is to, why, by when it is answered, and the answer once there is one."""

    number: str
    about: Text
    reasons: str
    state: State
    due_on: date | None
    answer: str


def name_of(inspection: Inspection, item: str) -> str:
    """Return the name under which the objection to an item, or to the whole record, is opened once."""
    return f"objection/{inspection.number}/{item}"


def objections_to(inspection: Inspection) -> tuple[ObjectionLine, ...]:
    """Return the objections to an inspection, the first made first."""
    return tuple(objection_line(inspection, one) for one in _cases(inspection))


def objection_line(inspection: Inspection, case: Case) -> ObjectionLine:
    """Return an objection ready to show."""
    state = case.values.get("outcome", "") if case.state == "answered" else case.state
    return ObjectionLine(
        case.number,
        _about(inspection, case.values.get("item", "")),
        case.values["reasons"],
        _STATES[state],
        case.due_on if case.phase != "closed" else None,
        case.values.get("answer", ""),
    )


def subjects(actor: Actor, inspection: Inspection) -> tuple[tuple[str, Text], ...]:
    """Return what somebody may still object to: findings and the whole record, by the enterprise's people alone.

    An enterprise does not object to its own inspection.
    """
    concerns_him = inspection.organisation_code in actor.organisation_codes
    if not concerns_him or inspection.kind == "own" or inspection.state == "ready":
        return ()
    known = set(_cases(inspection).values_list("once", flat=True))
    items = [*inspection.findings.order_by("pk").values_list("item", flat=True), ""]
    return tuple((one, _about(inspection, one)) for one in items if name_of(inspection, one) not in known)


def objection_for(actor: Actor, number: str) -> tuple[Case, Inspection]:
    """Return an objection that somebody may know of, with the inspection it is to; NotFound for any other."""
    case = case_for(actor, number)
    inspection = Inspection.objects.filter(number=case.values.get("inspection", "")).first()
    if case.kind != KIND or inspection is None:
        raise NotFound(
            "inspections.objection", "没有“{number}”这项异议。", "There is no objection “{number}”.", number=number[:24]
        )
    return case, inspection


def may_answer(actor: Actor, case: Case, inspection: Inspection) -> bool:
    """Tell whether somebody may answer: an officer who neither inspected nor took a step for what it is about."""
    if case.state != "received" or "officer" not in roles_in(actor, case):
        return False
    return not took_part(actor, inspection)


def took_part(actor: Actor, inspection: Inspection) -> bool:
    """Tell whether somebody inspected, or took a step in the case of the inspection or of one of its findings."""
    if inspection.members.filter(user_id=actor.user_id or 0).exists():
        return True
    cases = [inspection.case_id, *inspection.findings.values_list("case_id", flat=True)]
    return CaseStep.objects.filter(case__in=[one for one in cases if one], actor=actor.key).exists()


def outcomes() -> tuple[tuple[str, Text], ...]:
    """Return the outcomes an answer may have, as the case type names them."""
    field = type_now(KIND).field_of("outcome")
    return tuple((one.code, one.title) for one in field.choices) if field else ()


def _cases(inspection: Inspection) -> QuerySet[Case]:
    return Case.objects.filter(kind=KIND, once__startswith=f"objection/{inspection.number}/").order_by("pk")


def _about(inspection: Inspection, item: str) -> Text:
    found = checklist_of(inspection).items.get(item)
    return found.title if found else WHOLE
