"""Proofs of inclusion: that one row is among those that a sealed day stands for (RFC 9162, section 2.1.3)."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import BigInteger, bindparam, select, tuple_

from chassis.audit.days import DAYS, PART, Day
from chassis.audit.leaves import LEAF, leaf, leaf_hash
from chassis.audit.merkle import path_to, root_along
from chassis.audit.walk import HERE, WAY
from chassis.problems import Conflict, NotFound
from chassis.session import Session
from chassis.tables import AUDIT, AUDIT_DAY, AUDIT_PART

ONE_ROW = select(AUDIT.c.block, AUDIT.c.place, *(AUDIT.c[name] for name in LEAF)).where(AUDIT.c.id == bindparam("id"))
DAY_OF = DAYS.where(
    AUDIT_DAY.c.first_block <= bindparam("block", type_=BigInteger),
    AUDIT_DAY.c.last_block >= bindparam("block", type_=BigInteger),
)
PART_OF = (
    select(AUDIT_PART.c.number, AUDIT_PART.c.block, AUDIT_PART.c.place)
    .where(AUDIT_PART.c.day == bindparam("day"), tuple_(AUDIT_PART.c.block, AUDIT_PART.c.place) <= HERE)
    .order_by(AUDIT_PART.c.number.desc())
    .limit(1)
)
LEAVES_OF_PART = (
    select(*(AUDIT.c[name] for name in LEAF))
    .where(WAY >= HERE, AUDIT.c.block <= bindparam("last", type_=BigInteger))
    .order_by(AUDIT.c.block, AUDIT.c.place)
    .limit(PART)
)
NODES = select(AUDIT_PART.c.node).where(AUDIT_PART.c.day == bindparam("day")).order_by(AUDIT_PART.c.number)


class NotSealedYet(Conflict):
    """The day of this record is not over, so it has no root yet."""

    title_zh = "这条留痕所在的日子还没有封存，请明天再来取证明。"


class Unprovable(Conflict):
    """The records of that day are no longer those that were sealed."""

    title_zh = "这一天的留痕与公布的封存值不符，无法出具证明。请向上级或审计部门反映。"


class Proof(BaseModel):
    """One audit row and the way from it to the root of its day. Hashes are 64 hexadecimal digits.

    `leaf` is the exact text that was hashed: SHA-256 of a zero byte and this text in UTF-8. `index` counts from 0.
    """

    model_config = ConfigDict(extra="forbid")

    service: str
    day: date
    size: int
    root: str
    index: int
    leaf: str
    path: list[str]

    def holds(self) -> bool:
        """Whether the path leads from the leaf to the root; where the root is from is for the caller to know."""
        try:
            path, root = [bytes.fromhex(step) for step in self.path], bytes.fromhex(self.root)
            hashed = leaf_hash(self.leaf.encode())
        except ValueError:
            return False
        return root_along(path, hashed, index=self.index, size=self.size) == root


async def prove(session: Session, service: str, audit_id: UUID) -> Proof:
    """The proof of one row. Raises `NotFound`, `NotSealedYet`, or `Unprovable` where rows were tampered with."""
    found = await session.first(ONE_ROW, id=audit_id)
    if found is None or found[0] is None:
        raise NotFound()
    block, place, *row = found
    sealed = await session.first(DAY_OF, service=service, block=block)
    if sealed is None:
        raise NotSealedYet()
    day = Day(*sealed)
    part = await session.first(PART_OF, day=day.day, block=block, place=place)
    nodes = [node for (node,) in await session.all(NODES, day=day.day)]
    if part is None:
        raise Unprovable()
    number, from_block, from_place = part
    rows = await session.all(LEAVES_OF_PART, block=from_block, place=from_place, last=day.last_block)
    offset = next((offset for offset, one in enumerate(rows) if one[0] == audit_id), None)
    if offset is None:
        raise Unprovable()
    hashes = [leaf_hash(leaf(one)) for one in rows]
    proof = Proof(
        service=service,
        day=day.day,
        size=day.size,
        root=day.root.hex(),
        index=number * PART + offset,
        leaf=leaf(row).decode(),
        path=[step.hex() for step in (*path_to(offset, hashes), *path_to(number, nodes))],
    )
    if not proof.holds():
        raise Unprovable()
    return proof
