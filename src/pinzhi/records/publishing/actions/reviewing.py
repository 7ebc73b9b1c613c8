"""Review a bulletin: somebody who did not write it agrees, or sends it back with reasons. 审核."""

from django.db import transaction

from pinzhi.engine.errors import BadInput
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor, may, require
from pinzhi.records.publishing.actions.noting import LONGEST_GROUND, changed, held
from pinzhi.records.publishing.models import Bulletin
from pinzhi.records.publishing.rules import require_another, require_state


def review(*, actor: Actor, bulletin_id: int, seen: int, when: Moment) -> Bulletin:
    """Agree with the text that was handed in."""
    _require_reviewer(actor)
    with transaction.atomic():
        bulletin = held(bulletin_id, seen)
        require_state(bulletin, "submitted")
        require_another(actor, bulletin)
        bulletin.state, bulletin.reviewer_id, bulletin.reviewed_at = "reviewed", actor.user_id, when.at
        changed(actor, bulletin, "review", when)
    return bulletin


def send_back(*, actor: Actor, bulletin_id: int, ground: str, seen: int, when: Moment) -> Bulletin:
    """Give a bulletin back to its editors; the reason is required and shown to them."""
    _require_reviewer(actor)
    if not 0 < len(ground.strip()) <= LONGEST_GROUND:
        raise BadInput(
            "publishing.ground",
            "请写明退回的理由，最多 {longest} 个字。",
            "Say why it goes back, in at most {longest} characters.",
            longest=LONGEST_GROUND,
        )
    with transaction.atomic():
        bulletin = held(bulletin_id, seen)
        require_state(bulletin, "submitted", "reviewed")
        bulletin.state, bulletin.returned = "draft", ground.strip()
        bulletin.reviewer, bulletin.reviewed_at = None, None
        changed(actor, bulletin, "send_back", when, ground=ground.strip())
    return bulletin


def _require_reviewer(actor: Actor) -> None:
    """Whoever edits others' texts may review this one, and whoever signs."""
    if not may(actor, "publishing.sign"):
        require(actor, "publishing.edit")
