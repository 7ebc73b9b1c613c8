"""Open an inspection: who goes where, by which checklist."""

from collections.abc import Sequence

from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.models import User
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.inspections.models import Draw, Inspection, Member, Plan, RiskTarget
from pinzhi.records.inspections.rules import checklist
from pinzhi.records.notices.actions import Accounts, send


def open_inspection(
    *,
    plan: Plan,
    kind: str,
    number: str,
    target: RiskTarget,
    people: Sequence[tuple[str, User]],
    when: Moment,
    case_id: int | None = None,
    held: Draw | None = None,
) -> Inspection:
    """Open an inspection for its people, who are told; the caller has checked that it may be opened."""
    held_checklist = checklist(plan.instrument, plan.edition)
    made = Inspection.objects.create(
        number=number,
        kind=kind,
        plan=plan,
        draw=held,
        case_id=case_id,
        organisation_code=target.organisation_code,
        organisation_name=target.organisation_name,
        level=target.level,
        kinds=target.kinds,
        district=target.district,
        zone=target.zone,
        latitude=target.latitude,
        longitude=target.longitude,
        instrument=plan.instrument,
        edition=plan.edition,
        digest=rulebook().digest(held_checklist),
        opened_on=when.on,
        synthetic=plan.synthetic,
    )
    Member.objects.bulk_create(
        Member(inspection=made, place=place, user=user, code=code, name=user.name or user.email)
        for place, (code, user) in enumerate(people, start=1)
    )
    send(
        to=Accounts(tuple(user.pk for _code, user in people)),
        subject=Text(f"现场检查：{made.organisation_name}", f"Inspection on site: {made.organisation_name}"),
        body=Text(
            f"{plan.title_zh}，{number}。出发前打开一次，检查表就存在手机里，没有网络也能填。",
            f"{plan.title_en}, {number}. Open it once before you leave: the checklist then works without a network.",
        ),
        link=f"/desk/inspections/{number}",
        about=("inspection", number),
        when=when,
        once=f"inspection/{number}/opened",
    )
    return made
