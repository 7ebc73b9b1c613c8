"""Open an inspection: who goes where, by which checklist."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.models import User
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.inspections.models import Draw, Inspection, Member, Plan, RiskTarget
from pinzhi.records.inspections.rules import checklist
from pinzhi.records.notices.actions import Accounts, send


@dataclass(frozen=True, slots=True)
class Going:
    """Somebody who is sent: the code that names him in public, and his field if he is an expert."""

    code: str
    user: User
    field: str = ""


def open_inspection(
    *,
    plan: Plan,
    kind: str,
    number: str,
    target: RiskTarget,
    people: Sequence[Going],
    when: Moment,
    case_id: int | None = None,
    held: Draw | None = None,
    batch: int | None = None,
    planned_on: date | None = None,
) -> Inspection:
    """Open an inspection for its people, who are told; the caller has checked that it may be opened."""
    held_checklist = checklist(plan.instrument, plan.edition)
    made = Inspection.objects.create(
        number=number,
        kind=kind,
        plan=plan,
        draw=held,
        case_id=case_id,
        batch=batch,
        planned_on=planned_on,
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
        Member(
            inspection=made,
            place=place,
            user=one.user,
            code=one.code,
            field=one.field,
            name=one.user.name or one.user.email,
        )
        for place, one in enumerate(people, start=1)
    )
    day_zh, day_en = (f"安排在 {planned_on}。", f" Planned for {planned_on}.") if planned_on else ("", "")
    send(
        to=Accounts(tuple(one.user.pk for one in people)),
        subject=Text(f"现场检查：{made.organisation_name}", f"Inspection on site: {made.organisation_name}"),
        body=Text(
            f"{plan.title_zh}，{number}。{day_zh}出发前打开一次，检查表就存在手机里，没有网络也能填。",
            f"{plan.title_en}, {number}.{day_en} Open it once before you leave: the checklist then works without a"
            " network.",
        ),
        link=f"/desk/inspections/{number}",
        about=("inspection", number),
        when=when,
        once=f"inspection/{number}/opened",
    )
    return made
