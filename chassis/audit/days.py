"""Days: the tree over the rows of a local day, sealed when the day is over, told to the others, and kept by them."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import NamedTuple

import structlog
from sqlalchemy import bindparam, func, select

from chassis.audit.leaves import GENESIS
from chassis.audit.merkle import root_of
from chassis.audit.walk import Block, blocks, head_of
from chassis.clock import local_date, midnight, real_now
from chassis.problems import Conflict
from chassis.session import Session
from chassis.tables import AUDIT, AUDIT_DAY, AUDIT_PART
from contracts.audit import SealedDay
from contracts.event import Event

log = structlog.get_logger("audit")

PART = 256  # leaves under one stored node: a power of two, so that the nodes are inner nodes of the day's own tree


class Day(NamedTuple):
    """A sealed day, as `audit_day` keeps it."""

    service: str
    day: date
    first_block: int
    last_block: int
    size: int
    root: bytes
    chain: bytes
    previous: bytes

    def told(self) -> dict[str, object]:
        """The same with hashes as hexadecimal digits, without the service's name."""
        return {name: value.hex() if isinstance(value, bytes) else value for name, value in self._asdict().items()}

    @classmethod
    def heard(cls, service: str, said: SealedDay) -> "Day":
        """The day that a service told. Raises `ValueError` if its hashes are none."""
        return cls(
            service=service,
            day=said.day,
            first_block=said.first_block,
            last_block=said.last_block,
            size=said.size,
            root=bytes.fromhex(said.root),
            chain=bytes.fromhex(said.chain),
            previous=bytes.fromhex(said.previous),
        )


Counts = Callable[[Session, Day], Awaitable[None]]

DAYS = select(*(AUDIT_DAY.c[name] for name in Day._fields)).where(AUDIT_DAY.c.service == bindparam("service"))
ONE_DAY = DAYS.where(AUDIT_DAY.c.day == bindparam("day"))
LAST_DAY = DAYS.order_by(AUDIT_DAY.c.day.desc()).limit(1)
EVERY_DAY = DAYS.order_by(AUDIT_DAY.c.day)
BEGINNING = select(func.min(AUDIT.c.at)).where(AUDIT.c.block == 1)
LAST_BLOCK_OF = select(func.max(AUDIT.c.block)).where(
    AUDIT.c.block > bindparam("beyond"), AUDIT.c.block <= bindparam("last"), AUDIT.c.at < bindparam("midnight")
)


class Broken(Exception):  # of the chain; whoever runs the service has to look into it
    """The rows of this block are not those that were written; nothing is sealed over them."""

    def __init__(self, block: int) -> None:
        super().__init__(f"audit rows of block {block}")
        self.block = block


class DayRewritten(Conflict):
    """A service told a day of its audit again, and otherwise than before."""

    title_zh = "该服务更改了已经公布的留痕日封存值，请立即核查。"


class Growing:
    """The tree of a day while its leaves come in; of all but the last few it keeps only the nodes of their parts."""

    def __init__(self) -> None:
        self.size = 0
        self._nodes: list[bytes] = []
        self._last: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Take the hash of the next leaf."""
        if len(self._last) == PART:
            self._nodes.append(root_of(self._last))
            self._last = []
        self._last.append(leaf)
        self.size += 1

    def nodes(self) -> list[bytes]:
        """The node of each part so far, of the last one as far as it goes."""
        return [*self._nodes, root_of(self._last)] if self._last else self._nodes

    def root(self) -> bytes:
        """The root over all leaves so far."""
        return root_of(self.nodes())


async def seal_one(
    session: Session, service: str, *, before: date, fact: type[Event] | None, counts: Counts | None = None
) -> bool:
    """Seal the oldest day before this one that is not sealed yet, and tell it; whether there was one.

    `counts` adds up what the day's rows say, in the same transaction and so exactly once.

    A day holds the blocks after those of the day before, up to the last one with a row of the day; a row whose commit
    ended after the sealing belongs to the next. Every row is read and checked on the way. Raises `Broken` where the
    chain does not hold, and the commit `AlreadyThere` where another copy of the service was faster.
    """
    last = await session.first(LAST_DAY, service=service)
    sealed = Day(*last) if last else None
    day = sealed.day + timedelta(days=1) if sealed else await _first_day(session)
    head = await head_of(session)
    if day is None or head is None or day >= before:
        return False
    beyond, chain = (sealed.last_block, sealed.chain) if sealed else (0, GENESIS)
    ends = midnight(day + timedelta(days=1))
    (end,) = await session.first(LAST_BLOCK_OF, beyond=beyond, last=head[0], midnight=ends) or (None,)
    tree, starts = Growing(), list[tuple[int, int]]()
    if end is not None:
        number = beyond
        async for block in blocks(session, beyond=beyond, last=end):
            if block.number != number + 1 or not block.follows(chain):
                raise Broken(number + 1)
            _take(block, tree, starts)
            number, chain = block.number, block.chain
    made = Day(
        service=service,
        day=day,
        first_block=beyond + 1,
        last_block=beyond if end is None else end,
        size=tree.size,
        root=tree.root(),
        chain=chain,
        previous=sealed.root if sealed else GENESIS,
    )
    session.insert(AUDIT_DAY, {**made._asdict(), "kept_at": real_now()})
    for number, ((block_number, place), node) in enumerate(zip(starts, tree.nodes(), strict=True)):
        session.insert(AUDIT_PART, {"day": day, "number": number, "block": block_number, "place": place, "node": node})
    if fact is not None:
        session.publish(fact.model_validate(made.told()))
    if counts is not None:
        await counts(session, made)
    return True


def sealing(
    service: str, fact: type[Event] | None, counts: Counts | None = None
) -> Callable[[Session], Awaitable[int]]:
    """What a service does for its days every now and then: seal the next one that is over (in Asia/Shanghai)."""

    async def seal(session: Session) -> int:
        try:
            return await seal_one(session, service, before=local_date(real_now()), fact=fact, counts=counts)
        except Broken as broken:
            log.error("audit-chain-broken", service=service, block=broken.block)
            return 0

    return seal


async def keep(session: Session, service: str, said: SealedDay) -> None:
    """Keep a day that another service told. Raises `DayRewritten` if it told this day otherwise before."""
    day = Day.heard(service, said)
    known = await session.first(ONE_DAY, service=service, day=day.day)
    if known is None:
        session.insert(AUDIT_DAY, {**day._asdict(), "kept_at": real_now()})
    elif Day(*known) != day:
        raise DayRewritten()


async def every_day(session: Session, service: str) -> list[Day]:
    """The days of a service that are kept here, in their order."""
    return [Day(*row) for row in await session.all(EVERY_DAY, service=service)]


async def _first_day(session: Session) -> date | None:
    """The local day of the chain's first row."""
    found = await session.first(BEGINNING)
    return local_date(found[0]) if found and found[0] else None


def _take(block: Block, tree: Growing, starts: list[tuple[int, int]]) -> None:
    for place, leaf in zip(block.places, block.hashes, strict=True):
        if tree.size % PART == 0:
            starts.append((block.number, place))
        tree.add(leaf)
