"""Counting what the work asks of people, per role and day: forms from the audit, messages from their own rows.

Nothing is counted while somebody waits: a day's rows are there already, and are added up once, in the transaction that
seals the day. What comes out holds roles, and no person.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, bindparam, func, or_, select

from chassis.audit.days import Day
from chassis.clock import midnight
from chassis.divisions import township_of
from chassis.session import Session
from chassis.tables import AUDIT
from contracts.burden import CountedDay, CountedLine
from contracts.event import Event

CITIZEN = "citizen"
"""The role of everybody who holds no post."""
NOWHERE = "0" * 12
"""The township of whoever holds no post."""

Kind = Literal["form", "notice", "digest", "text"]
Place = tuple[str, str]  # township and role

FORMS = (
    select(AUDIT.c.action, AUDIT.c.actor_id, AUDIT.c.post_id, func.count())
    .where(AUDIT.c.block.between(bindparam("first"), bindparam("last")), AUDIT.c.actor_id.is_not(None))
    .group_by(AUDIT.c.action, AUDIT.c.actor_id, AUDIT.c.post_id)
)


@dataclass(frozen=True)
class Messages:
    """A table of messages whose ids are in rough order of real time, and which of its rows count as what."""

    table: Table
    counted: Mapping[str, ColumnElement[bool]]  # by a `Kind`


class Counting:
    """What a service adds up when a day of its audit is sealed, and tells, a fact for each township.

    `posts` is its table of posts; `clients` that of systems that ask by themselves, whom nobody burdens.
    """

    def __init__(
        self, fact: type[Event], *, posts: Table, clients: Table | None = None, messages: Sequence[Messages] = ()
    ) -> None:
        self._fact = fact
        columns = posts.c
        day = bindparam("day", type_=columns.from_on.type)
        self._held = select(columns.id, columns.person_id, columns.kind, columns.division_code).where(
            columns.from_on <= day, or_(columns.to_on.is_(None), columns.to_on >= day)
        )
        self._clients = None if clients is None else select(clients.c.id)
        self._messages = [
            (
                cast("Kind", kind),
                select(one.table.c.kind, one.table.c.person_id, func.count())
                .where(one.table.c.id >= bindparam("since"), one.table.c.id < bindparam("until"), which)
                .group_by(one.table.c.kind, one.table.c.person_id),
            )
            for one in messages
            for kind, which in one.counted.items()
        ]

    async def __call__(self, session: Session, day: Day) -> None:
        """Add the day up and tell it."""
        found: dict[Place, Counter[tuple[Kind, str]]] = defaultdict(Counter)
        by_post, by_person = await self._places(session, day.day)
        systems = set() if self._clients is None else {one for (one,) in await session.all(self._clients)}
        for action, actor, post, times in await session.all(FORMS, first=day.first_block, last=day.last_block):
            if actor not in systems:
                place = by_post.get(post) or by_person.get(actor, (NOWHERE, CITIZEN))
                found[place]["form", str(action)] += times
        spans = {"since": id_at(midnight(day.day)), "until": id_at(midnight(day.day + timedelta(days=1)))}
        for kind, statement in self._messages:
            for what, person, times in await session.all(statement, **spans):
                found[by_person.get(person, (NOWHERE, CITIZEN))][kind, str(what)] += times
        self._tell(session, day.day, found)

    async def _places(self, session: Session, day: date) -> tuple[dict[UUID, Place], dict[UUID, Place]]:
        """Township and role of each post that was held, and of each person by the first of their posts."""
        by_post, by_person = dict[UUID, Place](), dict[UUID, Place]()
        for post_id, person_id, kind, code in await session.all(self._held, day=day):
            place = by_post[post_id] = township_of(code), str(kind)
            by_person[person_id] = min(place, by_person.get(person_id, place), key=lambda one: (one[1], one[0]))
        return by_post, by_person

    def _tell(self, session: Session, day: date, found: Mapping[Place, Counter[tuple[Kind, str]]]) -> None:
        lines: dict[str, list[CountedLine]] = defaultdict(list)
        for (township, role), counted in sorted(found.items()):
            for (kind, what), times in sorted(counted.items()):
                lines[township].append(CountedLine(role=role, kind=kind, what=what, times=times))
        for township, told in lines.items():
            counted_day = CountedDay(township_code=township, day=day, lines=told)
            session.publish(self._fact.model_validate(counted_day.model_dump()))


def id_at(instant: datetime) -> UUID:
    """The least UUIDv7 that can be made at a real instant, to find rows by when they were made."""
    return UUID(int=(int(instant.timestamp() * 1000) << 80) | (0x7 << 76) | (0x8 << 60))
