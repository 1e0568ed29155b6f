"""Who writes the duty roster of an area, who works at its desk, and who is on duty there."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import lies_in
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.tasks.hotline.model import MayNotRoster, NotAtTheDesk, Shift
from services.tasks.roster import views as roster
from services.tasks.roster.duty import Duty, on_duty
from services.tasks.roster.model import TAKE_IN, ApiClient, Post

WRITE_ROSTERS = ("secretary", "first_secretary", "township_cadre", "county_operator")

ANSWERING = (
    select(Post)
    .where(
        col(Post.division_code) == bindparam("division"),
        col(Post.kind).in_(["township_cadre", "county_operator"]),
        roster.in_office(),
    )
    .order_by(col(Post.id))
    .limit(20)
)

ON_AT = (
    select(Shift)
    .where(
        col(Shift.division_code) == bindparam("division"),
        col(Shift.to_at) > bindparam("now"),
        col(Shift.from_at) <= bindparam("now"),
        col(Shift.cancelled_at).is_(None),
    )
    .order_by(col(Shift.from_at), col(Shift.id))
    .limit(20)
)


async def check_may_roster(session: Session, actor: Actor, division_code: str) -> None:
    """Those who answer for the area or for one around it. Raises `MayNotRoster`."""
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    session.by_post = next(
        (post.id for post in posts if post.kind in WRITE_ROSTERS and post.covers(division_code)), None
    )
    if session.by_post is None:
        raise MayNotRoster()


async def check_works_there(session: Session, actor: Actor, division_code: str) -> None:
    """Those who take requests in for the area, who write its roster, or who are on duty. Raises `NotAtTheDesk`."""
    kinds = {*TAKE_IN, *WRITE_ROSTERS}
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    session.by_post = next((post.id for post in posts if post.kind in kinds and post.covers(division_code)), None)
    if session.by_post is not None:
        return
    if not await is_on_duty(session, actor, division_code):
        raise NotAtTheDesk()


async def check_has_it(session: Session, actor: Actor, division_code: str) -> None:
    """As `check_works_there`, of a thing that lies at the desk: for others it is not there. Raises `NotFound`."""
    try:
        await check_works_there(session, actor, division_code)
    except Forbidden as refusal:
        raise NotFound() from refusal


async def check_may_report_calls(session: Session, actor: Actor, division_code: str) -> None:
    """A telephone system of an organisation whose area holds the desk, or somebody at the desk.

    Raises `NotAtTheDesk`.
    """
    if actor.scopes is None:
        await check_works_there(session, actor, division_code)
        return
    client = await session.get(ApiClient, actor.person_id)
    if client is None or not lies_in(division_code, client.division_code):
        raise NotAtTheDesk()


async def is_on_duty(session: Session, actor: Actor, division_code: str) -> bool:
    """Whether the actor is on duty at this desk now; the audit row says by which post."""
    for found in await on_now(session, division_code):
        if found.post.person_id == actor.person_id:
            session.by_post = found.post.id
            return True
    return False


async def on_now(session: Session, division_code: str) -> list[Duty]:
    """Who is on duty now at exactly this desk; whoever acts for an absent holder stands in their place."""
    shifts = await session.all(ON_AT, division=division_code, now=session.now)
    return [found for shift in shifts if (found := await duty_of(session, shift.post_id)) is not None]


async def duty_of(session: Session, post_id: UUID) -> Duty | None:
    """Who stands the shifts of a post today; none if it is vacant."""
    today = local_date(session.now)
    post = await session.get(Post, post_id)
    if post is None or not post.held_on(today):
        return None
    return await on_duty(session, post, today=today)


async def duties_of(session: Session, shifts: list[Shift]) -> dict[UUID, Duty | None]:
    """Who stands these shifts today, by post."""
    return {post_id: await duty_of(session, post_id) for post_id in {one.post_id for one in shifts}}
