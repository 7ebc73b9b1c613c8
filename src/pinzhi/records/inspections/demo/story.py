"""The inspections of the demonstration: a year that is over, and a draw of today that can be tried on a phone.

The numbers that the zone published are not typed in anywhere: they come out of counting these records. All invented.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.demo import ENTERPRISE, MAIL_DOMAIN
from pinzhi.records.accounts.models import Membership, User
from pinzhi.records.accounts.permissions import Actor, actor_for, command
from pinzhi.records.casework.actions.keeping import add_file
from pinzhi.records.casework.actions.past import load_past_cases
from pinzhi.records.casework.actions.steps import Wish, take_step
from pinzhi.records.casework.demo.pictures import drawn_photo
from pinzhi.records.casework.models import Case
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.catalog.rulebook import calendar, rulebook
from pinzhi.records.clock import moment, today
from pinzhi.records.inspections.actions.advising import Batch, list_expert, plan_batch
from pinzhi.records.inspections.actions.capturing import Claim, Said, sync
from pinzhi.records.inspections.actions.drawing import announce_draw, open_draw
from pinzhi.records.inspections.actions.photos import add_photo
from pinzhi.records.inspections.actions.planning import Planned, make_plan
from pinzhi.records.inspections.actions.recording import hand_in
from pinzhi.records.inspections.actions.signing import sign
from pinzhi.records.inspections.demo.problems import notices, problems
from pinzhi.records.inspections.models import Inspection, Member, Plan, RiskTarget, Trip
from pinzhi.records.inspections.rules import checklist_of
from pinzhi.records.journal.actions import write
from pinzhi.records.storage import Sent, keep

ZONE = "gaoxin"
FIRMS, LARGER = 192, 3
DOCUMENT = "环保设施和项目安全防范工作责任告知书"
INSPECTORS = ("郑强", "演示检查员二", "演示检查员三", "演示检查员四", "演示检查员五", "演示检查员六")
SECOND = f"inspector-2@{MAIL_DOMAIN}"
DANGERS = ("emergency-pool", "drainage", "storage", "facility")  # one at each of the first four that were drawn
LOOKED_AGAIN = 3  # of them were looked at again by the whole team
EXPERTS = (("water", 1), ("gas", 1), ("gas", 2), ("safety", 2), ("safety", 3), ("water", 3))  # field, batch
VISITED = 4  # enterprises in a batch
_ACTOR = command("demo")


def load_inspections() -> bool:
    """Load the inspections unless they are there; return whether they were. All or nothing.

    A city with fewer enterprises in the zone has none.
    """
    found = Organisation.objects.filter(zones__contains=ZONE, synthetic=True, kind="enterprise").order_by("code")
    firms = list(found[:FIRMS])
    if Plan.objects.exists() or len(firms) < FIRMS:
        return False
    with transaction.atomic():
        people = _inspectors()
        plan = _plan("gaoxin-risk-2023", 2023, ZONE)
        _register(firms)
        bare, covered = (keep(Sent("photo.png", [drawn_photo(covered=one)])) for one in (False, True))
        past = [*notices(firms, plan.key, DOCUMENT), *problems(firms)]
        load_past_cases(actor=_ACTOR, past=past, evidence={"": bare, "after": covered}, when=moment())
        _spot_checks(plan, people)
        _expert_visits(plan, firms)
        _visits_to_come(firms)
        _to_be_tried(people[:2])
    return True


def _inspectors() -> list[User]:
    """Return the inspectors: the demonstration's own, and colleagues with the same password."""
    first = User.objects.get(email=f"inspector@{MAIL_DOMAIN}")
    people = [first]
    for number, name in enumerate(INSPECTORS[1:], start=2):
        email = f"inspector-{number}@{MAIL_DOMAIN}"
        user, is_new = User.objects.get_or_create(
            email=email, defaults={"name": name, "synthetic": True, "password": first.password}
        )
        if is_new:
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
            Membership.objects.create(user=user, role="inspector")
            write(at=moment().at, actor=_ACTOR.key, action="accounts.role.grant", object_kind="user",
                  object_key=str(user.pk), detail={"role": "inspector", "demo": True})  # fmt: skip
        people.append(user)
    return people


