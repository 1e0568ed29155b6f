"""The chain read from its rows, block by block, in constant memory; nothing here believes a stored hash."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import BigInteger, Integer, bindparam, func, select, tuple_

from chassis.audit.leaves import LEAF, after, digest_of_hashes, leaf, leaf_hash
from chassis.session import Session
from chassis.tables import AUDIT, AUDIT_HEAD

PAGE = 2000  # rows that are read at once
WAY = tuple_(AUDIT.c.block, AUDIT.c.place)
HERE = tuple_(bindparam("block", type_=BigInteger), bindparam("place", type_=Integer))
PLACES = (AUDIT.c.block, AUDIT.c.place, AUDIT.c.chain)
FURTHER = (
    select(*PLACES, *(AUDIT.c[name] for name in LEAF))
    .where(
        WAY > HERE,
        AUDIT.c.block <= bindparam("last", type_=BigInteger),
    )
    .order_by(AUDIT.c.block, AUDIT.c.place)
    .limit(PAGE)
)
HEAD = select(AUDIT_HEAD.c.block, AUDIT_HEAD.c.chain)
ENDS = select(
    select(func.min(AUDIT.c.block)).scalar_subquery(),
    select(func.max(AUDIT.c.block)).scalar_subquery(),
    select(AUDIT_HEAD.c.block).scalar_subquery(),
    select(func.count()).select_from(AUDIT).where(AUDIT.c.block.is_(None)).scalar_subquery(),
)


@dataclass(slots=True)
class Block:
    """The rows that one commit wrote: their places, the hashes of their leaves, and the chain as each row has it."""

    number: int
    places: list[int] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    chains: set[bytes] = field(default_factory=set)

    def follows(self, chain: bytes) -> bool:
        """Whether its rows are those that were written after this hash of the chain."""
        complete = self.places == list(range(1, len(self.places) + 1))
        return complete and self.chains == {after(chain, self.number, digest_of_hashes(self.hashes))}

    @property
    def chain(self) -> bytes:
        """The chain's hash after it, as its first row has it."""
        return next(iter(self.chains))


async def blocks(session: Session, *, beyond: int, last: int) -> AsyncIterator[Block]:
    """The blocks after one and up to another, in their order."""
    found: Block | None = None
    at = (beyond, (1 << 31) - 1)  # beyond its last place
    while rows := await session.all(FURTHER, block=at[0], place=at[1], last=last):
        for number, place, chain, *row in rows:
            if found is None or found.number != number:
                if found is not None:
                    yield found
                found = Block(number)
            found.places.append(place)
            found.hashes.append(leaf_hash(leaf(row)))
            found.chains.add(chain)
        at = (number, place)
    if found is not None:
        yield found


async def head_of(session: Session) -> tuple[int, bytes] | None:
    """The number of the last block and the chain's hash after it; `None` before the first."""
    return await session.first(HEAD)


def row_of(values: Sequence[object]) -> dict[str, object]:
    """A row's columns by their names."""
    return dict(zip(LEAF, values, strict=True))
