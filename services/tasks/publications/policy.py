"""Who may look a case over and let something of it out."""

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden
from chassis.session import Session
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.policy import check_may_see
from services.tasks.roster import views as roster

REVIEWERS = ("township_cadre", "supervisor", "county_operator")
"""Posts above the village: whoever lets something out is not who handles it there."""


class MayNotPublish(Forbidden):
    """Only a cadre of the township, a supervisor or the county's operator says what the public may read of a case."""

    title_zh = "对外公开的内容由乡镇（街道）干部或督查人员审核，请联系所在乡镇（街道）。"


async def check_may_review(session: Session, actor: Actor, request: ServiceRequest) -> None:
    """Whoever sees the case and holds such a post over its area. Raises `NotFound` or `MayNotPublish`."""
    await check_may_see(session, actor, request)
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    area = request.division_code
    session.by_post = next((post.id for post in posts if post.kind in REVIEWERS and post.covers(area)), None)
    if session.by_post is None:
        raise MayNotPublish()