def _plan(key: str, year: int, zone: str) -> Plan:
    planned = Planned(
        key=key,
        title=Text(f"{year} 年环境风险源抽查和帮扶", f"Spot checks and help at sources of risk, {year}"),
        theme="risk",
        instrument="risk-inspection",
        edition="1",
        starts_on=date(year, 1, 1),
        ends_on=date(year, 12, 31),
        zone=zone,
        document=DOCUMENT,
        basis="年度双随机抽查计划（演示）",
    )
    return make_plan(actor=_ACTOR, planned=planned, when=_at(date(year, 1, 3)), synthetic=True)


def _register(firms: Sequence[Organisation]) -> None:
    RiskTarget.objects.bulk_create(
        RiskTarget(
            organisation_code=one.code,
            organisation_name=one.name,
            theme="risk",
            level="larger" if number < LARGER else "general",
            district=one.district,
            zone=ZONE,
            kinds="water" if number % 2 else "waste-gas",
            latitude=round(36.22 + number * 7 % 50 / 1000, 4),
            longitude=round(120.23 + number * 11 % 60 / 1000, 4),
            from_on=date(2023, 1, 1),
            basis="演示",
            actor=_ACTOR.key,
            at=_at(date(2023, 1, 3)).at,
            synthetic=True,
        )
        for number, one in enumerate(firms)
    )


def _spot_checks(plan: Plan, people: Sequence[User]) -> None:
    """Draw one larger and six general risks, inspect them on seven days, and see four dangers put right."""
    held = announce_draw(
        actor=_ACTOR, plan=plan, wanted={"larger": 1, "general": 6}, team=3, opens_on=date(2023, 5, 10),
        when=_at(date(2023, 5, 8)), inspectors=[one.pk for one in people], synthetic=True,
    )  # fmt: skip
    opened = open_draw(actor=_ACTOR, code=held.code, when=_at(date(2023, 5, 10)))
    days = calendar()
    for number, visit in enumerate(opened.visits):
        inspection = Inspection.objects.get(draw=opened, organisation_code=visit["target"])
        danger = DANGERS[number] if number < len(DANGERS) else ""
        _inspect(inspection, danger, days.add(date(2023, 5, 10), number + 1))
        if danger:
            _put_right(inspection, days.add(date(2023, 5, 10), number + 12), again=number < LOOKED_AGAIN)


def _inspect(inspection: Inspection, danger: str, on: date) -> None:
    team = [actor_for(one.user, today()) for one in inspection.members.order_by("place") if one.user]
    lead, when = team[0], _at(on)
    claim = Claim(when.at, inspection.latitude, inspection.longitude, 6.0)
    number = inspection.number
    rows = [
        Said(f"{number}-{item.id}", item.id, 0, "no" if item.id == danger else "yes",
             "演示：现场发现，要整改" if item.id == danger else "", claim)
        for item in checklist_of(inspection).item
    ]  # fmt: skip
    sync(actor=lead, number=number, said=rows, device_now=when.at, when=when)
    if danger:
        photo = Sent("photo.png", [drawn_photo()])
        add_photo(actor=lead, number=number, key=f"{number}-photo", item=danger, sent=photo,
                  digest="", claim=claim, device_now=when.at, when=when)  # fmt: skip
    result = "rectify" if danger else "clean"
    made = hand_in(actor=lead, number=number, result=result, visited_on=on, when=when)
    for actor in (*team, _firm(inspection.organisation_code)):
        sign(actor=actor, number=number, digest=made.document_digest, words="", when=when)
    take_step(actor=_officer(), case_id=made.case_id or 0, wish=Wish("publish"), seen=None, when=when)


def _put_right(inspection: Inspection, on: date, *, again: bool) -> None:
    """Give the danger to the firm, see it put right and verified; ``again`` counts the team's second way there."""
    case = Case.objects.get(finding__inspection=inspection)
    lead = User.objects.get(pk=inspection.members.get(place=1).user_id or 0)
    firm, officer, when = _firm(inspection.organisation_code), _officer(), _at(on)

    def step(actor: Actor, wish: Wish) -> None:
        take_step(actor=actor, case_id=case.pk, wish=wish, seen=None, when=when)

    step(officer, Wish("assign", assign={"handler": inspection.organisation_code}))
    add_file(actor=firm, case_id=case.pk, kind="after", sent=Sent("after.png", [drawn_photo(covered=True)]), when=when)
    step(firm, Wish("rectify", values={"measures": "演示：已更换阀门并清空。"}))
    step(actor_for(lead, today()), Wish("verify", "演示：现场复查合格。"))
    step(officer, Wish("close", "演示：同意销号。"))
    if again:
        Trip.objects.bulk_create(Trip(inspection=inspection, code=one.code, on=on) for one in inspection.members.all())


