"""Dispatching one case anew whatever its stage, as far as its life cycle and the rules of a bulk allow."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.identity import Actor
from chassis.problems import Conflict
from chassis.session import Session
from services.tasks.bulk_dispatches.model import ComplaintAlone, GivenByAChair, ReturnedByThem, TheirsAlready
from services.tasks.clocks import running as clocks
from services.tasks.clocks.model import ClockKind
from services.tasks.dispatches.actions import dispatch
from services.tasks.dispatches.model import Dispatch
from services.tasks.requests import policy
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import LIFECYCLE
from services.tasks.requests.views import load
from services.tasks.roster.model import Post

RETURNED_BY = (
    select(Dispatch.id)
    .where(
        col(Dispatch.request_id) == bindparam("request"),
        col(Dispatch.person_id) == bindparam("person"),
        col(Dispatch.returned_at).is_not(None),
    )
    .limit(1)
)


async def take_over(session: Session, request_id: UUID, *, by: Actor, post_id: UUID) -> ServiceRequest:
    """Take a case from whoever has it, if anybody, and give it to a post.

    Raises what a dispatch raises, or why a case is not for a bulk: `ComplaintAlone`, `GivenByAChair`,
    `ReturnedByThem`, `TheirsAlready`. What was promised first stays promised; the new one signs anew.
    """
    request = await load(session, request_id)
    await policy.check_may_dispatch(session, by, request)
    await check_for_bulk(session, request, post=await session.get(Post, post_id))
    if not LIFECYCLE.allows("dispatch", request.stage):
        request.move("take_over")
        await clocks.meet(session, ClockKind.ACCEPT, request_id=request.id)
        await clocks.meet(session, ClockKind.CONTACT, request_id=request.id)
        request.working_person_id = request.handler_id = request.promised_on = None
    return await dispatch(session, request_id, by=by, post_id=post_id)


async def check_for_bulk(session: Session, request: ServiceRequest, *, post: Post | None) -> None:
    """See that a case may go to a post among many others."""
    refusal: type[Conflict] | None = None
    if request.about_post_id is not None:
        refusal = ComplaintAlone
    elif request.binding:
        refusal = GivenByAChair
    elif post is not None and request.working_person_id == post.person_id:
        refusal = TheirsAlready
    elif post is not None and await session.first(RETURNED_BY, request=request.id, person=post.person_id) is not None:
        refusal = ReturnedByThem
    if refusal is not None:
        raise refusal()
