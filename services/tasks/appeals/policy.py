"""Who appeals, and who decides: somebody above who had no part in the case."""

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.tasks.appeals.model import Appeal
from services.tasks.call_backs.policy import had_a_part
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster import views as roster
from services.tasks.roster.model import Post


class DecidesOwnCase(Forbidden):
    """Whoever had a part in a case does not decide the appeal about it."""

    title_zh = "经办过此事的人员不能复查对此事的申诉，请由没有经办此事的上级人员复查。"


async def check_may_decide(session: Session, actor: Actor, appeal: Appeal, request: ServiceRequest) -> Post:
    """By which post somebody above decides. Raises `NotFound`, `DecidesOwnCase`."""
    today = local_date(session.now)
    above = roster.inspects if request.for_discipline else roster.oversees
    if actor.person_id == request.about_person_id or not await above(
        session, actor.person_id, appeal.organization_id, today=today
    ):
        raise NotFound()
    if actor.person_id in await had_a_part(session, request):
        raise DecidesOwnCase()
    posts = await roster.posts_of(session, actor.person_id, today=today)
    return next(post for post in posts if post.id == session.by_post)
