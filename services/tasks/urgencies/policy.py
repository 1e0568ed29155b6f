"""Who says how urgent something is: those who take it in by office, and never who asks or who has it."""

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.session import Session
from services.tasks.hotline import policy as hotline
from services.tasks.hotline.views import around
from services.tasks.requests import policy as requests
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster import views as roster
from services.tasks.urgencies.model import MayNotSayUrgency

SAY_IT = ("township_cadre", "county_operator")


async def check_may_say(session: Session, actor: Actor, division_code: str) -> None:
    """A cadre or operator of the area, or whoever is on duty at a desk of it. Raises `MayNotSayUrgency`."""
    if actor.scopes is None:
        posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
        session.by_post = next((one.id for one in posts if one.kind in SAY_IT and one.covers(division_code)), None)
        if session.by_post is not None:
            return
        for code in around(division_code):
            if await hotline.is_on_duty(session, actor, code):
                return
    raise MayNotSayUrgency()


async def check_may_change(session: Session, actor: Actor, request: ServiceRequest) -> None:
    """The same, of a case that they see, did not ask for, and that neither they have nor anybody for whom they act.

    Raises `NotFound`, `MayNotSayUrgency`.
    """
    await requests.check_may_see(session, actor, request)
    has_it = actor.person_id in {request.requester_id, request.working_person_id, request.handler_id}
    if has_it or await requests.acting_for(session, actor, request) is not None:
        raise MayNotSayUrgency()
    await check_may_say(session, actor, request.division_code)
