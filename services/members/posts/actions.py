"""Giving somebody a post and ending it; each is told at once, so that rights come and go with it."""

from datetime import date
from uuid import UUID

from chassis.clock import local_date
from chassis.divisions import span_of, township_of
from chassis.identity import Actor
from chassis.problems import Invalid, NotFound
from chassis.session import Session
from chassis.tables import new_id
from services.members.divisions.model import Division
from services.members.organizations.model import NoSuchOrganization, Organization
from services.members.posts import policy
from services.members.posts.model import Post
from services.members.roll.model import Member
from services.members.words import PostKind


class NoSuchHolder(Invalid):
    """There is nobody on the roll with this id."""

    title_zh = "党员名册中没有此人，请先登记入册再任职。"


class AreaElsewhere(Invalid):
    """The area of a post lies within that of its organisation."""

    title_zh = "岗位所在区划不在该组织的区域内，请核对区划代码。"


class WrongDays(Invalid):
    """A post begins today or later, and does not end before it began."""

    title_zh = "起止日期有误：任职不早于今天，结束不早于开始和今天。"


async def give(
    session: Session,
    *,
    by: Actor,
    person_id: UUID,
    kind: PostKind,
    organization_id: UUID,
    division_code: str | None,
    from_on: date | None,
    to_on: date | None,
) -> Post:
    """Put somebody in office from a local date (today, if none is said) to a local date (open, if none is said)."""
    today = local_date(session.now)
    await policy.check_may_give(session, by, organization_id=organization_id, kind=kind, person_id=person_id)
    organization = await session.get(Organization, organization_id)
    if organization is None:
        raise NoSuchOrganization()
    holder = await session.get(Member, person_id)
    if holder is None:
        raise NoSuchHolder()
    division_code = division_code or organization.division_code
    first, last = span_of(organization.division_code)
    if not first <= division_code <= last or await session.get(Division, division_code) is None:
        raise AreaElsewhere()
    from_on = from_on or today
    if from_on < today or (to_on is not None and to_on < from_on):
        raise WrongDays()
    post = Post(
        id=new_id(),
        township_code=township_of(division_code),
        division_code=division_code,
        organization_id=organization_id,
        person_id=person_id,
        kind=kind,
        from_on=from_on,
        to_on=to_on,
        ended_at=None,
        generated=holder.generated,
    )
    session.add(post)
    session.publish(post.held(holder.name))
    return post


async def end(session: Session, post_id: UUID, *, by: Actor, to_on: date) -> Post:
    """Let a post end with a local date; where that is today, it gives no right from this moment on.

    Raises `NotFound`, `Forbidden`, `WrongDays`, `PostOver`.
    """
    today = local_date(session.now)
    post = await session.get(Post, post_id, lock=True)
    if post is None:
        raise NotFound()
    await policy.check_may_end(session, by, post)
    if to_on < today:
        raise WrongDays()
    post.end(to_on, today=today, at=session.now)
    holder = await session.get(Member, post.person_id)
    session.publish(post.held(holder.name if holder else ""))
    return post
