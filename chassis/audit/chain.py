"""The chain: how the audit rows of one commit become a block, in the very statement that makes the change.

One row of `audit_head` holds the number and the hash of the last block. Whoever commits moves it on and writes the rows
under what it then says; its lock, held until the commit, gives the blocks of all processes one order. So audit rows
leave with the commit and never in a flush, and in the statement they come after everything that could make it wait.
"""

from chassis.audit.leaves import GENESIS, LEAF, OF_BLOCK

STANDS = ("place", "block", "chain")
"""Where a row stands: its place in its block, from 1; the block, from 1; the chain's hash after that block."""

_COLUMNS = ", ".join(f'"{name}"' for name in (*LEAF, *STANDS))


def _on_postgres(chain: str, block: str) -> str:
    """`leaves.after` in the server's words; `{digest}` is to be filled in."""
    return rf"sha256('\x{OF_BLOCK.hex()}'::bytea || {chain} || int8send({block}) || {{digest}}::bytea)"


MOVE_ON_POSTGRES = (
    "INSERT INTO audit_head AS held (id, block, chain) VALUES (1, 1, "
    + _on_postgres(rf"'\x{GENESIS.hex()}'::bytea", "1::bigint")
    + ") ON CONFLICT (id) DO UPDATE SET block = held.block + 1, chain = "
    + _on_postgres("held.chain", "held.block + 1")
    + " RETURNING block, chain"
)

# The writer's connection knows `leaves.after` as `audit_after`.
MOVE_ON_SQLITE = (
    f"INSERT INTO audit_head (id, block, chain) VALUES (1, 1, audit_after(x'{GENESIS.hex()}', 1, ?1)) "
    "ON CONFLICT (id) DO UPDATE SET chain = audit_after(chain, block + 1, ?1), block = block + 1"
)
WRITE_ON_SQLITE = (
    f"INSERT INTO audit ({_COLUMNS}) SELECT {', '.join('?' * (len(LEAF) + 1))}, block, chain FROM audit_head"
)


def write_on_postgres(given: str) -> str:
    """What writes the rows, each with its place as its last value, under what `head` now says."""
    return f"INSERT INTO audit ({_COLUMNS}) SELECT given.*, head.block, head.chain FROM head, {given}"
