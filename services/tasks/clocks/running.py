"""Starting clocks, noting that what they wait for has happened, and saying when each is to be looked at next."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.session import Session
from chassis.tables import new_id
from contracts.tasks import RequestContacted
from services.tasks.catalogue.model import Catalogue, CatalogueItem, NoSuchItem
from services.tasks.clocks.limits import Amount, limit
from services.tasks.clocks.model import Clock, ClockKind
from services.tasks.interim import actions as interim
from services.tasks.orders.closing import close_what_is_done
from services.tasks.rules.pack import Rule, RuleId, RulePack
from services.tasks.warnings import colours

TIMER = "clock"

_of_kind = select(Clock).where(col(Clock.request_id) == bindparam("request"), col(Clock.kind) == bindparam("kind"))
RUNNING = _of_kind.where(col(Clock.met_at).is_(None)).order_by(col(Clock.turn).desc()).with_for_update()
LATEST = _of_kind.order_by(col(Clock.turn).desc(), col(Clock.id).desc()).limit(1)


def start(
    session: Session,
    kind: ClockKind,
    *,
    request_id: UUID,
    turn: int,
    amount: Amount,
    rule: str,
) -> Clock:
    """Start a clock now, by the rule pack and the calendar of today, and have it warned of and missed in time.

    `rule` is the id of a rule or the code of an errand; the clock keeps its name and source as they are now.
    """
    pack, calendar = session.use(RulePack), session.use(WorkCalendar)
    end = limit(amount, session.now, calendar)
    by = rule_of(session, rule, on=local_date(session.now))
    clock = Clock(
        id=new_id(),
        request_id=request_id,
        kind=kind,
        turn=turn,
        started_at=session.now,
        warn_at=end.due_at,
        look_at=None,
        due_at=end.due_at,
        provisional=end.provisional,
        rule=rule,
        rule_version=pack.version,
        amount=amount.value,
        unit=amount.unit,
        rule_name=by.name if by else None,
        rule_source=by.source if by else None,
        rule_confidence=by.confidence.value if by else None,
        calendar_version=calendar.version,
        met_at=None,
        warned_at=None,
        missed_at=None,
        level=0,
        paused_at=None,
        counts_from=None,
    )
    session.add(clock)
    schedule(session, clock)
    if kind in {ClockKind.FINISH, ClockKind.RECTIFY}:
        interim.wait(session, request_id)
    return clock


def rule_of(session: Session, rule: str, *, on: date) -> Rule | CatalogueItem | None:
    """The rule of the pack or the errand of the catalogue that a clock runs by, as it holds on a local date."""
    try:
        return session.use(RulePack).rule(RuleId(rule), on=on)
    except ValueError:
        pass
    try:
        return session.use(Catalogue).item(rule, on=on)
    except NoSuchItem:
        return None


def schedule(session: Session, clock: Clock) -> None:
    """Have a clock that starts, or whose limit has moved, looked at when its next colour or its end comes."""
    found = colours.thresholds(clock, session.use(RulePack), session.use(WorkCalendar))
    clock.warn_at = min((at for at, _ in found), default=clock.due_at)
    ahead = [at for at in (clock.due_at, *(at for at, _ in found)) if at > session.now]
    look_again(session, clock, at=min(ahead, default=session.now))


def look_again(session: Session, clock: Clock, *, at: datetime) -> None:
    """Have the clock looked at again at this instant, and not before: to warn, to note that it was missed, to climb."""
    clock.look_at = at
    session.remind(TIMER, about=clock.id, due_at=at)


async def meet_contact(session: Session, request_id: UUID, *, at: datetime) -> None:
    """Whoever asked was spoken with: the clocks that wait for it are met, a missed call's own and the signer's."""
    waiting = await session.all(RUNNING, request=request_id, kind=ClockKind.CONTACT)
    in_time = [clock.meet(at) for clock in waiting]
    if in_time:
        session.publish(RequestContacted(request_id=request_id, contacted_at=at, in_time=all(in_time)))


async def meet(session: Session, kind: ClockKind, *, request_id: UUID, at: datetime | None = None) -> bool:
    """What the clock of this kind waits for has happened, now or at that instant; returns whether in time.

    Where it has happened before, the first time counts; where there is no such clock, it is in time. Whoever finishes
    a case has been in contact with whoever asked.
    """
    clock = await session.first(RUNNING, request=request_id, kind=kind)
    if kind is ClockKind.FINISH:
        await meet_contact(session, request_id, at=at or session.now)
    if clock is not None:
        in_time = clock.meet(at or session.now)
        await colours.clear(session, request_id)
        if kind in {ClockKind.FINISH, ClockKind.RECTIFY}:
            await close_what_is_done(session, request_id)
        return in_time
    met = await session.first(LATEST, request=request_id, kind=kind)
    return met is None or met.met_at is None or met.met_at < met.due_at
