"""Who merges: those who may dispatch all of the cases anew, or who sit at the desk of their area and see them."""

from chassis.identity import Actor
from chassis.session import Session
from services.tasks.hotline import policy as hotline
from services.tasks.hotline.views import around
from services.tasks.merges.model import MayNotMerge
from services.tasks.requests import policy as requests
from services.tasks.requests.model import ServiceRequest


async def check_may_merge(session: Session, actor: Actor, request: ServiceRequest) -> None:
    """Those above it, and whoever is on duty at a desk of its area; never whoever it is about, whose it is, nor
    who has it or acts for them.

    Raises `NotFound` outside one's reach, and `MayNotMerge`.
    """
    await requests.check_may_see(session, actor, request)
    if await requests.is_overseer(session, actor, request):
        return
    has_it = actor.person_id in {request.working_person_id, request.handler_id, request.requester_id}
    if request.about_person_id is None and not has_it and await requests.acting_for(session, actor, request) is None:
        for code in around(request.division_code):
            if await hotline.is_on_duty(session, actor, code):
                return
    raise MayNotMerge()
