"""Who plans terms: the county's operator. What is published of a term, everybody may read."""

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.feedback.cells.model import BallotTerm
from services.feedback.roster.model import Post
from services.feedback.roster.views import OWN_POSTS

OPERATES = (
    select(Post)
    .where(OWN_POSTS, col(Post.kind) == "county_operator", col(Post.division_code) == bindparam("district"))
    .limit(1)
)


class MayNotPlanTerms(Forbidden):
    """Terms of anonymous ballots are planned by the county's operator."""

    title_zh = "匿名测评由县级管理员编制和开启，请联系县（区）平台管理员。"


async def check_may_plan(session: Session, actor: Actor, district_code: str) -> None:
    """Raises `MayNotPlanTerms`."""
    post = await session.first(OPERATES, person=actor.person_id, today=local_date(session.now), district=district_code)
    if post is None:
        raise MayNotPlanTerms()
    session.by_post = post.id


async def check_runs(session: Session, actor: Actor, term: BallotTerm | None) -> BallotTerm:
    """The term, to the operator of its county. Raises `NotFound`."""
    if term is None:
        raise NotFound()
    try:
        await check_may_plan(session, actor, term.district_code)
    except MayNotPlanTerms:
        raise NotFound() from None
    return term
