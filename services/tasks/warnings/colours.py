"""Which colour a clock has at an instant, when it gets the next, and the colour of a case: its clocks' gravest."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.clock import local_date, real_now
from chassis.session import Session
from services.tasks.clocks.limits import limit, warn_at
from services.tasks.clocks.model import Clock
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage
from services.tasks.rules.colours import Colour
from services.tasks.rules.pack import RulePack

CLOCKS_OF = select(Clock).where(col(Clock.request_id) == bindparam("request"), col(Clock.met_at).is_(None))


def thresholds(clock: Clock, pack: RulePack, calendar: WorkCalendar) -> list[tuple[datetime, Colour]]:
    """When each colour of the clock comes into force, in the order of time; by the colours of the day it started."""

    def at(colour: Colour) -> datetime:
        if colour.passed is not None:
            return warn_at(clock.counts_from or clock.started_at, clock.due_at, share=colour.passed)
        return clock.due_at if colour.overdue_by is None else limit(colour.overdue_by, clock.due_at, calendar).due_at

    found = [(at(colour), colour) for colour in pack.colours_on(local_date(clock.started_at))]
    return sorted(found, key=lambda one: (one[0], one[1].rank))


def in_force(clock: Clock, pack: RulePack, calendar: WorkCalendar, *, now: datetime) -> Colour | None:
    """The gravest colour that has come into force; none for a clock that is met or stands still."""
    if not clock.running:
        return None
    passed = [colour for at, colour in thresholds(clock, pack, calendar) if at <= now]
    return max(passed, key=lambda one: one.rank, default=None)


async def show(session: Session, request: ServiceRequest) -> None:
    """Give a case, locked by the caller, the colour that its running clocks have now."""
    pack, calendar = session.use(RulePack), session.use(WorkCalendar)
    clocks = [] if request.stage is Stage.PAUSED else await session.all(CLOCKS_OF, request=request.id)
    colours = [in_force(clock, pack, calendar, now=session.now) for clock in clocks]
    gravest = max((one for one in colours if one is not None), key=lambda one: one.rank, default=None)
    code = gravest.code if gravest else None
    if code != request.colour:
        request.colour, request.moved_at = code, real_now()


async def clear(session: Session, request_id: UUID) -> None:
    """A clock of the case was met, stopped or moved: a case that had a colour gets the one that is right now."""
    request = await session.get(ServiceRequest, request_id)
    if request is None or request.colour is None:
        return
    locked = await session.get(ServiceRequest, request_id, lock=True)
    if locked is not None:
        await show(session, locked)
