"""The tree hash is that of RFC 9162: another program comes to the same roots and takes our paths for good."""

from hashlib import sha256

import pytest
from pymerkle import InmemoryTree, verify_inclusion

from chassis.audit.days import PART, Growing
from chassis.audit.leaves import leaf_hash
from chassis.audit.merkle import EMPTY, path_to, root_along, root_of

SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33]
LEAVES = [f"leaf {number}".encode() for number in range(3 * PART + 5)]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]


def theirs(size: int) -> InmemoryTree:
    """The tree of the first leaves, as pymerkle grows it."""
    tree = InmemoryTree(algorithm="sha256")
    for leaf in LEAVES[:size]:
        tree.append_entry(leaf)
    return tree


def test_the_tree_of_nothing_has_the_root_that_the_rfc_gives_it() -> None:
    assert Growing().root() == root_of([]) == EMPTY == sha256(b"").digest()


@pytest.mark.parametrize("size", [*SIZES, PART - 1, PART, PART + 1, 2 * PART, 3 * PART + 5])
def test_a_growing_tree_has_the_root_of_the_whole_and_of_the_other_program(size: int) -> None:
    growing = Growing()
    for leaf in HASHES[:size]:
        growing.add(leaf)
    assert growing.root() == root_of(HASHES[:size]) == theirs(size).get_root()
    assert len(growing.nodes()) == -(-size // PART)


@pytest.mark.parametrize("size", SIZES)
def test_our_paths_are_theirs_and_lead_to_the_root_for_their_own_leaf_alone(size: int) -> None:
    tree, hashes = theirs(size), HASHES[:size]
    root = tree.get_root()
    for index, leaf in enumerate(hashes):
        path = path_to(index, hashes)
        proof = tree.prove_inclusion(index + 1)
        assert path == proof.path[1:]
        verify_inclusion(leaf, root, proof)
        assert root_along(path, leaf, index=index, size=size) == root
        assert root_along(path, HASHES[size], index=index, size=size) != root
        for wrong in (index + 1, size, -1):
            assert root_along(path, leaf, index=wrong, size=size) != root
        assert root_along([*path, leaf], leaf, index=index, size=size) is None
        assert root_along(path[:-1], leaf, index=index, size=size) != root or size == 1


@pytest.mark.parametrize("index", [0, 1, PART - 1, PART, 2 * PART + 7, 3 * PART, 3 * PART + 4])
def test_a_path_over_the_parts_is_the_path_over_all_leaves(index: int) -> None:
    number, offset = divmod(index, PART)
    parts = [HASHES[start : start + PART] for start in range(0, len(HASHES), PART)]
    path = [*path_to(offset, parts[number]), *path_to(number, [root_of(part) for part in parts])]
    assert path == path_to(index, HASHES)
