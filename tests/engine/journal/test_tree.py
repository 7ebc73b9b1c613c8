"""The tree is that of RFC 9162: the vectors of Certificate Transparency, and what must hold for any tree."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.journal.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_path,
    frontier,
    grow,
    inclusion_path,
    is_consistent,
    is_included,
    leaf_digest,
    node_digest,
    nodes_of,
    root_of,
    subtree_root,
)

# Inputs and results of the Certificate Transparency reference tests (merkletree); the tree of RFC 9162 is the same.
INPUTS = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_digest(data) for data in INPUTS]
PATHS = {  # leaf, size (counted from one in the reference): the path
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
GROWTH = {  # sizes: the path
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
SIZES = st.integers(1, 70)


def leaves(count: int) -> list[bytes]:
    return [leaf_digest(str(number).encode()) for number in range(count)]


def root(digests: list[bytes], size: int) -> bytes:
    return root_of(nodes_of(digests), 0, size)


def test_roots_are_those_of_the_reference() -> None:
    tree = Frontier()
    assert tree.root() == EMPTY_ROOT == sha256().digest()
    for size, expected in enumerate(ROOTS, 1):
        tree.append(LEAVES[size - 1])

        assert (tree.root().hex(), root(LEAVES, size).hex()) == (expected, expected)


@pytest.mark.parametrize(("place", "path"), PATHS.items())
def test_inclusion_paths_are_those_of_the_reference(place: tuple[int, int], path: list[str]) -> None:
    assert [step.hex() for step in inclusion_path(nodes_of(LEAVES), *place)] == path


@pytest.mark.parametrize(("sizes", "path"), GROWTH.items())
def test_consistency_paths_are_those_of_the_reference(sizes: tuple[int, int], path: list[str]) -> None:
    assert [step.hex() for step in consistency_path(nodes_of(LEAVES), *sizes)] == path


@given(SIZES, st.data())
def test_every_leaf_is_provable_and_no_other_passes(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda one: one != index)) if size > 1 else size
    digests = leaves(size)
    path, top = inclusion_path(nodes_of(digests), index, size), root(digests, size)

    assert is_included(digests[index], index, size, path, top)
    assert not is_included(digests[index], other, size, path, top)
    assert not is_included(leaf_digest(b"another"), index, size, path, top)
    assert not is_included(digests[index], index, size, (*path, top), top)
    assert not path or not is_included(digests[index], index, size, path[:-1], top)


@given(SIZES, SIZES, st.data())
def test_growth_is_provable_and_a_rewritten_past_is_not(one: int, two: int, data: st.DataObject) -> None:
    first, second = sorted((one, two))
    digests = leaves(second)
    path = consistency_path(nodes_of(digests), first, second)
    tops = root(digests, first), root(digests, second)
    changed = data.draw(st.integers(0, first - 1))
    rewritten = [*digests[:changed], leaf_digest(b"another"), *digests[changed + 1 :]]

    assert is_consistent(first, second, tops, path)
    assert not is_consistent(first, second, (root(rewritten, first), tops[1]), path)
    assert not is_consistent(first, second, (tops[0], root(rewritten, second)), path)
    assert not is_consistent(first, second, tops, (*path, tops[0]))


@given(st.integers(0, 70), st.integers(0, 70))
def test_a_tree_goes_on_from_its_right_edge(first: int, more: int) -> None:
    digests = leaves(first + more)
    tree = frontier(nodes_of(digests), first)
    kept = list(grow(tree, digests[first:], 2))

    assert tree.root() == (root(digests, first + more) if digests else EMPTY_ROOT)
    assert kept == [
        (level, end // (1 << level) - 1, subtree_root(digests[end - (1 << level) : end]))
        for end in range(first + 1, first + more + 1)
        for level in (2, 4, 6)
        if end % (1 << level) == 0
    ]


def test_whole_subtrees_are_added_where_they_fit() -> None:
    digests = leaves(7)
    tree = Frontier()
    tree.append(node_digest(*digests[:2]), 1)
    tree.append(node_digest(*digests[2:4]), 1)
    tree.append(digests[4])

    assert tree.root() == root(digests, 5)
    with pytest.raises(ValueError, match="no subtree of level 1 begins at leaf 5"):
        tree.append(digests[5], 1)
    with pytest.raises(ValueError, match="has 2 complete subtrees"):
        Frontier(5, [b""])


def test_impossible_proofs_are_not_made() -> None:
    nodes = nodes_of(LEAVES)
    with pytest.raises(ValueError, match="no leaf 8"):
        inclusion_path(nodes, 8, 8)
    with pytest.raises(ValueError, match="does not begin with"):
        consistency_path(nodes, 8, 7)
    assert not is_consistent(0, 8, (EMPTY_ROOT, EMPTY_ROOT), ())
    assert not is_included(LEAVES[0], 8, 8, (), LEAVES[0])
