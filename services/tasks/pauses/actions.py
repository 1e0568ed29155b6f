"""Pausing a case, resuming it, and what happens when the longest pause is over."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, func, select

from chassis import audit
from chassis.calendar import WorkCalendar
from chassis.clock import local_date, real_now
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from contracts.tasks import RequestPaused, RequestResumed
from services.tasks.acceptances.policy import check_is_with
from services.tasks.clocks.life import What, shifted
from services.tasks.clocks.limits import Unit, end_of, latest_promise, limit
from services.tasks.clocks.model import Clock, ClockKind
from services.tasks.clocks.moving import happen
from services.tasks.clocks.running import RUNNING
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.pauses.model import Pause, PauseReason, TooLateToPause, TooManyPauses
from services.tasks.requests import policy
from services.tasks.requests.model import NotYours, ServiceRequest
from services.tasks.requests.stages import LIFECYCLE
from services.tasks.requests.views import load
from services.tasks.rules.pack import RuleId, RulePack

TIMER = "pause"
"""The timer that ends a pause when it has lasted as long as the rule allows."""

OPEN = (
    select(Pause)
    .where(col(Pause.request_id) == bindparam("request"), col(Pause.resumed_at).is_(None))
    .with_for_update()
)
PAUSES = select(func.count()).select_from(Pause).where(col(Pause.request_id) == bindparam("request"))
OF_REQUEST = (
    select(Pause).where(col(Pause.request_id) == bindparam("request")).order_by(col(Pause.paused_at), col(Pause.id))
)


async def pause(
    session: Session, request_id: UUID, *, by: Actor, reason: PauseReason, words: str | None
) -> tuple[ServiceRequest, Pause]:
    """Stop a case's finishing clock for a reason; the requester is told. Raises `TooLateToPause`, `TooManyPauses`."""
    request = await load(session, request_id)
    await policy.check_may_see(session, by, request)
    await check_is_with(session, by, request)
    request.move("pause")
    clock = await session.first(RUNNING, request=request.id, kind=ClockKind.FINISH)
    if clock is None or session.now >= clock.due_at:
        raise TooLateToPause()
    today = local_date(session.now)
    pack = session.use(RulePack)
    rule, most = pack.rule(RuleId.PAUSE, on=today), pack.rule(RuleId.PAUSES, on=today).value
    if (await session.first(PAUSES, request=request.id) or 0) >= most:
        raise TooManyPauses(most=most)
    pause_id = new_id()
    made = Pause(
        id=pause_id,
        request_id=request.id,
        reason=reason,
        words=session.use(Vault).seal(words, place=place_of("pause", "words", pause_id)) if words else None,
        paused_at=session.now,
        paused_by=by.person_id,
        ends_at=limit(rule.amount, session.now, session.use(WorkCalendar)).due_at,
        resumed_at=None,
        resumed_by=None,
    )
    session.add(made)
    session.remind(TIMER, about=pause_id, due_at=made.ends_at)
    await happen(
        session, clock, request, What.PAUSED, rule=rule, about_id=pause_id, by=by.person_id, cause=reason.value
    )
    session.publish(
        RequestPaused(request_id=request.id, reason=reason.value, paused_at=session.now, ends_at=made.ends_at)
    )
    tell(session, request.requester_id, NoticeKind.PAUSED, request_id=request.id)
    return request, made


async def resume(session: Session, request_id: UUID, *, by: Actor) -> tuple[ServiceRequest, Pause]:
    """Go on with a paused case: whoever has it, or those above."""
    request = await load(session, request_id)
    await policy.check_may_see(session, by, request)
    try:
        await check_is_with(session, by, request)
    except NotYours:
        if not await policy.is_overseer(session, by, request):
            raise
    LIFECYCLE.after("resume", request.stage)
    made = await session.first(OPEN, request=request.id)
    if made is None:
        raise NotFound()
    await _go_on(session, request, made, by=by.person_id)
    return request, made


async def fire(pause_id: UUID, session: Session) -> None:
    """The longest pause is over: the clock runs again, and who has the case and who asked are told."""
    seen = await session.get(Pause, pause_id)
    if seen is None or seen.resumed_at is not None or session.now < seen.ends_at:
        return
    request = await session.get(ServiceRequest, seen.request_id, lock=True)
    made = await session.get(Pause, pause_id, lock=True)
    if request is None or made is None or made.resumed_at is not None:
        return
    request.moved_at = real_now()
    audit.record(session, actor_id=None, action="resume", about=str(request.id), reason="longest_pause_over")
    await _go_on(session, request, made, by=None)
    if request.working_person_id is not None:
        tell(session, request.working_person_id, NoticeKind.RESUMED_BY_ITSELF, request_id=request.id)


async def _go_on(session: Session, request: ServiceRequest, made: Pause, *, by: UUID | None) -> None:
    if LIFECYCLE.allows("resume", request.stage):
        request.move("resume")
    await _end(session, request, made, by=by)
    session.publish(
        RequestResumed(
            request_id=request.id,
            resumed_at=session.now,
            by_itself=by is None,
            finish_due_at=request.finish_due_at,
        )
    )
    tell(session, request.requester_id, NoticeKind.RESUMED, request_id=request.id)


async def _end(session: Session, request: ServiceRequest, made: Pause, *, by: UUID | None) -> None:
    made.resumed_at, made.resumed_by = session.now, by
    clock = await session.first(RUNNING, request=request.id, kind=ClockKind.FINISH)
    if clock is None:
        return
    await happen(
        session, clock, request, What.RESUMED, about_id=made.id, by=by, cause=None if by else "longest_pause_over"
    )
    _carry_promise(session, request, clock, made)


def _carry_promise(session: Session, request: ServiceRequest, clock: Clock, made: Pause) -> None:
    """The promised day moves by the pause as the limit does, and never past it; the first promise stays."""
    if request.promised_on is None or made.resumed_at is None:
        return
    end = end_of(request.promised_on)
    moved = shifted(end, clock.unit or Unit.HOURS, made.paused_at, made.resumed_at, session.use(WorkCalendar))
    request.promised_on = min(latest_promise(moved), latest_promise(clock.due_at))
