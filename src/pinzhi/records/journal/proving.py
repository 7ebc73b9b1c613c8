"""Make proofs: that a line is in the journal, that the journal of one size is the beginning of that of another."""

from dataclasses import dataclass

from pinzhi.engine.errors import BadInput, Conflict, NotFound, Unavailable
from pinzhi.engine.journal.heads import Head
from pinzhi.engine.journal.proofs import Proof
from pinzhi.engine.journal.tree import consistency_path, inclusion_path, is_consistent, is_included, leaf_digest
from pinzhi.records.journal import models, pending
from pinzhi.records.journal.storage import StoredNodes, head_of, newest_head


@dataclass(frozen=True, slots=True)
class Consistency:
    """That the journal of the first head is the beginning of that of the second."""

    first: Head
    second: Head
    path: tuple[bytes, ...]


def proof_of_line(entry_id: int) -> Proof:
    """Return the proof of a line with what it says; whoever calls has asked whether it may be seen.

    A line that is no longer what was sealed gets none.
    """
    rows = pending.these([entry_id])
    if not rows:
        raise _not_found(entry_id)
    leaf = models.Leaf.objects.filter(entry_id=entry_id).first()
    if leaf is None:
        raise Conflict(
            "journal.unsealed",
            "记录 {number} 还没有封存，通常一秒内完成。请稍后再取证明。",
            "Line {number} is not sealed yet, which usually takes a second. Ask for the proof again then.",
            number=entry_id,
        )
    line = rows[0].line
    if leaf_digest(line.canonical()) != bytes(leaf.digest):
        raise _broken(leaf.position)
    return _proof(leaf, line_is=rows[0])


def proof_of_position(position: int) -> Proof:
    """Return the proof that a digest stands at a position (from zero), without the line: anybody may have it."""
    leaf = models.Leaf.objects.filter(position=position).first()
    if leaf is None:
        raise _not_found(position + 1)
    return _proof(leaf)


def consistency(first: int, second: int) -> Consistency:
    """Return the proof between two heads, by their numbers; proofs between other sizes say nothing that was signed."""
    rows = {row.number: row for row in models.Head.objects.filter(number__in=[first, second])}
    if first not in rows or second not in rows:
        raise NotFound(
            "journal.head",
            "没有编号为 {first} 或 {second} 的签名头。",
            "There is no head numbered {first} or {second}.",
            first=first,
            second=second,
        )
    if first > second:
        raise BadInput(
            "journal.heads_order",
            "先给较早的签名头：{first} 晚于 {second}。",
            "Give the older head first: {first} is newer than {second}.",
            first=first,
            second=second,
        )
    old, new = head_of(rows[first]), head_of(rows[second])
    path = consistency_path(StoredNodes(), old.size, new.size)
    if not is_consistent(old.size, new.size, (old.root, new.root), path):
        raise _broken(old.size)
    return Consistency(old, new, path)


def head_numbered(number: int) -> Head:
    """Return a head by its number."""
    row = models.Head.objects.filter(number=number).first()
    if row is None:
        raise NotFound(
            "journal.head", "没有编号为 {first} 的签名头。", "There is no head numbered {first}.", first=number
        )
    return head_of(row)


def _proof(leaf: models.Leaf, line_is: pending.Row | None = None) -> Proof:
    head = newest_head()
    if head is None or head.size <= leaf.position:
        raise _broken(leaf.position)
    path = inclusion_path(StoredNodes(), leaf.position, head.size)
    digest = bytes(leaf.digest)
    if not is_included(digest, leaf.position, head.size, path, head.root):
        raise _broken(leaf.position)
    return Proof(leaf.position, digest, path, head, line_is.line if line_is else None)


def _not_found(number: int) -> NotFound:
    return NotFound("journal.line_unknown", "没有记录 {number}。", "There is no line {number}.", number=number)


def _broken(position: int) -> Unavailable:
    return Unavailable(
        "journal.unprovable",
        "位置 {position} 的记录与封存时不符，不能出具证明。请告诉平台管理员运行 pinzhi journal verify。",
        "What stands at position {position} is not what was sealed; no proof can be given. Have an operator run:"
        " pinzhi journal verify",
        position=position + 1,
    )
