"""Make a plan of inspections, and send the notices of responsibility that go with it."""

import re
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.casework.actions.opening import open_case
from pinzhi.records.casework.models import Case
from pinzhi.records.casework.rules import case_types
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.inspections.actions.noting import note
from pinzhi.records.inspections.models import Plan
from pinzhi.records.inspections.queries.plans import NOTICE, notices_of, targets_of
from pinzhi.records.inspections.rules import checklist
from pinzhi.records.notices.actions import OrganisationPeople, send

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan as somebody wants it; ``district`` and ``zone`` are empty for the whole city."""

    key: str
    title: Text
    theme: str
    instrument: str
    edition: str
    starts_on: date
    ends_on: date
    district: str = ""
    zone: str = ""
    document: str = ""
    basis: str = ""


def make_plan(*, actor: Actor, planned: Planned, when: Moment, synthetic: bool = False) -> Plan:
    """Make a plan; BadInput for what is missing or not known, Conflict for a key that is taken."""
    _check(planned)
    plan = Plan(
        key=planned.key,
        title_zh=planned.title.zh.strip()[:200],
        title_en=(planned.title.en.strip() or planned.title.zh.strip())[:300],
        theme=planned.theme,
        district=planned.district,
        zone=planned.zone,
        instrument=planned.instrument,
        edition=planned.edition,
        document=planned.document.strip()[:200],
        basis=planned.basis.strip()[:300],
        starts_on=planned.starts_on,
        ends_on=planned.ends_on,
        actor=actor.key,
        at=when.at,
        synthetic=synthetic,
    )
    require(actor, "inspections.plan", plan)
    try:
        with transaction.atomic():
            plan.save()
            note(actor, "plan", "plan", plan.key, when, title=plan.title_zh, checklist=planned.instrument)
    except IntegrityError as error:
        raise Conflict(
            "inspections.plan.key",
            "已有代号为“{key}”的计划，请换一个。",
            "A plan “{key}” exists already; choose another key.",
            key=planned.key,
        ) from error
    return plan


def send_notices(*, actor: Actor, plan: Plan, when: Moment) -> tuple[Case, ...]:
    """Send the plan's notice of responsibility to every target that has none yet; return the notices sent now.

    Sent again, for instance after targets were added, it reaches only those it has not reached. Each notice is a case
    with its own clocks, and the enterprise's people are told.
    """
    require(actor, "inspections.plan", plan)
    if not plan.document:
        raise BadInput(
            "inspections.notice.document",
            "这个计划没有写告知书名称，不能发送。",
            "The plan names no notice document, so none can be sent.",
        )
    with transaction.atomic():
        reached = set(notices_of(plan).values_list("organisation_code", flat=True))
        sent = []
        for target in targets_of(plan, when.on):
            if target.organisation_code in reached:
                continue
            case = open_case(
                actor=actor,
                kind=NOTICE,
                values={"organisation": target.organisation_code, "document": plan.document},
                when=when,
                once=f"notice/{plan.key}/{target.organisation_code}",
                synthetic=plan.synthetic,
            )
            _tell(plan, case, when)
            sent.append(case)
        if sent:
            note(actor, "notices", "plan", plan.key, when, sent=len(sent))
    return tuple(sent)


def _tell(plan: Plan, case: Case, when: Moment) -> None:
    send(
        to=OrganisationPeople(case.organisation_code),
        subject=Text(f"请签收：{plan.document}", f"To be signed for: {plan.document}"),
        body=Text(
            f"{plan.title_zh}。请在 {case.due_on} 前签收 {case.number}，再按检查表自查。",
            f"{plan.title_en}. Sign for {case.number} by {case.due_on}, then inspect yourselves by the checklist.",
        ),
        link=f"/desk/cases/{case.number}",
        about=("case", case.number),
        when=when,
        once=f"case/{case.number}/sent",
    )


def _check(planned: Planned) -> None:
    checklist(planned.instrument, planned.edition)
    if _KEY.fullmatch(planned.key) is None:
        raise BadInput(
            "inspections.plan.slug",
            "代号“{key}”只能用小写字母、数字和连字符，2 到 40 个，如 risk-2024。",
            "The key “{key}” takes 2 to 40 small letters, digits and hyphens, such as risk-2024.",
            key=planned.key[:40],
        )
    if not planned.title.zh.strip():
        raise BadInput("inspections.plan.title", "请写计划名称。", "Give the plan a title.")
    if planned.starts_on > planned.ends_on:
        raise BadInput(
            "inspections.plan.days",
            "计划从 {first} 到 {last}：结束早于开始。",
            "The plan runs from {first} to {last}: it ends before it begins.",
            first=planned.starts_on,
            last=planned.ends_on,
        )
    known = {
        "theme": {one.theme for one in case_types()},
        "district": {"", *rulebook().codelist("districts").codes},
        "zone": {"", *rulebook().codelist("zones").codes},
    }
    for name, codes in known.items():
        if getattr(planned, name) not in codes:
            raise BadInput(
                "inspections.plan.scope",
                "没有“{value}”这个主题、区市或功能区。",
                "There is no {name} “{value}”.",
                name=name,
                value=str(getattr(planned, name))[:60],
            )
