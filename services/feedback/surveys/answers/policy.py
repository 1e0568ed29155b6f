"""Who gives codes out, who asks at doors or enters papers, and who settles what two entries say."""

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import lies_in
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from services.feedback.roster.model import Post
from services.feedback.roster.views import OWN_POSTS
from services.feedback.surveys.answers.model import MayNotTakeAnswers
from services.feedback.surveys.definitions import policy
from services.feedback.surveys.definitions.model import Channel, Survey

POSTS = select(Post).where(OWN_POSTS).order_by(col(Post.id)).limit(bindparam("limit"))
MOST_POSTS = 50


async def check_gives_codes(session: Session, actor: Actor, survey: Survey | None, channel: Channel) -> Survey:
    """Those who run the survey; at a counter, whoever is in office there and not judged by it.

    Raises `NotFound`, `MayNotTakeAnswers`.
    """
    if channel is not Channel.COUNTER or survey is None:
        return await policy.check_runs(session, actor, survey)
    try:
        return await policy.check_runs(session, actor, survey)
    except NotFound:
        await check_may_interview(session, actor, survey)
        return survey


async def check_may_interview(session: Session, actor: Actor, survey: Survey) -> None:
    """Somebody in office where people are asked, or above, who does not work for whom it is about.

    Raises `MayNotTakeAnswers`.
    """
    posts = await session.all(POSTS, person=actor.person_id, today=local_date(session.now), limit=MOST_POSTS)
    if any(post.organization_id == survey.organization_id or post.id == survey.post_id for post in posts):
        raise MayNotTakeAnswers()
    for post in posts:
        if lies_in(survey.division_code, post.division_code) or lies_in(post.division_code, survey.division_code):
            session.by_post = post.id
            return
    raise MayNotTakeAnswers()
