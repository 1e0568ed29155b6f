"""Who has a request in hand."""

from chassis.identity import Actor
from chassis.session import Session
from services.tasks.dispatches import actions as dispatches
from services.tasks.requests import policy
from services.tasks.requests.model import NotYours, ServiceRequest
from services.tasks.roster.duty import Duty


async def check_is_with(session: Session, actor: Actor, request: ServiceRequest) -> Duty | None:
    """The person whose move it is, or who acts for them: then by which post and for whom. Raises `NotYours`."""
    acting = await policy.acting_for(session, actor, request)
    if acting is None and request.working_person_id != actor.person_id:
        raise NotYours()
    session.by_post = acting.post.id if acting else (await dispatches.latest(session, request)).post_id
    return acting
