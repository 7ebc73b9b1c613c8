"""Call a round and set the dates of its stages."""

import secrets
from collections.abc import Mapping
from datetime import date

from django.db import IntegrityError, transaction

from pinzhi.engine.assessment.judging.lot import commitment
from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.scheme_parts import Stage
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.assessment.actions.common import hold_round, note_round
from pinzhi.records.assessment.models import Member, Round, RoundStage
from pinzhi.records.assessment.rules import pin_now, scheme_of
from pinzhi.records.catalog.rulebook import calendar, rulebook

Dates = tuple[date | None, date | None]  # opens on, last day


def call_round(
    *,
    actor: Actor,
    scheme_id: str,
    edition: str,
    when: Moment,
    stages: Mapping[str, Dates] | None = None,
    synthetic: bool = False,
) -> Round:
    """Call a round of a scheme: from now on entries come in under this edition of its file.

    Without dates the draft stage opens today and lasts as long as the scheme says. The lot's seed is drawn now and its
    commitment is journalled, so that nobody can choose it once the scores are known.
    """
    require(actor, "assessment.run")
    scheme = rulebook().file(Scheme, scheme_id, edition)
    if scheme.for_record:
        raise Conflict(
            "assessment.round.for_record",
            "“{title_zh}”由别的单位评审，这里只保存获奖记录。",
            "{title} is run by somebody else; only its winners are kept here.",
            title_zh=scheme.title.zh,
            title=scheme.title.en,
        )
    key = f"{scheme.id}-{scheme.edition}"
    seed = secrets.token_hex(16)
    try:
        with transaction.atomic():
            made = Round.objects.create(
                key=key,
                scheme_id=scheme.id,
                edition=scheme.edition,
                digest=pin_now(scheme).digest,
                called_on=when.on,
                called_by=actor.key,
                lot_seed=seed,
                recorded_at=when.at,
                synthetic=synthetic,
            )
            given = {scheme.stage[0].state: (when.on, _last_day(scheme.stage[0], when.on)), **(stages or {})}
            for state, (opens, closes) in given.items():
                _check_dates(scheme, state, opens, closes)
                RoundStage.objects.create(round=made, state=state, opens_on=opens, closes_on=closes)
            note_round(actor, "round.call", made, when, lot_commitment=commitment(seed))
    except IntegrityError:
        raise Conflict(
            "assessment.round.called", "“{key}”已经启动。", "The round “{key}” has been called already.", key=key
        ) from None
    return made


def plan_stage(
    *, actor: Actor, round_id: int, state: str, opens_on: date | None, closes_on: date | None, when: Moment
) -> RoundStage:
    """Set the dates of a stage; a last day that has passed is not moved any more."""
    require(actor, "assessment.run")
    with transaction.atomic():
        held = hold_round(round_id)
        _check_dates(scheme_of(held), state, opens_on, closes_on)
        found = RoundStage.objects.filter(round=held, state=state).first()
        if found is not None and found.closes_on is not None and found.closes_on < when.on:
            raise Conflict(
                "assessment.round.stage_over",
                "这一阶段已于 {last} 24:00 截止，不能再改日期。",
                "This stage ended on {last} at 24:00; its dates can no longer be changed.",
                last=found.closes_on,
            )
        stage, _is_new = RoundStage.objects.update_or_create(
            round=held, state=state, defaults={"opens_on": opens_on, "closes_on": closes_on}
        )
        note_round(
            actor,
            "round.plan",
            held,
            when,
            state=state,
            opens_on=opens_on and opens_on.isoformat(),
            closes_on=closes_on and closes_on.isoformat(),
        )
    return stage


def appoint_member(*, actor: Actor, round_id: int, user_id: int, name: str, when: Moment) -> Member:
    """Appoint a member of the round's committee; appointing one again changes nothing."""
    require(actor, "assessment.run")
    with transaction.atomic():
        held = hold_round(round_id)
        member, is_new = Member.objects.get_or_create(
            round=held, user_id=user_id, defaults={"name": name, "appointed_on": when.on}
        )
        if is_new:
            note_round(actor, "committee.appoint", held, when, member=f"user:{user_id}")
    return member


def _last_day(stage: Stage, opens: date) -> date | None:
    if stage.period is None:
        return None
    return calendar().closes(opens, stage.period.length, stage.period.unit).last_day


def _check_dates(scheme: Scheme, state: str, opens: date | None, closes: date | None) -> None:
    if scheme.stage_of(state) is None:
        raise NotFound(
            "assessment.round.stage",
            "“{scheme_zh}”没有“{state}”这一阶段。",
            "{scheme} has no stage “{state}”.",
            scheme_zh=scheme.title.zh,
            scheme=scheme.title.en,
            state=state,
        )
    if opens is not None and closes is not None and closes < opens:
        raise BadInput(
            "assessment.round.dates",
            "截止日 {last} 早于开始日 {first}。",
            "The last day {last} lies before the first, {first}.",
            first=opens,
            last=closes,
        )
