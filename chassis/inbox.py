"""Taking facts in: each once, in order for each key, and none of them for ever in the way of the others.

A fact is taken in together with its mark (`taken_fact`) in one transaction, so a repeated delivery changes nothing.
A fact that fails is put aside (`waiting_fact`) with its number of tries and the time of the next one, and the facts of
the same key that come after it queue behind it; other keys go on. After its last try it is parked: its key goes on
without it, and an operator replays it. A fact about a thing not yet heard of (`NotYetHeard`) is no failure: topics have
no common order, so it is tried until the other fact has come, for up to a day.
"""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import get_type_hints

from sqlalchemy import bindparam, select
from sqlmodel import SQLModel

from chassis.clock import real_now
from chassis.log import Record
from chassis.problems import Problem, StoreAway
from chassis.session import AlreadyThere, Session
from chassis.tables import TAKEN_FACT, WAITING_FACT
from contracts.event import Event

Handle = Callable[..., Awaitable[None]]  # (event, session) -> None; the annotation of `event` says which fact
Sessions = Callable[[str | None], AbstractAsyncContextManager[Session]]  # (traceparent) -> one transaction

WAITING = WAITING_FACT.c
RECORD = (WAITING.id, WAITING.type, WAITING.key, WAITING.occurred_at, WAITING.body, WAITING.traceparent)
TAKEN = select(TAKEN_FACT.c.id).where(TAKEN_FACT.c.id == bindparam("fact"))
QUEUES = select(WAITING.type, WAITING.key).where(WAITING.parked_at.is_(None))
QUEUED = (
    select(*RECORD, WAITING.position, WAITING.next_at).where(WAITING.parked_at.is_(None)).order_by(WAITING.position)
)
ONE_QUEUED = select(*RECORD, WAITING.position, WAITING.attempts, WAITING.since, WAITING.parked_at).where(
    WAITING.position == bindparam("position")
)
ONE_QUEUED_LOCKED = ONE_QUEUED.where(WAITING.parked_at.is_(None)).with_for_update(skip_locked=True)


class NotYetHeard(Exception):  # a wait, not an error
    """The fact speaks of a thing of which this service has not heard yet."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a fact that fails is tried again (real time)."""

    tries: int = 8
    first: timedelta = timedelta(milliseconds=50)
    longest: timedelta = timedelta(minutes=1)
    unheard: timedelta = timedelta(days=1)

    def pause(self, attempts: int) -> timedelta:
        """The pause after this many tries: doubled each time, up to the longest."""
        return min(self.first * (1 << min(attempts, 20)), self.longest)


