"""Go on after an older backup was restored: lost lines keep their positions, so no published head is broken."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from pinzhi.engine.errors import Conflict, Unavailable
from pinzhi.engine.journal.audit import GROUP_LEVEL
from pinzhi.engine.journal.heads import Head
from pinzhi.engine.journal.tree import DIGEST_BYTES, grow, leaf_digest
from pinzhi.records.journal import models, outside, pending
from pinzhi.records.journal.actions import write
from pinzhi.records.journal.storage import insert_head, insert_leaves, insert_nodes, newest_head, stored_frontier

RESUMED = "journal.resume"


@dataclass(frozen=True, slots=True)
class Resumed:
    """What was done: positions put back from ``first`` up to ``end``, and how many of their lines are still there."""

    first: int
    end: int
    found: int


def resume(*, at: datetime, actor: str, reason: str) -> Resumed:
    """Put the heads and digests kept outside back into a database that is behind them, and say so in the journal.

    Lines that are still there, because they were written before the backup and sealed after it, get their position;
    of the others the digest is left, and verification names them as lost.
    """
    kept = outside.last_kept()
    with transaction.atomic():
        last = newest_head()
        if kept is None or (last is not None and last.number >= kept.number):
            raise Conflict(
                "journal.not_behind",
                "数据库没有落后于库外留存的签名头，不需要接续。",
                "The database is not behind the heads kept outside; there is nothing to resume.",
            )
        done = _put_back(last)
        detail = {"first": done.first, "end": done.end, "found": done.found, "reason": reason}
        write(at=at, actor=actor, action=RESUMED, object_kind="journal", object_key=str(kept.number), detail=detail)
    return done


def _put_back(last: Head | None) -> Resumed:
    heads = list(_heads_after(last))
    first, end = last.size if last else 0, heads[-1].size
    digests = outside.kept_digests(first, end)
    leaves = [digests[at : at + DIGEST_BYTES] for at in range(0, len(digests), DIGEST_BYTES)]
    tree, position = stored_frontier(first), first
    there = _unsealed(set(leaves))
    for head in heads:
        some = leaves[position - first : head.size - first]
        insert_leaves(position, [there.get(digest) for digest in some], some)
        insert_nodes(list(grow(tree, some, GROUP_LEVEL)))
        if tree.size != head.size or tree.root() != head.root:
            raise Unavailable(
                "journal.outside_broken",
                "库外留存的摘要算不出签名头 {number} 的根，不能接续。请换另一节点的 journal 目录再试。",
                "The digests kept outside do not lead to the root of head {number}; cannot resume. Try the journal"
                " folder of another node.",
                number=head.number,
            )
        insert_head(head)
        position = head.size
    return Resumed(first, end, len(there))


def _heads_after(last: Head | None) -> Iterator[Head]:
    """Yield the heads kept outside that are newer than the database's last, which must be one of them."""
    before = None
    for head in outside.kept_heads(outside.heads_file()):
        if last is None or head.number > last.number:
            yield head
        elif head.number == last.number:
            before = head
    if last is not None and (before is None or before.digest() != last.digest()):
        raise Unavailable(
            "journal.contradicts",
            "数据库里的审计记录与库外留存的签名头 {number} 接不上，没有继续。请运行 pinzhi journal verify 查明。",
            "The journal in the database does not go on from head {number} kept outside; nothing was added."
            " Run: pinzhi journal verify",
            number=last.number,
        )


def _unsealed(wanted: set[bytes]) -> dict[bytes, int]:
    """Return, for digests, the lines in the database that are not sealed and have them."""
    found: dict[bytes, int] = {}
    sealed = models.Leaf.objects.exclude(entry_id=None).values("entry_id")
    waiting = models.Entry.objects.exclude(pk__in=sealed).order_by("pk").values_list("pk", flat=True)
    for row in pending.these(list(waiting)):
        digest = leaf_digest(row.line.canonical())
        if digest in wanted:
            found[digest] = row.entry
    return found
