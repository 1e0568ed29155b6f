"""A chair takes a difficult case up themselves, with a signature and a date like everybody who accepts one."""

from datetime import date
from uuid import UUID

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.session import Session
from contracts.tasks import RequestAccepted
from services.tasks.clocks.limits import latest_promise
from services.tasks.dispatches import actions, chair
from services.tasks.dispatches.model import Way, Why
from services.tasks.merges import following as merges
from services.tasks.requests import policy
from services.tasks.requests.model import PromiseInThePast, PromiseTooLate, ServiceRequest, Signature
from services.tasks.requests.views import load
from services.tasks.roster.duty import Duty, on_duty
from services.tasks.roster.model import Post
from services.tasks.roster.views import posts_of
from services.tasks.rules.days import last_day
from services.tasks.signatures.actions import sign


async def take_up(
    session: Session, request_id: UUID, *, by: Actor, promised_on: date
) -> tuple[ServiceRequest, Signature]:
    """Handle a difficult case oneself. Raises `ForTheChair`, `PromiseTooLate`, `PromiseInThePast`."""
    request = await load(session, request_id)
    await policy.check_may_see(session, by, request)
    if not await chair.decides(session, by, request):
        raise chair.ForTheChair()
    _check(session, request, promised_on)
    request.move("take_up")
    request.turn += 1
    duty = await _duty(session, by, request)
    request.binding = True
    request.handler_id = request.working_person_id = by.person_id
    request.organization_id = request.working_organization_id = duty.post.organization_id
    request.promised_on = promised_on
    request.first_promised_on = request.first_promised_on or promised_on
    why = Why(Way.TAKEN_UP)
    now = session.now
    actions.note(session, request, duty, by=by.person_id, why=why, return_by=now, accept_due_at=now)
    session.publish(
        RequestAccepted(
            request_id=request.id, accepted_by=by.person_id, accepted_at=now, in_time=True, promised_on=promised_on
        )
    )
    signature = await sign(session, request, acting=None)
    await merges.keep_together(session, request)
    return request, signature


def _check(session: Session, request: ServiceRequest, promised_on: date) -> None:
    """The date lies within the case's limit; where that is over already, within one counted from today."""
    today = local_date(session.now)
    if promised_on < today:
        raise PromiseInThePast(today=today.isoformat())
    latest = latest_promise(request.finish_due_at)
    if latest < today:
        latest = last_day(session, request.kind)
    if promised_on > latest:
        raise PromiseTooLate(latest=latest.isoformat())


async def _duty(session: Session, by: Actor, request: ServiceRequest) -> Duty:
    """By which post the chair has it: their own at the organisation that decides, or their colleague's."""
    today = local_date(session.now)
    acting = await policy.acting_for(session, by, request)
    if acting is not None:
        return acting
    posts = await posts_of(session, by.person_id, today=today)
    here: list[Post] = [post for post in posts if post.organization_id == request.working_organization_id]
    return await on_duty(session, (here or posts)[0], today=today)
