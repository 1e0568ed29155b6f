"""Timers: rows in the service's own database that fire at a domain instant, once, whatever restarts in between."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, or_, select

from chassis.clock import Clock, real_now
from chassis.inbox import Patience, Sessions
from chassis.problems import Problem, StoreAway
from chassis.session import Session
from chassis.tables import TIMER

Fire = Callable[[UUID, Session], Awaitable[None]]  # (about, session) -> None

COLUMNS = TIMER.c
DUE = (
    select(COLUMNS.id)
    .where(
        COLUMNS.due_at <= bindparam("now"),
        COLUMNS.parked_at.is_(None),
        or_(COLUMNS.next_at.is_(None), COLUMNS.next_at <= bindparam("real_now")),
    )
    .order_by(COLUMNS.due_at)
    .limit(200)
)
ONE = select(COLUMNS.kind, COLUMNS.about, COLUMNS.attempts).where(COLUMNS.id == bindparam("timer"))
ONE_LOCKED = ONE.where(COLUMNS.parked_at.is_(None)).with_for_update(skip_locked=True)


class Timers:
    """The timers of one service: what each kind does when it fires."""

    def __init__(
        self, keeps_time: Mapping[str, Fire], sessions: Sessions, clock: Clock, *, patience: Patience | None = None
    ) -> None:
        self._fires = dict(keeps_time)
        self._sessions = sessions
        self._clock = clock
        self._patience = patience or Patience(longest=timedelta(minutes=10))

    async def fire_due(self) -> int:
        """Fire what is due, the earliest first, each in its own transaction; returns how many fired."""
        async with self._sessions(None) as session:
            due = await session.all(DUE, now=self._clock.now(), real_now=real_now())
        return sum([await self._fire(timer) for (timer,) in due])

    async def _fire(self, timer: UUID) -> bool:
        try:
            async with self._sessions(None) as session:
                found = await session.first(ONE_LOCKED, timer=timer)
                if found is None:  # another copy of this service has it
                    return False
                kind, about, _ = found
                session.erase(TIMER, timer)
                await self._fires[kind](about, session)
        except StoreAway:
            raise
        except Exception as failure:  # noqa: BLE001  # the loop that stores the attempt
            await self._note_failure(timer, failure)
            return False
        return True

    async def _note_failure(self, timer: UUID, failure: Exception) -> None:
        async with self._sessions(None) as session:
            found = await session.first(ONE, timer=timer)
            if found is None:
                return
            attempts, now = int(found[2]) + 1, real_now()
            session.alter(
                TIMER,
                timer,
                {
                    "attempts": attempts,
                    "next_at": now + self._patience.pause(attempts),
                    "parked_at": now if attempts >= self._patience.tries else None,
                    "reason": failure.code() if isinstance(failure, Problem) else type(failure).__name__,
                },
            )
