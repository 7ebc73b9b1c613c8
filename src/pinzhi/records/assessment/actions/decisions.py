"""The decision room: move an entry for a grade, vote once and on the record, count once, draw the lot in the open."""

from dataclasses import asdict

from django.db import IntegrityError, transaction

from pinzhi.engine.assessment.rounds.quotas import check_proposals
from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.stages import VOTES
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.assessment.actions.common import hold_entry, hold_round, note, note_round
from pinzhi.records.assessment.models import Ballot, Entry, Member, Motion, Round
from pinzhi.records.assessment.queries.contested import is_contested
from pinzhi.records.assessment.queries.decision import standings
from pinzhi.records.assessment.queries.facts import proposals_of, recount
from pinzhi.records.assessment.queries.recused import recused
from pinzhi.records.assessment.rules import scheme_of


def open_motion(*, actor: Actor, entry_id: int, grade: str, when: Moment) -> Motion:
    """Move that an entry be proposed for a grade; who is recused is found now and stays written on the motion."""
    require(actor, "assessment.decide")
    with transaction.atomic():
        entry = hold_entry(entry_id)
        scheme = scheme_of(entry.round)
        stage = scheme.stage_of(entry.state)
        if entry.state not in VOTES or stage is None or stage.vote is None:
            raise Conflict(
                "assessment.motion.stage",
                "“{number}”现在不在表决阶段。",
                "“{number}” is not at a stage that votes now.",
                number=entry.number,
            )
        if grade not in {one.code for one in scheme.grade}:
            raise BadInput(
                "assessment.motion.grade", "没有“{grade}”这个奖项。", "There is no grade “{grade}”.", grade=grade
            )
        if entry.motions.filter(stage=entry.state, closed_at=None).exists():
            raise Conflict(
                "assessment.motion.open",
                "“{number}”的表决还没有结束。",
                "The vote on “{number}” is still open.",
                number=entry.number,
            )
        motion = Motion.objects.create(
            entry=entry, stage=entry.state, grade=grade, recused=_recused(entry, when),
            opened_by=actor.key, opened_at=when.at,
        )  # fmt: skip
        note(actor, "motion.open", entry, when, grade=grade, recused=sorted(motion.recused))
    return motion


def cast_ballot(*, actor: Actor, motion_id: int, choice: str, reason: str, when: Moment) -> Ballot:
    """Vote on a motion, once and on the record; who is recused or no member may not.

    Where scores alone do not tell whether the entry is within the quota, a vote says why it is cast.
    """
    if choice not in ("yes", "no", "abstain"):
        raise BadInput("assessment.ballot.choice", "请选赞成、反对或弃权。", "Choose yes, no or abstain.")
    with transaction.atomic():
        motion = _held(motion_id)
        member = Member.objects.filter(round=motion.entry.round, user_id=actor.user_id or 0, left_on=None).first()
        if member is None:
            raise NotAllowed("assessment.ballot.member", "你不是这一轮的委员。", "You are no member of this committee.")
        if str(member.user_id) in motion.recused:
            why = motion.recused[str(member.user_id)]
            raise NotAllowed(
                "assessment.ballot.recused",
                "你应当回避：{why_zh}。",
                "You are recused: {why}.",
                why_zh=why["zh"],
                why=why["en"],
            )
        if motion.closed_at is not None:
            raise Conflict("assessment.motion.closed", "表决已经结束。", "The vote is over.")
        if not reason.strip():
            _require_clear(motion.entry)
        try:
            with transaction.atomic():
                ballot = Ballot.objects.create(motion=motion, member=member, choice=choice, reason=reason, at=when.at)
        except IntegrityError:
            raise Conflict(
                "assessment.round.ballot.twice",
                "{member} 已经投过票，每人一票。",
                "{member} has voted already: one ballot each.",
                member=member.name,
            ) from None
        note(actor, "ballot", motion.entry, when, motion=motion.pk, choice=choice, reason=reason)
    return ballot


def close_motion(*, actor: Actor, motion_id: int, when: Moment) -> Motion:
    """Count a motion; one that carries proposes the entry for its grade. Without a quorum it stays open.

    A motion whose grade has no place left does not carry anything: the proposal is checked against the quotas before
    it is written, so that no vote can exceed them.
    """
    require(actor, "assessment.decide")
    with transaction.atomic():
        motion = _held(motion_id)
        if motion.closed_at is not None:
            raise Conflict("assessment.motion.closed", "表决已经结束。", "The vote is over.")
        counted = recount(motion)
        if not counted.has_quorum:
            raise Conflict(
                "assessment.motion.quorum",
                "已投 {found} 票，{needed} 票才有效。",
                "{found} ballots are in; {needed} are needed.",
                found=counted.present,
                needed=counted.needed,
            )
        entry = motion.entry
        if counted.carried:
            entry.grade = motion.grade
            entry.save(update_fields=["grade"])
            _require_place(entry)
        motion.closed_at, motion.carried = when.at, counted.carried
        motion.count = {**asdict(counted), "reasons": [[one.zh, one.en] for one in counted.reasons]}
        motion.save()
        note(
            actor, "motion.close", entry, when, motion=motion.pk, grade=motion.grade, carried=counted.carried,
            yes=counted.yes, no=counted.no, abstained=counted.abstained,
        )  # fmt: skip
    return motion


def draw_lot(*, actor: Actor, round_id: int, when: Moment) -> Round:
    """Publish the lot's seed, whose commitment was journalled when the round was called; drawn once."""
    require(actor, "assessment.decide")
    with transaction.atomic():
        held = hold_round(round_id)
        if held.lot_drawn_at is not None:
            raise Conflict("assessment.lot.drawn", "已经抽过签。", "The lot has been drawn already.")
        held.lot_drawn_at = when.at
        held.save(update_fields=["lot_drawn_at"])
        note_round(actor, "lot.draw", held, when, seed=held.lot_seed)
    return held


def _held(motion_id: int) -> Motion:
    found = Motion.objects.filter(pk=motion_id).values_list("entry_id", flat=True).first()
    if found is None:
        raise NotFound("assessment.motion", "没有这项表决。", "There is no such vote.")
    entry = hold_entry(found)
    motion = Motion.objects.select_for_update().get(pk=motion_id)
    motion.entry = entry
    return motion


def _recused(entry: Entry, when: Moment) -> dict[str, dict[str, str]]:
    """Return the members who may not vote on an entry, with why, as it is written on the motion."""
    found = recused(entry.round, [entry], when.on).get(entry.pk, {})
    return {str(user): {"zh": why.zh, "en": why.en} for user, why in found.items()}


def _require_clear(entry: Entry) -> None:
    """Refuse a vote without a reason on an entry that the quota's line may or may not take in."""
    lines = standings(entry.round).lines
    if any(one.number == entry.number and is_contested(one.within) for one in lines):
        raise BadInput(
            "assessment.ballot.reason",
            "“{number}”在名额线上，只看分数分不出先后：请写明投这一票的理由，写入记录。",
            "“{number}” is at the line of the quota, where scores alone do not decide: give the reason of your vote.",
            number=entry.number,
        )


def _require_place(entry: Entry) -> None:
    """Refuse a proposal that does not earn its grade or finds no place."""
    check_proposals(scheme_of(entry.round), proposals_of(entry))
