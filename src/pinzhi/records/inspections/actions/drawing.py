"""Draw targets and inspectors at random: announce with sealed seed, open on the day, or call off with reasons."""

from collections.abc import Collection, Mapping
from secrets import token_hex
from typing import Any

from django.db import transaction

from pinzhi.engine.assessment.judging.lot import commitment
from pinzhi.engine.casework.draws import Inspector, RiskLevel, Target, Visit, draw
from pinzhi.engine.casework.published_draws import Lists, plain_lists, plain_visits
from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import SYSTEM, Actor, require
from pinzhi.records.accounts.sealing import seal, unseal
from pinzhi.records.casework.actions.opening import open_case
from pinzhi.records.casework.actions.steps import Wish, take_step
from pinzhi.records.inspections.actions.noting import note
from pinzhi.records.inspections.actions.opening import Going, open_inspection
from pinzhi.records.inspections.models import Draw, Inspection, Plan, RiskTarget
from pinzhi.records.inspections.queries.draws import bars_of, inspectors_on, lists_of
from pinzhi.records.inspections.queries.plans import targets_of
from pinzhi.records.inspections.rules import inspector_code

PURPOSE = "inspections"
SEED_BYTES = 16


def announce_draw(
    *,
    actor: Actor,
    plan: Plan,
    wanted: Mapping[RiskLevel, int],
    team: int,
    opens_on: Any,
    when: Moment,
    inspectors: Collection[int] | None = None,
    synthetic: bool = False,
) -> Draw:
    """Freeze the lists of a draw and publish the commitment to its seed, which nobody has seen, not even the officer.

    ``inspectors`` are accounts, None for all inspectors in office. Everybody who acts for a target, or declared a tie
    to it, is barred from it. Raises BadInput for more targets than there are, a day that has passed, or no team;
    Conflict where the ties leave a target without a team, so that the draw could come to nothing on its day.
    """
    require(actor, "inspections.plan", plan)
    if opens_on < when.on:
        raise BadInput(
            "inspections.draw.day",
            "抽取日 {found} 已经过了。",
            "The day of the draw, {found}, has passed.",
            found=opens_on,
        )
    lists = _lists(plan, wanted, team, inspectors, when)
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=plan.pk)  # two who announce at once take different numbers
        code = f"{plan.key}-{plan.draws.count() + 1}"
        seed = token_hex(SEED_BYTES)
        draw(lists.targets, lists.inspectors, wanted=lists.wanted, team=team, seed="rehearsal")
        held = Draw.objects.create(
            code=code,
            plan=plan,
            lists=plain_lists(lists),
            digest=lists.digest,
            commitment=commitment(seed),
            box=seal(seed.encode(), purpose=PURPOSE, about=code),
            opens_on=opens_on,
            announced_at=when.at,
            announced_by=actor.key,
            synthetic=synthetic or plan.synthetic,
        )
        note(actor, "draw-announce", "draw", code, when, commitment=held.commitment, digest=held.digest,
             opens_on=opens_on.isoformat())  # fmt: skip
    return held


def open_draw(*, actor: Actor, code: str, when: Moment) -> Draw:
    """Open the seed, draw, and open a spot check with its team for each target drawn.

    Raises Conflict before the announced day and for a draw that was opened or called off already.
    """
    with transaction.atomic():
        held = _held(actor, code)
        if when.on < held.opens_on:
            raise Conflict(
                "inspections.draw.early",
                "公布的抽取日是 {day}，不能提前。",
                "The draw is announced for {day} and cannot be held before.",
                day=held.opens_on,
            )
        lists, seed = lists_of(held), _seed(held)
        made = draw(lists.targets, lists.inspectors, wanted=lists.wanted, team=lists.team, seed=seed)
        held.seed, held.visits = seed, plain_visits(made.visits)
        held.opened_on, held.opened_at, held.opened_by = when.on, when.at, actor.key
        held.save()
        note(actor, "draw-open", "draw", code, when, seed=seed, visits=held.visits)
        for visit in made.visits:
            _send_out(held, visit, when)
    return held


