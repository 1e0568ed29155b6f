"""Who is helped while taking requests in: whoever may take one in for the village, or is on duty at a desk of it."""

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden
from chassis.session import Session
from services.tasks.hotline.policy import is_on_duty
from services.tasks.hotline.views import around
from services.tasks.roster import views as roster
from services.tasks.roster.model import TAKE_IN


class MayNotTakeIn(Forbidden):
    """Only those who take requests in for this area are shown suggestions."""

    title_zh = "只有本辖区的受理人员可以使用登记提示，请核对村（社区）或联系值班台。"


async def check_may_take_in(session: Session, actor: Actor, division_code: str) -> None:
    """Raises `MayNotTakeIn`."""
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    session.by_post = next((post.id for post in posts if post.kind in TAKE_IN and post.covers(division_code)), None)
    if session.by_post is not None:
        return
    for code in around(division_code):
        if await is_on_duty(session, actor, code):
            return
    raise MayNotTakeIn()
