"""Object to a finding or to the whole record of an inspection, and answer: by somebody who took no part in it."""

from django.db import transaction

from pinzhi.engine.errors import BadInput, NotAllowed
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import SYSTEM, Actor
from pinzhi.records.casework.actions.opening import open_case
from pinzhi.records.casework.actions.steps import Wish, take_step
from pinzhi.records.casework.models import Case
from pinzhi.records.casework.rules import type_of
from pinzhi.records.inspections.actions.noting import note
from pinzhi.records.inspections.models import Inspection
from pinzhi.records.inspections.queries.objections import KIND, may_answer, name_of, objection_for, subjects
from pinzhi.records.inspections.queries.visits import inspection_for
from pinzhi.records.notices.actions import RoleHolders, send

LONGEST = 4_000
_LET_GO = ("reassign", "dismiss")  # the steps that end a case of a finding that was none


def object_to(*, actor: Actor, number: str, item: str, reasons: str, when: Moment) -> Case:
    """Object for the enterprise to a finding, by its item, or to the whole record with no item; once for each.

    Raises NotAllowed for others than the enterprise's people and before the record is handed in; BadInput without
    reasons, and for what was objected to before.
    """
    inspection = inspection_for(actor, number)
    offered = dict(subjects(actor, inspection))
    if item not in offered:
        raise NotAllowed(
            "inspections.objection.who",
            "记录提交后，由被检查单位的人提异议；同一项只提一次。",
            "The organisation that was inspected objects, once to each finding, after the record was handed in.",
        )
    if not 1 <= len(reasons.strip()) <= LONGEST:
        raise BadInput(
            "inspections.objection.reasons",
            "请写明理由，最多 {most} 字。",
            "Give your reasons, in at most {most} characters.",
            most=LONGEST,
        )
    with transaction.atomic():
        case = open_case(
            actor=SYSTEM,
            kind=KIND,
            values={
                "what": offered[item].zh[:200], "inspection": number, "item": item,
                "organisation": inspection.organisation_code, "reasons": reasons.strip(),
            },
            when=when,
            reporter_code=inspection.organisation_code,
            once=name_of(inspection, item),
            synthetic=inspection.synthetic,
        )  # fmt: skip
        note(actor, "object", "inspection", number, when, item=item, case=case.number)
        send(
            to=RoleHolders("city_officer"),
            subject=Text(f"异议待答复：{number}", f"Objection to be answered: {number}"),
            body=Text(
                f"{inspection.organisation_name} 对“{offered[item].zh}”有异议，请没有参与这次检查的人在"
                f" {case.due_on} 前答复。",
                f"{inspection.organisation_name} objects to “{offered[item].en}”. Somebody who took no part in the"
                f" inspection answers by {case.due_on}.",
            ),
            link=f"/desk/inspections/objections/{case.number}",
            about=("case", case.number),
            when=when,
            once=f"case/{case.number}/objection",
        )
    return case


def answer_objection(*, actor: Actor, number: str, outcome: str, answer: str, when: Moment) -> Case:
    """Answer an objection. Where it is upheld, the case of the finding ends as unfounded unless it is past that.

    Raises NotAllowed for who inspected, who took a step for what it is about, and who is no officer there.
    """
    case, inspection = objection_for(actor, number)
    if not may_answer(actor, case, inspection):
        raise NotAllowed(
            "inspections.objection.answer",
            "异议由没有参与这次检查、也没有经办它的问题的经办人答复，答复一次。",
            "An officer who neither inspected nor handled what was found answers an objection, once.",
        )
    with transaction.atomic():
        wish = Wish("answer", values={"outcome": outcome, "answer": answer.strip()[:LONGEST]}, through="objection")
        take_step(actor=actor, case_id=case.pk, wish=wish, seen=None, when=when)
        case.refresh_from_db()
        if outcome == "upheld":
            _let_go(actor, inspection, case, when)
        note(actor, "answer-objection", "inspection", inspection.number, when, case=number, outcome=outcome)
    return case


def _let_go(actor: Actor, inspection: Inspection, objection: Case, when: Moment) -> None:
    finding = inspection.findings.filter(item=objection.values.get("item", "")).select_related("case").first()
    if finding is None:
        return
    ground = f"异议 {objection.number} 成立：{objection.values.get('answer', '')}"[:2000]
    for code in _LET_GO:
        held = Case.objects.get(pk=finding.case_id)
        step = type_of(held).step_of(code)
        if step is not None and held.state in step.leaves:
            take_step(actor=actor, case_id=held.pk, wish=Wish(code, ground), seen=None, when=when)
