"""The Merkle tree of RFC 9162, section 2.1: roots, proofs that a leaf is in it, proofs that it only ever grew.

A leaf is the SHA-256 of a zero byte and a line; a node that of a one byte and its two children. Leaves are counted from
zero. ``Nodes`` gives the root of any complete subtree; who keeps some of them need not look at every leaf.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

DIGEST_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
Nodes = Callable[[int, int], bytes]  # level, index: the root of the leaves index·2^level up to (index+1)·2^level


def leaf_digest(line: bytes) -> bytes:
    """Return the digest of a line as a leaf."""
    return sha256(b"\0" + line).digest()


def node_digest(left: bytes, right: bytes) -> bytes:
    """Return the digest of a node over two children."""
    return sha256(b"\1" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the roots of its complete subtrees, greatest first; enough to go on."""

    __slots__ = ("roots", "size")

    def __init__(self, size: int = 0, roots: Iterable[bytes] = ()) -> None:
        self.size, self.roots = size, list(roots)
        if len(self.roots) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} complete subtrees, not {len(self.roots)}")

    def append(self, digest: bytes, level: int = 0) -> None:
        """Add a leaf, or a complete subtree of 2^level leaves where it fits."""
        if self.size & ((1 << level) - 1):
            raise ValueError(f"no subtree of level {level} begins at leaf {self.size}")
        standing = self.size >> level
        while standing & 1:
            digest = sha256(b"\1" + self.roots.pop() + digest).digest()
            standing >>= 1
        self.roots.append(digest)
        self.size += 1 << level

    def root(self) -> bytes:
        """Return the root of the tree as it is now."""
        if not self.roots:
            return EMPTY_ROOT
        digest = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            digest = node_digest(left, digest)
        return digest


def grow(tree: Frontier, leaves: Iterable[bytes], every: int) -> Iterator[tuple[int, int, bytes]]:
    """Add leaves to a tree; yield level, index and root of the subtrees this completes at each ``every``-th level."""
    for leaf in leaves:
        digest, level, standing = leaf, 0, tree.size
        while standing & 1:
            digest = sha256(b"\1" + tree.roots.pop() + digest).digest()
            standing >>= 1
            level += 1
            if level % every == 0:
                yield level, standing, digest
        tree.roots.append(digest)
        tree.size += 1


def frontier(nodes: Nodes, size: int) -> Frontier:
    """Return the right edge of the tree over the first ``size`` leaves."""
    roots, begin = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            roots.append(nodes(level, begin >> level))
            begin += 1 << level
    return Frontier(size, roots)


def subtree_root(digests: Sequence[bytes]) -> bytes:
    """Return the root over a power of two of digests that stand side by side."""
    level = list(digests)
    while len(level) > 1:
        level = [sha256(b"\1" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0]


def root_of(nodes: Nodes, begin: int, end: int) -> bytes:
    """Return the root over the leaves from ``begin`` up to ``end``; begin is where such a subtree may begin."""
    size = end - begin
    if size & (size - 1) == 0:
        return nodes(size.bit_length() - 1, begin // size)
    middle = begin + _split(size)
    return node_digest(root_of(nodes, begin, middle), root_of(nodes, middle, end))


def inclusion_path(nodes: Nodes, index: int, size: int) -> tuple[bytes, ...]:
    """Return the proof that leaf ``index`` is in the tree of ``size`` leaves (2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(root_of(nodes, middle, end))
            end = middle
        else:
            path.append(root_of(nodes, begin, middle))
            begin = middle
    return tuple(reversed(path))


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Tell whether a proof shows that a leaf is in the tree with this root (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, digest = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            digest = node_digest(step, digest)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            digest = node_digest(digest, step)
        place >>= 1
        last >>= 1
    return last == 0 and digest == root


def consistency_path(nodes: Nodes, first: int, second: int) -> tuple[bytes, ...]:
    """Return the proof that the tree of ``second`` leaves begins with that of ``first`` (2.1.4.1)."""
    if not 0 < first <= second:
        raise ValueError(f"a tree of {second} leaves does not begin with one of {first}")
    path: list[bytes] = []
    begin, end, is_whole = 0, second, True
    while first != end:
        middle = begin + _split(end - begin)
        if first <= middle:
            path.append(root_of(nodes, middle, end))
            end = middle
        else:
            path.append(root_of(nodes, begin, middle))
            begin, is_whole = middle, False
    if not is_whole:
        path.append(root_of(nodes, begin, end))
    return tuple(reversed(path))


def is_consistent(first: int, second: int, roots: tuple[bytes, bytes], path: Sequence[bytes]) -> bool:
    """Tell whether a proof shows that the second tree is the first one grown (2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and roots[0] == roots[1]
    steps = list(path)
    if first & (first - 1) == 0:
        steps.insert(0, roots[0])
    if not steps:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place >>= 1
        last >>= 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_digest(step, old), node_digest(step, new)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            new = node_digest(new, step)
        place >>= 1
        last >>= 1
    return last == 0 and (old, new) == roots


def nodes_of(leaves: Sequence[bytes]) -> Nodes:
    """Return the subtrees over leaves that are all at hand."""
    return lambda level, index: subtree_root(leaves[index << level : (index + 1) << level])


def _split(size: int) -> int:
    """Return the greatest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1
