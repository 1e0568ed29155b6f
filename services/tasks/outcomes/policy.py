"""Who tells the person served the result: whoever handled it, and those who take requests in where they live."""

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden
from chassis.session import Session
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.policy import check_may_see
from services.tasks.roster import views as roster
from services.tasks.roster.model import Post

TELL = ("proxy_agent", "grid_worker", "township_cadre", "county_operator")
"""Posts that bring people of their area the result, whoever handled it; a stand-in brings what they did themselves."""


class NotForYouToTell(Forbidden):
    """The handler, or somebody who takes requests in for the area, tells the requester the result."""

    title_zh = "请由承办人，或本辖区的代办员、网格员、乡镇干部告知办理结果。"


async def check_may_reply(session: Session, actor: Actor, request: ServiceRequest) -> Post:
    """By which post somebody tells the result. Raises `NotFound`, `NotForYouToTell`."""
    await check_may_see(session, actor, request)
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    own = actor.person_id == request.handler_id
    for post in posts:
        if (own and post.organization_id == request.organization_id) or (
            post.kind in TELL and post.covers(request.division_code)
        ):
            session.by_post = post.id
            return post
    raise NotForYouToTell()
