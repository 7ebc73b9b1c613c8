"""Go through a journal from its first line to its last and name everything that is wrong with it.

``examine`` compares the lines of a stretch with their digests; stretches can be examined side by side. ``Audit`` takes
the stretches in order and holds them against the signed heads, ours and those that others kept.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

from pinzhi.engine.journal.faults import Fault
from pinzhi.engine.journal.heads import NONE_BEFORE, Head
from pinzhi.engine.journal.tree import DIGEST_BYTES, Frontier, subtree_root

GROUP_LEVEL = 8  # roots of so many levels of leaves are kept, and made while a stretch is examined
GROUP = 1 << GROUP_LEVEL
ABSENT = bytes(DIGEST_BYTES)

Row = tuple[int, int | None, bytes, bytes | None]  # position, entry, digest, the line as it is now or None without one


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch that was examined: digests from position ``first``, roots of its whole groups, what is wrong."""

    first: int
    digests: bytes
    groups: dict[int, bytes]
    faults: tuple[Fault, ...]

    @property
    def end(self) -> int:
        """The first position after the stretch."""
        return self.first + len(self.digests) // DIGEST_BYTES


@dataclass(frozen=True, slots=True)
class Claim:
    """A head to hold the journal against: one of its own, or one that somebody kept (``source`` says who)."""

    head: Head
    source: str = ""


def examine(first: int, end: int, rows: Iterable[Row], outside: bytes = b"") -> Span:
    """Compare the lines from ``first`` up to ``end`` with their digests, and these with copies kept outside.

    Rows come by position. The copy outside may be shorter than the stretch; where there is one it is what counts.
    """
    digests, faults, position = bytearray(), list[Fault](), first
    for at, entry, kept, line in rows:
        if at < position:
            faults.append(Fault("doubled", at, entry=entry))
            continue
        if at > position:
            faults.append(Fault("gap", position, at - 1))
            digests += _filled(position, at, first, outside)
            position = at
        start = (position - first) * DIGEST_BYTES
        true = outside[start : start + DIGEST_BYTES] or kept
        if kept != true:
            faults.append(Fault("rewritten", position, entry=entry))
        if line is None:
            faults.append(Fault("lost" if entry is None else "deleted", position, entry=entry))
        elif sha256(b"\0" + line).digest() != true:
            faults.append(Fault("changed", position, entry=entry))
        digests += true
        position += 1
    if position < end:
        faults.append(Fault("gap", position, end - 1))
        digests += _filled(position, end, first, outside)
    whole = bytes(digests)
    return Span(first, whole, _groups(first, whole), tuple(faults))


