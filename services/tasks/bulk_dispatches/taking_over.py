"""Dispatching one case anew whatever its stage, as far as its life cycle and the rules of a bulk allow."""

from uuid import UUID

from chassis.identity import Actor
from chassis.session import Session
from services.tasks.bulk_dispatches.model import ComplaintAlone, GivenByAChair, TheirsAlready
from services.tasks.clocks import running as clocks
from services.tasks.clocks.model import ClockKind
from services.tasks.dispatches.actions import dispatch
from services.tasks.requests import policy
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import LIFECYCLE
from services.tasks.requests.views import load
from services.tasks.roster.model import Post


async def take_over(session: Session, request_id: UUID, *, by: Actor, post_id: UUID) -> ServiceRequest:
    """Take a case from whoever has it, if anybody, and give it to a post.

    Raises what a dispatch raises, or why a case is not for a bulk: `ComplaintAlone`, `GivenByAChair`,
    `TheirsAlready`. What was promised first stays promised; the new one signs anew.
    """
    request = await load(session, request_id)
    await policy.check_may_see(session, by, request)
    check_for_bulk(request, post=await session.get(Post, post_id))
    if not LIFECYCLE.allows("dispatch", request.stage):
        await policy.check_may_dispatch(session, by, request)
        request.move("take_over")
        await clocks.meet(session, ClockKind.ACCEPT, request_id=request.id)
        await clocks.meet(session, ClockKind.CONTACT, request_id=request.id)
        request.working_person_id = request.handler_id = request.promised_on = None
    return await dispatch(session, request_id, by=by, post_id=post_id)


def check_for_bulk(request: ServiceRequest, *, post: Post | None) -> None:
    """See that a case may go to a post among many others."""
    if request.about_post_id is not None or request.about_reason is not None:
        raise ComplaintAlone()
    if request.binding:
        raise GivenByAChair()
    if post is not None and request.working_person_id == post.person_id:
        raise TheirsAlready()
