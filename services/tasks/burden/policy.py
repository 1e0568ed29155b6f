"""Who sees the meter: everybody in office, for their township and their county."""

from chassis.clock import local_date
from chassis.divisions import lies_in, township_of
from chassis.identity import Actor
from chassis.problems import Forbidden
from chassis.session import Session
from services.tasks.roster import views as roster


class MeterNotForYou(Forbidden):
    """The meter is seen by those in office, of their own township and their county."""

    title_zh = "负担计量供在岗人员查看本乡镇（街道）和本县（区）的数字，请改选本乡镇或本县。"


async def area_of(session: Session, actor: Actor, division_code: str | None) -> str:
    """The area that the actor may look at: the one asked for, or the township (or county) of one of their posts.

    Raises `MeterNotForYou`.
    """
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    for post in sorted(posts, key=lambda one: one.id):
        own = township_of(post.division_code)
        wanted = own if division_code is None else township_of(division_code)
        if wanted == county_of(own) or lies_in(wanted, own):
            session.by_post = post.id
            return wanted
    raise MeterNotForYou()


def county_of(code: str) -> str:
    """The county or district that a division lies in."""
    return f"{code[:6]}000000"
