"""Starting clocks, noting that what they wait for has happened, and saying when each is to be looked at next."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.clocks.limits import Amount, limit, warn_at
from services.tasks.clocks.model import Clock, ClockKind
from services.tasks.rules.pack import RulePack
from services.tasks.warnings import colours

TIMER = "clock"

RUNNING = (
    select(Clock)
    .where(
        col(Clock.request_id) == bindparam("request"),
        col(Clock.kind) == bindparam("kind"),
        col(Clock.met_at).is_(None),
    )
    .order_by(col(Clock.turn).desc())
    .with_for_update()
)


def start(
    session: Session,
    kind: ClockKind,
    *,
    request_id: UUID,
    turn: int,
    amount: Amount,
    rule: str,
) -> Clock:
    """Start a clock now, by the rule pack and the calendar of today, and have it warned of and missed in time."""
    pack, calendar = session.use(RulePack), session.use(WorkCalendar)
    end = limit(amount, session.now, calendar)
    shares = [colour.passed for colour in pack.colours_on(local_date(session.now)) if colour.passed is not None]
    clock = Clock(
        id=new_id(),
        request_id=request_id,
        kind=kind,
        turn=turn,
        started_at=session.now,
        warn_at=warn_at(session.now, end.due_at, share=min(shares)) if shares else end.due_at,
        look_at=None,
        due_at=end.due_at,
        provisional=end.provisional,
        rule=rule,
        rule_version=pack.version,
        met_at=None,
        warned_at=None,
        missed_at=None,
        level=0,
    )
    session.add(clock)
    look_again(session, clock, at=clock.warn_at)
    return clock


def look_again(session: Session, clock: Clock, *, at: datetime) -> None:
    """Have the clock looked at again at this instant: to warn, to note that it was missed, to climb."""
    clock.look_at = at
    session.remind(TIMER, about=clock.id, due_at=at)


async def meet(session: Session, kind: ClockKind, *, request_id: UUID, at: datetime | None = None) -> bool:
    """What the running clock of this kind waits for has happened, now or at that instant; returns whether in time."""
    clock = await session.first(RUNNING, request=request_id, kind=kind)
    if clock is None:
        return True
    in_time = clock.meet(at or session.now)
    await colours.clear(session, request_id)
    return in_time
