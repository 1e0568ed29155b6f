"""The relay: carries committed facts from a service's outbox to the event log, oldest first."""

from sqlalchemy import select

from chassis.log import EventLog, Record
from chassis.session import Session
from chassis.tables import OUTBOX

COLUMNS = OUTBOX.c
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
    .limit(500)
)


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
