"""Claim one's enrolment: by the admission number and the tail of the telephone, once, by one account."""

from django.db import transaction

from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.training.actions.noting import note
from pinzhi.records.training.models import Enrolment, Learner

MOST_WRONG = 5


def claim(*, actor: Actor, number: str, phone_tail: str, when: Moment) -> Learner:
    """Tie the actor's account to the person enrolled under a number.

    A wrong number and a wrong tail get the same words. After five wrong tails the number is closed until the training
    body opens it again.
    """
    require(actor, "training.sit")
    with transaction.atomic():
        found = (
            Enrolment.objects.select_for_update(of=("self",))
            .filter(number=number.strip().lower())
            .select_related("learner")
            .first()
        )
        if found is None:
            raise _wrong()
        if found.wrong_claims >= MOST_WRONG:
            raise Conflict(
                "training.claim.closed",
                "这个准考证号试错太多次，已锁住。请培训机构核对后重新打开。",
                "Too many wrong tries for this number; it is closed. Ask the training body to open it again.",
            )
        is_right = found.learner.phone_tail == phone_tail.strip()
        if is_right:
            return _tied(actor, found, when)
        found.wrong_claims += 1
        found.save(update_fields=["wrong_claims"])
        note(actor, "claim.wrong", "enrolment", found.number, when, tries=found.wrong_claims)
    raise _wrong()


def reopen_claim(*, actor: Actor, number: str, when: Moment) -> None:
    """Let a number be tried again."""
    with transaction.atomic():
        found = (
            Enrolment.objects.select_for_update(of=("self",)).select_related("session").filter(number=number).first()
        )
        if found is None:
            raise _wrong()
        require(actor, "training.run", found.session)
        found.wrong_claims = 0
        found.save(update_fields=["wrong_claims"])
        note(actor, "claim.reopen", "enrolment", found.number, when)


def _tied(actor: Actor, found: Enrolment, when: Moment) -> Learner:
    learner = Learner.objects.select_for_update().get(pk=found.learner_id)
    if learner.user_id == actor.account_id:
        return learner
    if learner.user_id is not None or Learner.objects.filter(user_id=actor.account_id).exists():
        raise Conflict(
            "training.claim.taken",
            "这个学员已由别的账号认领，或者你的账号已认领了别的学员。请找培训机构。",
            "Another account has claimed this person, or yours has claimed another. Ask the training body.",
        )
    learner.user_id = actor.account_id
    learner.save(update_fields=["user"])
    note(actor, "claim", "enrolment", found.number, when)
    return learner


def _wrong() -> BadInput:
    return BadInput(
        "training.claim",
        "准考证号和手机后四位对不上。照报名确认单再填一次。",
        "Number and the last four digits of the mobile do not match. Copy them from the confirmation.",
    )
