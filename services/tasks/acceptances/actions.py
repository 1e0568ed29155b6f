"""Signing for a request without a date yet, and noting the first contact with whoever asked."""

from uuid import UUID

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Conflict
from chassis.session import Session
from contracts.tasks import RequestAccepted
from services.tasks.acceptances.policy import check_is_with
from services.tasks.clocks import running as clocks
from services.tasks.clocks.model import ClockKind
from services.tasks.requests import policy
from services.tasks.requests.model import ServiceRequest, Signature
from services.tasks.requests.stages import Stage
from services.tasks.requests.views import load
from services.tasks.rules.pack import RuleId, RulePack
from services.tasks.signatures.actions import sign
from services.tasks.warnings import colours

LATER = {Stage.HANDLING, Stage.EXTENDED, Stage.PAUSED}
"""Where somebody promised a date before they noted the contact, it may be noted still; the stage stays."""


class ContactedAlready(Conflict):
    """The first contact was noted before."""

    title_zh = "已经记录过首次联系，无需重复记录。"


async def accept(session: Session, request_id: UUID, *, by: Actor) -> tuple[ServiceRequest, Signature]:
    """Sign for a request without a finishing date; whoever asked is to be contacted within the rule's time."""
    request = await load(session, request_id)
    await policy.check_may_see(session, by, request)
    acting = await check_is_with(session, by, request)
    request.move("accept")
    request.handler_id = by.person_id
    in_time = await clocks.meet(session, ClockKind.ACCEPT, request_id=request.id)
    session.publish(
        RequestAccepted(
            request_id=request.id, accepted_by=by.person_id, accepted_at=session.now, in_time=in_time, promised_on=None
        )
    )
    if await session.first(clocks.RUNNING, request=request.id, kind=ClockKind.CONTACT) is None:  # else a missed call's
        contact = session.use(RulePack).rule(RuleId.CONTACT, on=local_date(session.now))
        clocks.start(
            session,
            ClockKind.CONTACT,
            request_id=request.id,
            turn=request.turn,
            amount=contact.amount,
            rule=contact.id.value,
        )
    return request, await sign(session, request, acting=acting)


async def contact(session: Session, request_id: UUID, *, by: Actor) -> ServiceRequest:
    """Note that whoever asked was spoken to for the first time. Raises `ContactedAlready`."""
    request = await load(session, request_id)
    await policy.check_may_see(session, by, request)
    await check_is_with(session, by, request)
    if request.contacted_at is not None:
        raise ContactedAlready()
    if request.stage not in LATER:
        request.move("contact")
    request.contacted_at = session.now
    await clocks.meet_contact(session, request.id, at=session.now)
    await colours.clear(session, request.id)
    return request
