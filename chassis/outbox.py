"""The relay: carries committed facts from a service's outbox to the event log, oldest first."""

import time

from sqlalchemy import select

from chassis.log import EventLog, Record
from chassis.session import Session
from chassis.tables import OUTBOX

COLUMNS = OUTBOX.c
MOST = 500  # facts in a batch
OLDEST = (
    select(
        COLUMNS.position,
        COLUMNS.id,
        COLUMNS.type,
        COLUMNS.aggregateid,
        COLUMNS.occurred_at,
        COLUMNS.payload,
        COLUMNS.traceparent,
    )
    .order_by(COLUMNS.position)
    .limit(MOST)
)


class Pace:
    """Whether the relay is busy, judged by the last tenth of a second or more of what it carried."""

    BUSY = 500  # facts a second: from here on one batch for many costs a fraction of many batches
    LINGER = 0.1  # seconds that a busy relay waits for more to come
    WINDOW = 0.1  # seconds

    def __init__(self) -> None:
        self._since = time.monotonic()
        self._carried = 0
        self._busy = False

    def busy_after(self, carried: int) -> bool:
        """Take note of a batch; whether to wait a little before the next. After a full one there is more already."""
        self._carried += carried
        passed = time.monotonic() - self._since
        if passed >= self.WINDOW:
            self._busy = self._carried > self.BUSY * passed
            self._since, self._carried = time.monotonic(), 0
        return self._busy and 0 < carried < MOST


async def relay(session: Session, log: EventLog) -> int:
    """Carry one batch to the log and strike it off; returns how many facts it held.

    Only one relay of a service runs at a time (`Store.lease`), so the facts of one key keep their order. A crash
    between append and commit repeats facts but loses none. Raises `LogUncertain`: then nothing is struck off, and the
    same batch is carried again.
    """
    waiting = await session.all(OLDEST)
    if waiting:
        await log.append([Record(*fact) for _, *fact in waiting])
        session.erase(OUTBOX, *(position for position, *_ in waiting))
    return len(waiting)
