"""A bulletin is held while it changes, its version counted up, and the change noted in the journal."""

from typing import Any

from pinzhi.engine.errors import Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.journal.actions import write as write_journal
from pinzhi.records.publishing.models import Bulletin

LONGEST_GROUND = 2000


def held(bulletin_id: int, seen: int) -> Bulletin:
    """Return a bulletin with its row held to the end of the transaction; Conflict if it changed since it was seen."""
    bulletin = Bulletin.objects.select_for_update().filter(pk=bulletin_id).first()
    if bulletin is None:
        raise NotFound("publishing.bulletin", "没有这篇简报。", "There is no such bulletin.")
    if bulletin.version != seen:
        latest = bulletin.texts.select_related("editor").order_by("-number").first()
        name = (latest.editor.name if latest and latest.editor else "") or "—"
        raise Conflict(
            "publishing.changed",
            "{name} 在你打开之后保存过这篇简报。两边的文字都在下面，请合好再保存。",
            "{name} has saved this bulletin since you opened it. Both texts are below; join them and save again.",
            name=name,
        )
    return bulletin


def changed(actor: Actor, bulletin: Bulletin, act: str, when: Moment, **detail: Any) -> None:
    """Count the change, keep the bulletin and write the journal; call it inside the transaction of the change."""
    bulletin.version += 1
    bulletin.save()
    note(actor, bulletin, act, when, **detail)


def note(actor: Actor, bulletin: Bulletin, act: str, when: Moment, **detail: Any) -> None:
    """Write what was done into the journal."""
    write_journal(
        at=when.at,
        actor=actor.key,
        action=f"publishing.{act}",
        object_kind="bulletin",
        object_key=bulletin.slug,
        edition=f"{bulletin.brief}/{bulletin.issue}" if bulletin.brief else "",
        detail={"state": bulletin.state, "version": bulletin.version} | detail,
    )
