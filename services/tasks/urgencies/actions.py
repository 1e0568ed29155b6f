"""Changing how urgent a case is."""

from datetime import timedelta
from uuid import UUID

from chassis.identity import Actor
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.clocks.explaining import BY_URGENCY
from services.tasks.clocks.life import Happening, What, worked_out
from services.tasks.clocks.limits import Amount, Unit
from services.tasks.clocks.model import Clock, ClockKind
from services.tasks.clocks.moving import course_of, happen, would_be
from services.tasks.clocks.running import RUNNING
from services.tasks.merges.views import lead_of
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage
from services.tasks.requests.views import item_of, load
from services.tasks.rules.pack import Urgency
from services.tasks.urgencies import policy
from services.tasks.urgencies.limits import amount_of, finishing
from services.tasks.urgencies.model import SameUrgency, UrgencyChange, UrgencyTooLate

_HOUR = timedelta(hours=1)
_LONGEST = 3660  # what an amount can hold
_TO_BE_DONE = {
    *(Stage.RECEIVED, Stage.DISPATCHED, Stage.RETURNED, Stage.ACCEPTED, Stage.CONTACTED, Stage.HANDLING),
    *(Stage.PAUSED, Stage.EXTENDED, Stage.MERGED, Stage.DIFFICULT),
}


async def change(
    session: Session, request_id: UUID, *, by: Actor, urgency: Urgency, reason: str
) -> tuple[ServiceRequest, UrgencyChange]:
    """Say that a case is more or less urgent than it was taken for.

    Its finishing limit follows while nobody has promised a day. Raises `NotFound`, `MayNotSayUrgency`,
    `UrgencyTooLate`, `SameUrgency`.
    """
    request = await load(session, request_id)
    await policy.check_may_change(session, by, request)
    if request.stage not in _TO_BE_DONE:
        raise UrgencyTooLate()
    if request.urgency is urgency:
        raise SameUrgency()
    change_id, before = new_id(), request.urgency
    request.urgency = urgency
    made = UrgencyChange(
        id=change_id,
        township_code=request.township_code,
        request_id=request.id,
        before=before,
        after=urgency,
        reason=session.use(Vault).seal(reason, place=place_of("urgency_change", "reason", change_id)),
        moved=await _move(session, request, change_id, by=by.person_id),
        at=session.now,
        by=by.person_id,
    )
    session.add(made)
    told = {request.working_person_id, *({request.requester_id} if made.moved else ())} - {None, by.person_id}
    for person_id in told:
        if person_id is not None:
            tell(session, person_id, NoticeKind.LIMIT_MOVED, request_id=request.id)
    return request, made


async def _move(session: Session, request: ServiceRequest, change_id: UUID, *, by: UUID) -> bool:
    """Have the finishing limit follow, unless a day was promised, it has ended, or it would have by now."""
    lead = await lead_of(session, request)
    clock = await session.first(RUNNING, request=request.id, kind=ClockKind.FINISH)
    if clock is None or clock.missed_at is not None or clock.paused_at is not None:
        return False
    if request.promised_on is not None or lead.promised_on is not None:
        return False
    rule = finishing(
        session,
        item=item_of(session, request),
        kind=request.kind,
        urgency=request.urgency,
        at=request.submitted_at,
    )
    amount = _counted_from_now(session, clock, amount_of(rule))
    if worked_out(await course_of(session, clock), None).base == amount:
        return False
    found = await would_be(session, clock, Happening(What.ORDERED, session.now, amount))
    if found.due_at <= session.now:
        return False
    await happen(
        session, clock, request, What.ORDERED, amount=amount, rule=rule, about_id=change_id, by=by, cause=BY_URGENCY
    )
    return True


def _counted_from_now(session: Session, clock: Clock, amount: Amount) -> Amount:
    """Hours are given from the change on, in whole hours of the clock; days are counted from the request."""
    if amount.unit is not Unit.HOURS:
        return amount
    gone = -(-(session.now - clock.started_at) // _HOUR)
    return Amount(value=min(amount.value + gone, _LONGEST), unit=Unit.HOURS)
