"""Who sees what is on its way to the platform: the county's operator, and of a grade not even they."""

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.feedback.national_ratings.model import NationalRating
from services.feedback.roster.reaching import reaching

OPERATORS = ("county_operator",)


class MayNotSeeSending(Forbidden):
    """What is sent to the province's platform is looked after by the county's operator."""

    title_zh = "好差评上报由县级管理员处理，请联系县（区）平台管理员。"


async def check_operates(session: Session, actor: Actor, district_code: str) -> None:
    """Raises `MayNotSeeSending`."""
    found = await reaching(session, actor.person_id, district_code, today=local_date(session.now), kinds=OPERATORS)
    if found is None:
        raise MayNotSeeSending()
    session.by_post = found.post_id


async def check_operates_on(session: Session, actor: Actor, rating: NationalRating | None) -> NationalRating:
    """The row, for the operator of its county. Raises `NotFound`."""
    if rating is None:
        raise NotFound()
    try:
        await check_operates(session, actor, rating.district_code)
    except MayNotSeeSending:
        raise NotFound() from None
    return rating