class Inbox:
    """What one service hears, and how it takes it in.

    `fetches` names rows that the handlers of many facts look at, by the field of the fact that holds their key: those
    of a whole batch are read at once.
    """

    def __init__(
        self,
        hears: Sequence[Handle],
        sessions: Sessions,
        *,
        fetches: Sequence[tuple[type[SQLModel], str]] = (),
        patience: Patience | None = None,
    ) -> None:
        self._sessions = sessions
        self._fetches = fetches
        self._patience = patience or Patience()
        self._handlers: dict[str, tuple[type[Event], list[Handle]]] = {}
        for handler in hears:
            fact = heard_by(handler)
            self._handlers.setdefault(fact.type, (fact, []))[1].append(handler)

    @property
    def sources(self) -> list[str]:
        """The services whose topics are read."""
        return sorted({fact.source() for fact, _ in self._handlers.values()})

    def hears(self, record: Record) -> bool:
        """Whether any handler asks for this fact."""
        return record.type in self._handlers

    async def take(self, records: Sequence[Record]) -> None:
        """Take facts in, all in one transaction if all go well, else one by one.

        Raises `StoreAway` when the database is gone: then none of what is left was taken in.
        """
        heard = [record for record in records if self.hears(record)]
        if not heard:
            return
        try:
            await self._together(heard)
        except StoreAway:
            raise
        except Exception as failure:  # noqa: BLE001  # the loop that stores the attempt
            if len(heard) == 1:
                await self._put_aside(heard[0], failure)
            else:
                for record in heard:
                    await self.take([record])

    async def retry(self) -> int:
        """Try again what waits and is due, the oldest of each key first; returns how many were taken in."""
        taken, tried = 0, set[int]()
        progress = True
        while progress:
            progress = False
            async with self._sessions(None) as session:
                queued = await session.all(QUEUED)
            heads: dict[tuple[str, str], int | None] = {}
            for _, of_type, key, _, _, _, position, next_at in queued:
                heads.setdefault(_queue(of_type, key), position if next_at <= real_now() else None)
            for position in heads.values():
                if position is not None and position not in tried:
                    tried.add(position)
                    if await self._again(position):
                        taken += 1
                        progress = True
        return taken

    async def replay(self, position: int) -> bool:
        """Try one waiting or parked fact now; returns whether it was taken in."""
        return await self._again(position, even_if_parked=True)

    async def _together(self, records: Sequence[Record]) -> None:
        async with self._sessions(records[0].traceparent) as session:
            queues = {_queue(of_type, key) for of_type, key in await session.all(QUEUES)}
            once = {record.id: (record, self._read(record)) for record in records}
            for kind, field in self._fetches:
                keys = [getattr(event, field) for _, event in once.values() if field in type(event).model_fields]
                await session.fetch(kind, keys, lock=True)
            for record, event in once.values():
                if queues and _queue(record.type, record.key) in queues:
                    self._queue_up(session, record, attempts=0, reason="behind an earlier fact of its key")
                    continue
                session.traceparent = record.traceparent
                await self._handle(record, event, session)

    def _read(self, record: Record) -> Event:
        fact, _ = self._handlers[record.type]
        return fact.read(record.body)

    async def _handle(self, record: Record, event: Event, session: Session) -> None:
        _, handlers = self._handlers[record.type]
        for handler in handlers:
            await handler(event, session)
        session.insert(TAKEN_FACT, {"id": record.id, "taken_at": real_now()})

    async def _put_aside(self, record: Record, failure: Exception) -> None:
        """Store the attempt, unless the fact was taken in or put aside before."""
        try:
            async with self._sessions(record.traceparent) as session:
                if await session.first(TAKEN, fact=record.id) is None:
                    self._queue_up(session, record, attempts=1, reason=_reason(failure))
        except AlreadyThere as known:
            if known.table != WAITING_FACT.name:
                raise

    def _queue_up(self, session: Session, record: Record, *, attempts: int, reason: str) -> None:
        now = real_now()
        session.insert(
            WAITING_FACT,
            {
                "id": record.id,
                "type": record.type,
                "key": record.key,
                "body": record.body,
                "occurred_at": record.time,
                "traceparent": record.traceparent,
                "attempts": attempts,
                "since": now,
                "next_at": now + self._patience.pause(attempts) if attempts else now,
                "reason": reason,
            },
        )

    async def _again(self, position: int, *, even_if_parked: bool = False) -> bool:
        statement = ONE_QUEUED if even_if_parked else ONE_QUEUED_LOCKED
        try:
            async with self._sessions(None) as session:
                found = await session.first(statement, position=position)
                if found is None:
                    return False
                record = Record(*found[:6])
                session.traceparent = record.traceparent
                if await session.first(TAKEN, fact=record.id) is None:
                    await self._handle(record, self._read(record), session)
                session.erase(WAITING_FACT, position)
        except StoreAway:
            raise
        except Exception as failure:  # noqa: BLE001  # the loop that stores the attempt
            await self._note_failure(position, failure)
            return False
        return True

    async def _note_failure(self, position: int, failure: Exception) -> None:
        async with self._sessions(None) as session:
            found = await session.first(ONE_QUEUED, position=position)
            if found is None:
                return
            attempts, since = int(found[7]) + 1, found[8]
            now = real_now()
            over = (
                now - since > self._patience.unheard
                if isinstance(failure, NotYetHeard)
                else attempts >= self._patience.tries
            )
            session.alter(
                WAITING_FACT,
                position,
                {
                    "attempts": attempts,
                    "next_at": now + self._patience.pause(attempts),
                    "parked_at": found[9] or (now if over else None),  # a replay that fails leaves it parked
                    "reason": _reason(failure),
                },
            )


def heard_by(handler: Handle) -> type[Event]:
    """The fact that a handler takes in: the annotation of its first parameter."""
    first = next(iter(inspect.signature(handler).parameters))
    fact: type[Event] = get_type_hints(handler)[first]
    return fact


def _queue(of_type: str, key: str) -> tuple[str, str]:
    """What must stay in order: the facts of one publisher about one thing."""
    return of_type.partition(".")[0], key


def _reason(failure: Exception) -> str:
    """What went wrong, without the values it went wrong with: they may be somebody's personal data."""
    return failure.code() if isinstance(failure, Problem) else type(failure).__name__
