"""What every act of the room does: tell the journal what was done, under which edition."""

from typing import Any

from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.journal.actions import write
from pinzhi.records.training.models import Session
from pinzhi.records.training.rules import edition_words


def note(
    actor: Actor, action: str, kind: str, key: str, when: Moment, *, session: Session | None = None, **detail: Any
) -> None:
    """Append a line to the journal; call it inside the transaction of the act."""
    write(
        at=when.at,
        actor=actor.key,
        action=f"training.{action}",
        object_kind=kind,
        object_key=key,
        detail=detail,
        edition=edition_words(session) if session is not None else "",
    )