def _expert_visits(plan: Plan, firms: Sequence[Organisation]) -> None:
    """Six experts in three batches, two in each, at enterprises that use water or give off waste gas."""
    digest = rulebook().digest(checklist_of(Inspection(instrument=plan.instrument, edition=plan.edition)))
    for batch, on in ((1, date(2023, 4, 12)), (2, date(2023, 7, 19)), (3, date(2023, 10, 18))):
        experts = [(number, field) for number, (field, its) in enumerate(EXPERTS, start=1) if its == batch]
        for place in range(VISITED):
            firm = firms[20 + batch * VISITED + place]
            made = Inspection.objects.create(
                number=f"ZJ-2023-{batch}{place + 1:04d}",
                kind="expert",
                plan=plan,
                batch=batch,
                organisation_code=firm.code,
                organisation_name=firm.name,
                level="general",
                kinds="water" if place % 2 else "waste-gas",
                district=firm.district,
                zone=ZONE,
                instrument=plan.instrument,
                edition=plan.edition,
                digest=digest,
                state="signed",
                opened_on=on,
                visited_on=on,
                synthetic=True,
            )
            Member.objects.bulk_create(
                Member(inspection=made, place=order, code=f"E{number:04d}", name=f"演示专家{number}", field=field)
                for order, (number, field) in enumerate(experts, start=1)
            )


def _visits_to_come(firms: Sequence[Organisation]) -> None:
    """Plan this year's first batch for the demonstration's own expert, at two enterprises that use water."""
    expert = User.objects.get(email=f"expert@{MAIL_DOMAIN}")
    plan, when = _plan("gaoxin-risk-2024", 2024, ZONE), moment()
    listed = list_expert(actor=_ACTOR, user=expert, field="water", when=when, synthetic=True)
    wanted = Batch((listed.pk,), (firms[41].code, firms[43].code), date(2024, 1, 8))
    plan_batch(actor=_ACTOR, plan=plan, wanted=wanted, when=when)


def _to_be_tried(people: Sequence[User]) -> None:
    """Draw the demonstration's own enterprise today, so that its inspection can be tried on a phone."""
    firm = Organisation.objects.filter(code=ENTERPRISE).first()
    if firm is None:
        return
    RiskTarget.objects.create(
        organisation_code=firm.code, organisation_name=firm.name, theme="dust", level="larger",
        district=firm.district, latitude=36.2402, longitude=120.2410, from_on=date(2024, 1, 1), basis="演示",
        actor=_ACTOR.key, at=moment().at, synthetic=True,
    )  # fmt: skip
    planned = Planned(
        key="dust-2024",
        title=Text("扬尘专项检查", "Inspections of dust"),
        theme="dust",
        instrument="dust-inspection",
        edition="1",
        starts_on=date(2024, 1, 1),
        ends_on=date(2024, 12, 31),
    )
    when = moment()
    plan = make_plan(actor=_ACTOR, planned=planned, when=when, synthetic=True)
    held = announce_draw(actor=_ACTOR, plan=plan, wanted={"larger": 1}, team=2, opens_on=when.on, when=when,
                         inspectors=[one.pk for one in people], synthetic=True)  # fmt: skip
    open_draw(actor=_ACTOR, code=held.code, when=when)


def _officer() -> Actor:
    return actor_for(User.objects.get(email=f"city-officer@{MAIL_DOMAIN}"), today())


def _firm(code: str) -> Actor:
    """Return the people of an enterprise that nobody signs in for."""
    return Actor(None, "演示企业代表", frozenset({"enterprise"}), frozenset({code}), key=f"demo:{code}")


def _at(on: date) -> Moment:
    return Moment(datetime(on.year, on.month, on.day, 2, tzinfo=UTC), on)
