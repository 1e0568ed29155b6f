"""Who works on a rectification and who verifies it: to others, and to whoever is complained of, it is not there."""

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from services.tasks.rectifications.model import Rectification
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster import views as roster
from services.tasks.roster.duty import Duty, acting_for


async def check_may_see(session: Session, actor: Actor, mending: Rectification, request: ServiceRequest) -> Duty | None:
    """Who answers for it, whoever acts for them (by which post, is returned), and those above. Raises `NotFound`."""
    if actor.person_id == mending.responsible_id:
        return None
    acting = await acting_for(
        session,
        actor.person_id,
        absent=mending.responsible_id,
        organization_id=mending.organization_id,
        today=local_date(session.now),
    )
    if acting is None or request.for_discipline or actor.person_id == request.about_person_id:
        await check_may_verify(session, actor, mending, request)
    else:
        session.by_post = acting.post.id
    return acting


async def check_may_verify(session: Session, actor: Actor, mending: Rectification, request: ServiceRequest) -> None:
    """Those above the organisation that owns it. Raises `NotFound`."""
    today = local_date(session.now)
    above = roster.inspects if request.for_discipline else roster.oversees
    if actor.person_id == request.about_person_id or not await above(
        session, actor.person_id, mending.organization_id, today=today
    ):
        raise NotFound()
