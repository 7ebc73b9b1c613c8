"""What every act of the room tells the journal."""

from typing import Any

from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.journal.actions import write


def note(actor: Actor, action: str, kind: str, key: str, when: Moment, /, **detail: Any) -> None:
    """Tell the journal what was done to a plan, a draw, a target or an inspection."""
    write(
        at=when.at,
        actor=actor.key,
        action=f"inspections.{action}",
        object_kind=kind,
        object_key=key,
        detail=detail,
    )
