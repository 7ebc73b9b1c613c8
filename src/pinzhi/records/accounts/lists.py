"""Lists of the desk that somebody saves under a name, to see them again."""

import re
from datetime import datetime

from django.db import transaction

from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.records.accounts.models import SavedList
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.journal.actions import write

MOST_LISTS = 30
LONGEST_NAME = 40
LONGEST_QUERY = 1000
PAGE = re.compile(r"/desk/[a-z/-]{1,90}")


def save_list(
    *, actor: Actor, name: str, address: str, query: str, comes_first: bool = False, now: datetime
) -> SavedList:
    """Save a list of the actor's own: a page of the desk with its query. A list of the same name is replaced.

    Raises BadInput for a name that is empty or too long, an address that is no page of the desk, a query that is too
    long; Conflict for one list too many.
    """
    require(actor, "accounts.own")
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or not PAGE.fullmatch(address) or len(query) > LONGEST_QUERY:
        raise BadInput(
            "accounts.list",
            "名字有 {found} 个字，应为 1 到 {most} 个；只能存工作台里的列表。",
            "The name has {found} characters; it takes 1 to {most}. Only lists of the desk can be saved.",
            found=len(name),
            most=LONGEST_NAME,
        )
    with transaction.atomic():
        own = SavedList.objects.filter(user_id=actor.account_id)
        if own.exclude(address=address, name=name).count() >= MOST_LISTS:
            raise Conflict(
                "accounts.list.most",
                "最多存 {most} 个列表。先删掉一个不用的。",
                "You can save at most {most} lists. Remove one that is not in use.",
                most=MOST_LISTS,
            )
        if comes_first:
            own.filter(address=address).update(comes_first=False)
        kept, _is_new = SavedList.objects.update_or_create(
            user_id=actor.account_id, address=address, name=name,
            defaults={"query": query, "comes_first": comes_first, "saved_at": now},
        )  # fmt: skip
        _note(actor, "save", kept, now)
    return kept


def put_first(*, actor: Actor, list_id: int, now: datetime) -> SavedList:
    """Let a page open with a list; one that it opens with already is put back among the others."""
    with transaction.atomic():
        kept = _own(actor, list_id)
        kept.comes_first = not kept.comes_first
        SavedList.objects.filter(user_id=actor.account_id, address=kept.address).update(comes_first=False)
        kept.save(update_fields=["comes_first"])
        _note(actor, "first", kept, now)
    return kept


def remove_list(*, actor: Actor, list_id: int, now: datetime) -> None:
    """Remove a saved list."""
    with transaction.atomic():
        kept = _own(actor, list_id)
        _note(actor, "remove", kept, now)
        kept.delete()


def _own(actor: Actor, list_id: int) -> SavedList:
    require(actor, "accounts.own")
    kept = SavedList.objects.select_for_update().filter(pk=list_id, user_id=actor.account_id).first()
    if kept is None:
        raise NotFound("accounts.list.none", "没有这个列表。", "There is no such list.")
    return kept


def _note(actor: Actor, act: str, kept: SavedList, now: datetime) -> None:
    """Tell the journal which page it is of; not the query, in which a name may be looked for."""
    write(
        at=now,
        actor=actor.key,
        action=f"accounts.list.{act}",
        object_kind="saved_list",
        object_key=str(kept.pk),
        detail={"address": kept.address, "comes_first": kept.comes_first},
    )