def call_off_draw(*, actor: Actor, code: str, ground: str, when: Moment) -> Draw:
    """Call a draw off before it is opened; it stays public with its seed, so that nobody draws until it suits him."""
    if not ground.strip():
        raise BadInput("inspections.draw.ground", "请写明取消的理由。", "Say why it is called off.")
    with transaction.atomic():
        held = _held(actor, code)
        held.seed, held.called_off = _seed(held), ground.strip()[:300]
        held.opened_on, held.opened_at, held.opened_by = when.on, when.at, actor.key
        held.save()
        note(actor, "draw-call-off", "draw", code, when, ground=ground, seed=held.seed)
    return held


def _lists(
    plan: Plan, wanted: Mapping[RiskLevel, int], team: int, inspectors: Collection[int] | None, when: Moment
) -> Lists:
    targets = tuple(
        Target(one.organisation_code, one.level, one.district)  # type: ignore[arg-type]
        for one in targets_of(plan, when.on)
    )
    people = [one for one in inspectors_on(when.on) if inspectors is None or one.pk in inspectors]
    lists = Lists(
        targets,
        tuple(Inspector(inspector_code(one.pk), bars_of(one, when.on)) for one in people),
        {level: count for level, count in wanted.items() if count},
        team,
    )
    if not lists.wanted:
        raise BadInput("inspections.draw.none", "至少抽一家。", "At least one target is to be drawn.")
    for target in targets if team >= 1 else ():
        free = sum(target.key not in one.bars for one in lists.inspectors)
        if free < team and lists.wanted.get(target.level):
            raise Conflict(
                "inspections.draw.team",
                "“{target}”只有 {free} 名检查人员不用回避，每组要 {team} 名。",
                "Only {free} inspectors need not stand aside from “{target}”; a team takes {team}.",
                target=target.key,
                free=free,
                team=team,
            )
    return lists


def _held(actor: Actor, code: str) -> Draw:
    held = Draw.objects.select_for_update().filter(code=code).first()
    if held is None:
        raise BadInput("inspections.draw", "没有“{code}”这次抽取。", "There is no draw “{code}”.", code=code[:40])
    require(actor, "inspections.plan", held.plan)
    if held.opened_at is not None:
        raise Conflict(
            "inspections.draw.done",
            "这次抽取已经办完：{code}。",
            "This draw was opened or called off already: {code}.",
            code=code,
        )
    return held


def _seed(held: Draw) -> str:
    return unseal(bytes(held.box), purpose=PURPOSE, about=held.code).decode()


def _send_out(held: Draw, visit: Visit, when: Moment) -> Inspection:
    rows = RiskTarget.objects.filter(organisation_code=visit.target, theme=held.plan.theme, level=visit.level)
    target = rows.order_by("-from_on")[0]  # as it stood when the lists were sealed, whatever became of it since
    team = {inspector_code(one.pk): one for one in User.objects.filter(pk__in=_ids(visit.inspectors))}
    people = [team[code] for code in visit.inspectors]
    place = f"{target.latitude} {target.longitude} {target.organisation_name}" if target.latitude else ""
    case = open_case(
        actor=SYSTEM,
        kind="spot-check",
        values={"organisation": visit.target, "risk-level": visit.level, "draw": held.code, "place": place},
        when=when,
        once=f"draw/{held.code}/{visit.target}",
        synthetic=held.synthetic,
    )
    wish = Wish("assign", assign={"verifier": str(people[0].pk)})
    take_step(actor=SYSTEM, case_id=case.pk, wish=wish, seen=None, when=when)
    return open_inspection(
        plan=held.plan,
        kind="spot",
        number=case.number,
        target=target,
        people=[Going(code, team[code]) for code in visit.inspectors],
        when=when,
        case_id=case.pk,
        held=held,
    )


def _ids(codes: tuple[str, ...]) -> list[int]:
    return [int(code.removeprefix("J")) for code in codes]
