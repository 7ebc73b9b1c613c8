"""Begin an enterprise's own inspection by the checklist of the plan that its notice belongs to."""

from django.db import transaction

from pinzhi.engine.errors import Conflict, NotAllowed
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.queries.visible import case_for
from pinzhi.records.inspections.actions.opening import open_inspection
from pinzhi.records.inspections.models import Inspection, Plan, RiskTarget
from pinzhi.records.inspections.queries.plans import NOTICE, in_force


def begin_own_inspection(*, actor: Actor, number: str, when: Moment) -> Inspection:
    """Return the own inspection of a notice, begun now unless it was before; Conflict before it is signed for."""
    case = case_for(actor, number)
    known = Inspection.objects.filter(case=case).first()
    if known is not None:
        return known
    if case.organisation_code not in actor.organisation_codes:
        raise NotAllowed("inspections.own", "自查由本单位的人做。", "An enterprise's own people inspect it themselves.")
    plan_key = (case.once or "").removeprefix("notice/").split("/")[0]
    plan = Plan.objects.filter(key=plan_key).first()
    if case.kind != NOTICE or plan is None or case.state != "signed":
        raise Conflict(
            "inspections.own.state",
            "先签收告知书，再自查；已经自查过的不用再做。",
            "Sign for the notice first; an inspection that was done is not done again.",
        )
    target = RiskTarget.objects.filter(
        in_force(when.on), organisation_code=case.organisation_code, theme=plan.theme
    ).first()
    with transaction.atomic():
        return open_inspection(
            plan=plan,
            kind="own",
            number=case.number,
            target=target or _unregistered(case.organisation_code, case.organisation_name, case.district),
            people=[],
            when=when,
            case_id=case.pk,
        )


def _unregistered(code: str, name: str, district: str) -> RiskTarget:
    """Stand in for a target that left the register after its notice was sent."""
    return RiskTarget(organisation_code=code, organisation_name=name, level="general", district=district)