def _filled(begin: int, end: int, first: int, outside: bytes) -> bytes:
    kept = outside[(begin - first) * DIGEST_BYTES : (end - first) * DIGEST_BYTES]
    return kept + ABSENT * (end - begin - len(kept) // DIGEST_BYTES)


def _groups(first: int, digests: bytes) -> dict[int, bytes]:
    """Return the roots of the groups that lie wholly in a stretch, by the group's number."""
    end = first + len(digests) // DIGEST_BYTES
    roots = {}
    for group in range(-(-first // GROUP), end // GROUP):
        start = (group * GROUP - first) * DIGEST_BYTES
        cut = digests[start : start + GROUP * DIGEST_BYTES]
        roots[group] = subtree_root([cut[n : n + DIGEST_BYTES] for n in range(0, len(cut), DIGEST_BYTES)])
    return roots


class Audit:
    """Takes stretches in their order and claims by size; says what is wrong.

    A fault that follows from another one is not told again: once the tree has left the signed heads, every later head
    differs, and only the first is named.
    """

    def __init__(
        self,
        claims: Iterable[Claim],
        *,
        keys: Collection[str],
        start: Head | None = None,
        frontier: Frontier | None = None,
    ) -> None:
        self._claims: Iterator[Claim] = iter(claims)
        self._next = next(self._claims, None)
        self._keys = set(keys)
        self._tree = frontier or Frontier()
        self._chain = start.chain if start else NONE_BEFORE
        self._head = start
        self._agreed = start.size if start else 0
        self._is_off = {"root": False, "chain": False, "contradicted": False}
        self._started = start is not None
        self.faults: list[Fault] = []
        self.heads = 0
        self.outside_heads = 0

    @property
    def size(self) -> int:
        """How many lines have been gone through."""
        return self._tree.size

    def take(self, span: Span) -> None:
        """Go through the next stretch."""
        if span.first != self._tree.size:
            raise ValueError(f"expected the stretch from {self._tree.size}, got that from {span.first}")
        self.faults += span.faults
        while self._next is not None and self._next.head.size <= span.end:
            self._advance(span, self._next.head.size)
            self._hold_against(self._next)
            self._next = next(self._claims, None)
        self._advance(span, span.end)

    def finish(self) -> tuple[Fault, ...]:
        """Hold the end of the journal against the heads that reach beyond it; return every fault, named once."""
        size = self._tree.size
        while self._next is not None:
            claim = self._next
            if claim.head.size <= size:
                self._hold_against(claim)
            elif self._is_ours(claim) or not claim.source:
                self._claim_beyond(claim, size)
            self._next = next(self._claims, None)
        if size > self._agreed_size():
            self.faults.append(Fault("after_head", self._agreed_size(), size - 1))
        return tuple(_named(self.faults))

    def _agreed_size(self) -> int:
        return self._head.size if self._head else 0

    def _claim_beyond(self, claim: Claim, size: int) -> None:
        if not claim.source:
            self._link(claim.head)
            self._head = claim.head
        self.faults.append(Fault("truncated", size, claim.head.size - 1, head=claim.head.number, source=claim.source))

    def _advance(self, span: Span, to: int) -> None:
        tree, digests, groups, chain = self._tree, span.digests, span.groups, self._chain
        position = tree.size
        while position < to:
            group = position >> GROUP_LEVEL
            end = (group + 1) << GROUP_LEVEL
            start = (position - span.first) * DIGEST_BYTES
            if position & (GROUP - 1) == 0 and end <= to and group in groups:
                tree.append(groups[group], GROUP_LEVEL)
            else:
                end = min(end, to)
                for at in range(start, start + (end - position) * DIGEST_BYTES, DIGEST_BYTES):
                    tree.append(digests[at : at + DIGEST_BYTES])
            for at in range(start, start + (end - position) * DIGEST_BYTES, DIGEST_BYTES):
                chain = sha256(chain + digests[at : at + DIGEST_BYTES]).digest()
            position = end
        self._chain = chain

    def _is_ours(self, claim: Claim) -> bool:
        """Tell whether a claim bears our signature; where not, that is a fault of its own."""
        if claim.head.is_signed_by(self._keys):
            return True
        code = "outside_unknown" if claim.source else "signature"
        self.faults.append(Fault(code, head=claim.head.number, source=claim.source))
        return False

    def _hold_against(self, claim: Claim) -> None:
        if claim.source and self._head is not None and claim.head == self._head:
            self.outside_heads += 1  # the very head that was just looked at
            return
        is_ours = self._is_ours(claim)
        if claim.head.size < self._tree.size:
            if not claim.source:
                self._link(claim.head)
            return
        if claim.source and not is_ours:
            return
        fits = (claim.head.root == self._tree.root(), claim.head.chain == self._chain)
        if claim.source:
            self.outside_heads += 1
            if not all(fits):
                self._once("contradicted", claim)
            elif self._head and self._head.number == claim.head.number and self._head.digest() != claim.head.digest():
                self.faults.append(Fault("head_replaced", head=claim.head.number, source=claim.source))
        else:
            self.heads += 1
            self._link(claim.head)
            for code, fit in zip(("root", "chain"), fits, strict=True):
                if not fit:
                    self._once(code, claim)
            self._head = claim.head
        if all(fits) and is_ours:
            self._agreed = claim.head.size

    def _once(self, code: str, claim: Claim) -> None:
        if not self._is_off[code]:
            self._is_off[code] = True
            last = max(claim.head.size - 1, self._agreed)
            self.faults.append(Fault(code, self._agreed, last, head=claim.head.number, source=claim.source))

    def _link(self, head: Head) -> None:
        """Hold a head against the one before it: numbers without gaps, each naming the digest of the last."""
        before = self._head
        expected, digest = (before.number + 1, before.digest()) if before else (1, NONE_BEFORE)
        if head.number > expected:
            self.faults.append(Fault("head_missing", head=expected))
        elif head.number < expected or head.previous != digest or (before is not None and head.size < before.size):
            self.faults.append(Fault("head_replaced", head=before.number if before else head.number))


def _named(faults: list[Fault]) -> Iterator[Fault]:
    """Yield the faults in order of place; the same one, such as one seen from two sources, once."""
    seen: set[Fault] = set()
    order = sorted(faults, key=lambda one: (one.first is None, one.first or 0, one.head or 0, one.code, one.source))
    for fault in order:
        if fault not in seen:
            seen.add(fault)
            yield fault


def with_exchanges(faults: Iterable[Fault], places: dict[int, int]) -> tuple[Fault, ...]:
    """Name ``changed`` lines that are the sealed line of another place ``moved``.

    ``places`` gives, for a position whose line is another one than was sealed there, the position where it was sealed.
    """
    return tuple(
        replace(one, code="moved") if one.code == "changed" and one.first is not None and one.first in places else one
        for one in faults
    )
