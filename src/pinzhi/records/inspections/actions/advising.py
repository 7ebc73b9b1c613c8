"""Send experts to enterprises in batches: who goes where on which day, nobody to whom he is tied."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max

from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor, actor_for, require
from pinzhi.records.casework.actions.opening import open_case
from pinzhi.records.casework.actions.steps import Wish, take_step
from pinzhi.records.catalog.rulebook import calendar
from pinzhi.records.inspections.actions.noting import note
from pinzhi.records.inspections.actions.opening import Going, open_inspection
from pinzhi.records.inspections.models import FieldExpert, Inspection, Member, Plan, RiskTarget
from pinzhi.records.inspections.queries.draws import bars_of
from pinzhi.records.inspections.queries.plans import targets_of
from pinzhi.records.inspections.rules import FIELDS, FITTING, KINDS, expert_code

KIND = "expert-help"
MOST_VISITS = 100  # of a batch


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch of visits as an officer wants it: experts in their fields, enterprises by credit code, and the days.

    ``experts`` are rows of the list of experts. So many enterprises ``a_day`` are visited, on working days from the
    first.
    """

    experts: tuple[int, ...]
    targets: tuple[str, ...]
    first_on: date
    a_day: int = 4


def list_expert(*, actor: Actor, user: User, field: str, when: Moment, synthetic: bool = False) -> FieldExpert:
    """Put an expert on the list of those who go on visits, in a field; listed before, the row that stands is returned.

    Raises BadInput for a field that is none and for an account without the role of an expert.
    """
    require(actor, "inspections.plan")
    if field not in FIELDS or not actor_for(user, when.on).has("expert"):
        raise BadInput(
            "inspections.expert",
            "要选一个专家账号和一个专业：{known_zh}。",
            "Choose the account of an expert and a field: {known}.",
            known_zh="、".join(one.zh for one in FIELDS.values()),
            known=", ".join(one.en for one in FIELDS.values()),
        )
    with transaction.atomic():
        made, is_new = FieldExpert.objects.get_or_create(
            user=user, field=field, defaults={"actor": actor.key, "at": when.at, "synthetic": synthetic}
        )
        if is_new:
            note(actor, "expert", "user", str(user.pk), when, field=field)
    return made


def plan_batch(*, actor: Actor, plan: Plan, wanted: Batch, when: Moment) -> tuple[Inspection, ...]:
    """Open the visits of a batch, each with its case and all experts of the batch; the one whose field fits leads.

    Raises BadInput for experts, enterprises or days that are none; Conflict where an expert is tied to an enterprise or
    out on that day already, and where nobody's field fits an enterprise. Then nothing is opened.
    """
    require(actor, "inspections.plan", plan)
    experts = _experts(wanted, when)
    targets = _targets(plan, wanted, when)
    days = list(_days(plan, wanted, when))
    _check_ties(experts, targets, wanted.first_on)
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=plan.pk)  # two who plan at once take different numbers
        _check_days(experts, days)
        batch = (plan.inspections.aggregate(last=Max("batch"))["last"] or 0) + 1
        made = tuple(
            _visit(actor, plan, target, _team(experts, target), batch, on, when)
            for target, on in zip(targets, days, strict=True)
        )
        note(actor, "batch", "plan", plan.key, when, batch=batch, visits=[one.number for one in made],
             experts=[expert_code(one.user_id) for one in experts])  # fmt: skip
    return made


def _experts(wanted: Batch, when: Moment) -> list[FieldExpert]:
    rows = list(FieldExpert.objects.filter(pk__in=wanted.experts).select_related("user").order_by("pk"))
    people = {one.user_id for one in rows}
    if not rows or len(rows) != len(set(wanted.experts)) or len(people) != len(rows):
        raise BadInput(
            "inspections.batch.experts",
            "至少选一名专家，一个人只选一个专业。",
            "Choose at least one expert, each in one field.",
        )
    for one in rows:
        if not actor_for(one.user, when.on).has("expert"):
            raise Conflict(
                "inspections.batch.left",
                "“{name}”不再是专家，不能派出。",
                "“{name}” is no longer an expert and cannot be sent.",
                name=_name(one.user),
            )
    return rows


def _targets(plan: Plan, wanted: Batch, when: Moment) -> list[RiskTarget]:
    known = {one.organisation_code: one for one in targets_of(plan, when.on)}
    for code in wanted.targets:
        if code not in known:
            raise BadInput(
                "inspections.batch.target",
                "“{code}”今天不在这个计划的名录里。",
                "“{code}” does not stand in the register of this plan today.",
                code=code[:40],
            )
    codes = list(dict.fromkeys(wanted.targets))
    if not 1 <= len(codes) <= MOST_VISITS:
        raise BadInput(
            "inspections.batch.many",
            "一批选 1 到 {most} 家，现在选了 {found} 家。",
            "A batch takes 1 to {most} enterprises; {found} were chosen.",
            most=MOST_VISITS,
            found=len(codes),
        )
    return [known[code] for code in codes]


