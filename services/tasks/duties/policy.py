"""Who keeps a duty list: the county decides; those who keep it see drafts."""

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden
from chassis.session import Session
from services.tasks.duties.model import DutyList
from services.tasks.roster import views as roster


class MayNotDecideDuties(Forbidden):
    """A duty list is put in force by the county."""

    title_zh = "履职事项清单由县级管理员确定施行，请联系县级管理员。"


async def check_may_decide(session: Session, actor: Actor, held: DutyList) -> None:
    """The county's operator of the township's county. Raises `MayNotDecideDuties`."""
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    deciding = (post for post in posts if post.kind == "county_operator" and post.covers(held.township_code))
    session.by_post = next((post.id for post in deciding), None)
    if session.by_post is None:
        raise MayNotDecideDuties()
