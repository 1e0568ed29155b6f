"""What an audit row says, as the bytes that are hashed, and how rows are hashed to a block of the chain.

A leaf is a JSON array in the canonical form of RFC 8785: the version of this form, then the row's columns in the order
of `LEAF`. Anybody can read it, and nothing but its text is needed to check it.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

import orjson

LEAF = (
    "id",
    "at",
    "actor_id",
    "post_id",
    "action",
    "about",
    "network",
    "address",
    "reason",
    "request_id",
    "fingerprint",
)
"""The columns that the one who records fills; where the row stands in the chain is added when it is written."""

VERSION = 1
GENESIS = bytes(32)  # what the first block comes after
OF_LEAF, OF_NODE = b"\x00", b"\x01"  # RFC 9162, section 2.1.1
OF_ROWS, OF_BLOCK = b"\x02", b"\x03"


def leaf(row: Sequence[object]) -> bytes:
    """The canonical text of a row; digests are in hexadecimal digits, instants in UTC with microseconds."""
    plain = [value.hex() if isinstance(value, bytes) else value for value in row]
    return orjson.dumps([VERSION, *plain], default=str)  # an id that PostgreSQL's driver gave is of a kind of its own


def leaf_hash(text: bytes) -> bytes:
    """The hash of a leaf, as RFC 9162 has it."""
    return sha256(OF_LEAF + text).digest()


def digest_of(rows: Iterable[Sequence[object]]) -> bytes:
    """32 bytes for the rows of one block, in their order."""
    return digest_of_hashes(leaf_hash(leaf(row)) for row in rows)


def digest_of_hashes(hashes: Iterable[bytes]) -> bytes:
    """The same, from the hashes of the leaves."""
    return sha256(OF_ROWS + b"".join(hashes)).digest()


def after(chain: bytes, block: int, digest: bytes) -> bytes:
    """The chain's hash after a block: of its hash before, the block's number (64 bits) and the digest of its rows."""
    return sha256(OF_BLOCK + chain + block.to_bytes(8) + digest).digest()