def _days(plan: Plan, wanted: Batch, when: Moment) -> Iterator[date]:
    """Yield the day of each visit, refused where one lies outside the plan or has passed."""
    if wanted.a_day < 1 or not when.on <= wanted.first_on:
        raise BadInput(
            "inspections.batch.day",
            "第一天 {found} 不能早于今天，每天至少一家。",
            "The first day, {found}, cannot lie before today; at least one enterprise a day.",
            found=wanted.first_on,
        )
    day = calendar().add(wanted.first_on, 0)
    for number in range(len(dict.fromkeys(wanted.targets))):
        if number and number % wanted.a_day == 0:
            day = calendar().add(day, 1)
        if not plan.starts_on <= day <= plan.ends_on:
            raise BadInput(
                "inspections.batch.plan",
                "{found} 不在计划的 {first} 到 {last} 之间。",
                "{found} lies outside the plan, {first} to {last}.",
                found=day,
                first=plan.starts_on,
                last=plan.ends_on,
            )
        yield day


def _check_ties(experts: Sequence[FieldExpert], targets: Sequence[RiskTarget], on: date) -> None:
    for one in experts:
        barred = bars_of(one.user, on)
        for target in targets:
            if target.organisation_code in barred:
                raise Conflict(
                    "inspections.batch.tie",
                    "“{name}”要回避“{target}”，不能同批。",
                    "“{name}” stands aside from “{target}”; they cannot be in one batch.",
                    name=_name(one.user),
                    target=target.organisation_name,
                )


def _check_days(experts: Sequence[FieldExpert], days: Sequence[date]) -> None:
    people = [one.user_id for one in experts]
    busy = Member.objects.filter(user_id__in=people, inspection__planned_on__in=set(days), inspection__state="ready")
    found = busy.exclude(inspection__case__phase="closed").select_related("inspection").order_by("pk").first()
    if found is not None:
        raise Conflict(
            "inspections.batch.busy",
            "“{name}”在 {day} 已安排去“{target}”。",
            "“{name}” goes to “{target}” on {day} already.",
            name=found.name,
            day=found.inspection.planned_on,
            target=found.inspection.organisation_name,
        )


def _team(experts: Sequence[FieldExpert], target: RiskTarget) -> list[FieldExpert]:
    """Return the experts with the one who leads first: whose field fits the target best."""
    fitting = [field for kind in target.kinds.split() for field in FITTING.get(kind, ())]
    if not fitting:
        return list(experts)
    rank: Mapping[str, int] = {field: place for place, field in reversed(list(enumerate(fitting)))}
    team = sorted(experts, key=lambda one: rank.get(one.field, len(fitting)))
    if team[0].field not in rank:
        raise Conflict(
            "inspections.batch.field",
            "“{target}”是{kinds_zh}企业，这一批没有专业对口的专家。",
            "“{target}” is a {kinds}; no expert of this batch has the field.",
            target=target.organisation_name,
            kinds_zh="、".join(KINDS[kind].zh for kind in target.kinds.split() if kind in KINDS),
            kinds=", ".join(KINDS[kind].en.lower() for kind in target.kinds.split() if kind in KINDS),
        )
    return team


def _visit(
    actor: Actor, plan: Plan, target: RiskTarget, team: Sequence[FieldExpert], batch: int, on: date, when: Moment
) -> Inspection:
    kind = next((one for one in target.kinds.split() if one in KINDS), "")
    case = open_case(
        actor=actor,
        kind=KIND,
        values={
            "batch": str(batch), "organisation": target.organisation_code, "speciality": team[0].field,
            "target": kind, "planned-on": on.isoformat(),
        },
        when=when,
        once=f"batch/{plan.key}/{batch}/{target.organisation_code}",
        synthetic=plan.synthetic,
    )  # fmt: skip
    wish = Wish("name", assign={"expert": str(team[0].user_id)})
    take_step(actor=actor, case_id=case.pk, wish=wish, seen=None, when=when)
    return open_inspection(
        plan=plan,
        kind="expert",
        number=case.number,
        target=target,
        people=[Going(expert_code(one.user_id), one.user, one.field) for one in team],
        when=when,
        case_id=case.pk,
        batch=batch,
        planned_on=on,
    )


def _name(user: User) -> str:
    return user.name or user.email
