"""The tree hash of RFC 9162, section 2.1: the root over hashes of leaves, and the path from one of them up to it."""

from collections.abc import Sequence
from hashlib import sha256

from chassis.audit.leaves import OF_NODE

EMPTY = sha256().digest()  # the root of a tree without leaves


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over the hashes of leaves, or over nodes that each stand for the same power of two of them."""
    if not hashes:
        return EMPTY
    if len(hashes) == 1:
        return hashes[0]
    left = _left(len(hashes))
    return node(root_of(hashes[:left]), root_of(hashes[left:]))


def path_to(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """What is to be hashed to a leaf, one after another, to come to the root (section 2.1.3.1)."""
    if len(hashes) <= 1:
        return []
    left = _left(len(hashes))
    if index < left:
        return [*path_to(index, hashes[:left]), root_of(hashes[left:])]
    return [*path_to(index - left, hashes[left:]), root_of(hashes[:left])]


def root_along(path: Sequence[bytes], leaf: bytes, *, index: int, size: int) -> bytes | None:
    """The root that a path leads to from a leaf's hash, or `None` if the path is not one of a tree of this size.

    The algorithm of section 2.1.3.2.
    """
    if not 0 <= index < size:
        return None
    at, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            found = node(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, sibling)
        at, last = at >> 1, last >> 1
    return found if last == 0 else None


def node(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(OF_NODE + left + right).digest()


def _left(leaves: int) -> int:
    """How many of them stand to the left: the largest power of two that is less than all."""
    return 1 << (leaves - 1).bit_length() - 1
