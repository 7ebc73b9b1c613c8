"""What every act of the room does: hold the entry while it is changed, refuse stale eyes, tell the journal."""

from typing import Any

from pinzhi.engine.errors import Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.assessment.models import Entry, Round
from pinzhi.records.journal.actions import write


def hold_round(round_id: int) -> Round:
    """Return a round, held until the transaction ends: what concerns all its entries happens one after the other."""
    return Round.objects.select_for_update().get(pk=round_id)


def hold_entry(entry_id: int) -> Entry:
    """Return an entry, held with its round until the transaction ends; the round first, so nobody waits crosswise."""
    found = Entry.objects.filter(pk=entry_id).values_list("round_id", flat=True).first()
    if found is None:
        raise NotFound("assessment.entry", "没有这份申报。", "There is no such entry.")
    held = hold_round(found)
    entry = Entry.objects.select_for_update().get(pk=entry_id)
    entry.round = held
    return entry


def check_seen(entry: Entry, seen: int) -> None:
    """Refuse to act on an entry that somebody else moved since it was looked at."""
    if entry.version != seen:
        raise Conflict(
            "assessment.entry.moved",
            "“{number}”刚才已由别人办理，现在是另一个状态。看过新的情况再决定。",
            "Somebody has moved “{number}” meanwhile. Look at where it stands now before you decide.",
            number=entry.number,
        )


def note(actor: Actor, action: str, entry: Entry, when: Moment, **detail: Any) -> None:
    """Tell the journal what was done to an entry, under which edition."""
    write(
        at=when.at,
        actor=actor.key,
        action=f"assessment.{action}",
        object_kind="entry",
        object_key=f"{entry.round.key}/{entry.number}",
        edition=f"{entry.round.scheme_id} {entry.round.edition} {(entry.digest or entry.round.digest)[:12]}",
        detail=detail,
    )


def note_round(actor: Actor, action: str, held: Round, when: Moment, **detail: Any) -> None:
    """Tell the journal what was done to a round."""
    write(
        at=when.at,
        actor=actor.key,
        action=f"assessment.{action}",
        object_kind="round",
        object_key=held.key,
        edition=f"{held.scheme_id} {held.edition} {held.digest[:12]}",
        detail=detail,
    )
