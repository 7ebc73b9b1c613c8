"""Seal the lines that were written: give them positions, extend chain and tree, sign a head, publish it.

Only one process seals at a time. Everything happens in one transaction: killed at any moment, either all or nothing of
a batch is sealed; the copy outside the database is brought up to date with the next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import connection, transaction

from pinzhi.engine.errors import Unavailable
from pinzhi.engine.journal.audit import GROUP_LEVEL
from pinzhi.engine.journal.heads import NONE_BEFORE, Head
from pinzhi.engine.journal.lines import moment_text
from pinzhi.engine.journal.tree import Frontier, grow, leaf_digest
from pinzhi.records.journal import models, outside, pending
from pinzhi.records.journal.storage import (
    insert_head,
    insert_leaves,
    insert_nodes,
    newest_head,
    stored_frontier,
)
from pinzhi.records.journal.tags import is_tagged
from pinzhi.records.signing import public_keys, signing_key

LINES_AT_ONCE = 5_000
_LOCK = 0x50_5A_5F_4A  # any fixed number; it names the lock "sealing the journal of this database"


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one pass did: lines sealed, lines held back because the platform did not write them."""

    lines: int
    held_back: int
    is_more: bool


NOTHING = Sealed(0, 0, False)


def seal(at: datetime) -> int:
    """Seal all that is written by now and publish the heads; return how many lines were sealed.

    Lines overlooked before, of whatever cause, are looked for too.
    """
    count = 0
    while True:
        done = seal_some(at)
        count += done.lines
        if not done.is_more:
            break
    count += seal_some(at, strays=pending.strays()).lines
    outside.publish()
    return count


def seal_some(at: datetime, *, strays: Sequence[int] = ()) -> Sealed:
    """Seal one batch of lines, or these; nothing when another process is at it."""
    if not strays and not pending.is_any():
        return NOTHING
    with transaction.atomic():
        if not _has_turn():
            return NOTHING
        last = newest_head()
        tree = _sound_tree(last)
        batch = _Batch(tree, last.chain if last else NONE_BEFORE, is_first=last is None)
        if strays:
            batch.add(pending.these(strays))
            is_more = False
        else:
            is_more = _add_pending(batch)
        if batch.sealed:
            insert_head(_signed(batch, last, at))
        return Sealed(batch.sealed, batch.held_back, is_more)


def _add_pending(batch: "_Batch") -> bool:
    """Add what is pending; before the first head there is all of it in one batch, else so many lines at once."""
    while True:
        found = pending.take(LINES_AT_ONCE)
        batch.add(found.rows)
        found.remember()
        if not found.is_more or not batch.is_first:
            return found.is_more


class _Batch:
    """Lines that are sealed by one head."""

    def __init__(self, tree: Frontier, chain: bytes, *, is_first: bool) -> None:
        self.tree, self.chain, self.is_first = tree, chain, is_first
        self.sealed = self.held_back = 0

    def add(self, rows: Sequence[pending.Row]) -> None:
        """Add the lines among these that the platform wrote, in their order."""
        copies = pending.copies(rows)
        good = [row for row in rows if row.entry not in copies and self._is_ours(row)]
        digests = [leaf_digest(row.line.canonical()) for row in good]
        insert_leaves(self.tree.size, [row.entry for row in good], digests)
        insert_nodes(list(grow(self.tree, digests, GROUP_LEVEL)))
        for digest in digests:
            self.chain = sha256(self.chain + digest).digest()
        self.sealed += len(good)
        self.held_back += len(rows) - len(good)

    def _is_ours(self, row: pending.Row) -> bool:
        """Lines from before there were tags have none: they are taken with the first head and never again."""
        if not row.tag and not row.line.origin:
            return self.is_first
        return is_tagged(row.line.canonical(), row.tag)


def _signed(batch: _Batch, last: Head | None, at: datetime) -> Head:
    """Return the next head. Its time is never before the last one's, even when the clock was set back."""
    key = signing_key("journal")
    text = next(one.text for one in public_keys("journal") if one.id == key.id)
    head = Head(
        number=last.number + 1 if last else 1,
        size=batch.tree.size,
        root=batch.tree.root(),
        chain=batch.chain,
        previous=last.digest() if last else NONE_BEFORE,
        at=max(moment_text(at), last.at if last else ""),
        key=text,
    )
    return head.signed(key.sign(head.statement()))


def _sound_tree(last: Head | None) -> Frontier:
    """Return the tree to go on from; refuse where it, the last head and the copy outside do not agree.

    What is signed can never be taken back, so nothing is signed on top of a journal that somebody has changed.
    """
    kept = outside.last_kept()
    if kept is not None and (last is None or not _knows(kept, last)):
        raise Unavailable(
            "journal.behind",
            "库外留存的签名头 {number}（{size} 行）不在数据库里：数据库可能是旧备份。没有封存。"
            "请运行 pinzhi journal verify 查明，再用 pinzhi journal resume 接续。",
            "Head {number} kept outside ({size} lines) is not in the database, which may be an old backup. Nothing was"
            " sealed. Run: pinzhi journal verify, then: pinzhi journal resume",
            number=kept.number,
            size=kept.size,
        )
    if last is None:
        return Frontier()
    tree = stored_frontier(last.size)
    if tree.root() != last.root or not last.is_signed_by([key.text for key in public_keys("journal")]):
        raise Unavailable(
            "journal.broken",
            "审计记录与最后的签名头 {number} 不符，没有封存。请运行 pinzhi journal verify 查明。",
            "The journal does not agree with its last head {number}; nothing was sealed. Run: pinzhi journal verify",
            number=last.number,
        )
    return tree


def _knows(kept: Head, last: Head) -> bool:
    """Tell whether a head kept outside is one of the database's."""
    if kept.number == last.number:
        return kept.digest() == last.digest()
    row = models.Head.objects.filter(number=kept.number).first()
    return row is not None and bytes(row.root) == kept.root and row.size == kept.size


def _has_turn() -> bool:
    """Tell whether this process may seal until the transaction ends; SQLite lets only one write anyway."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
