"""Declaring an absence, and coming back from it."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Conflict, Invalid, NotFound
from chassis.session import Session
from chassis.tables import new_id
from services.members.absences.model import Absence, AbsenceReason
from services.members.absences.policy import check_may_declare
from services.members.organizations.model import Organization
from services.members.posts.model import Post
from services.members.words import PostKind

LONGEST = timedelta(days=366)

ACT_FOR_OTHERS = {
    PostKind.PROXY_AGENT,
    PostKind.STAND_IN,
    PostKind.SECRETARY,
    PostKind.FIRST_SECRETARY,
    PostKind.TOWNSHIP_CADRE,
    PostKind.SUPERVISOR,
}
"""Posts whose holders handle cases: one that only reads cannot act for one that acts."""

MEANWHILE = (
    select(Absence)
    .where(
        col(Absence.post_id) == bindparam("post"),
        col(Absence.from_on) <= bindparam("last"),
        col(Absence.to_on) >= bindparam("first"),
        col(Absence.ended_at).is_(None),
    )
    .limit(1)
)


class WrongAbsence(Invalid):
    """An absence begins today or later, ends no earlier than it begins, and lasts a year at most."""

    title_zh = "起止日期有误：不早于今天，结束不早于开始，最长一年。"


class NobodyToActFor(Invalid):
    """The post is not held on all of these days."""

    title_zh = "该岗位在这段时间内并非都在任，请核对日期。"


class StandInUnfit(Invalid):
    """Who acts for somebody is another person, in office on all these days, in the same organisation or just above."""

    title_zh = "代行人须是本组织或直接上级组织中全程在任、能够办事的另一人，请另选。"


class AwayAlready(Conflict):
    """An absence of these days is declared already."""

    title_zh = "这段时间已经登记过外出，请先结束原来的登记。"


async def declare(
    session: Session,
    *,
    by: Actor,
    post_id: UUID,
    stand_in_post_id: UUID,
    from_on: date,
    to_on: date,
    reason: AbsenceReason,
) -> Absence:
    """Name who acts for the holder of a post while they are away (local dates, both included)."""
    post = await session.get(Post, post_id, lock=True)  # so that two absences of one post cannot cross each other
    if post is None:
        raise NotFound()
    await check_may_declare(session, by, post)
    if not local_date(session.now) <= from_on <= to_on or to_on - from_on > LONGEST:
        raise WrongAbsence()
    if not post.held_through(from_on, to_on):
        raise NobodyToActFor()
    stand_in = await session.get(Post, stand_in_post_id)
    if stand_in is None or not await _fit(session, stand_in, post) or not stand_in.held_through(from_on, to_on):
        raise StandInUnfit()
    if await session.first(MEANWHILE, post=post_id, first=from_on, last=to_on) is not None:
        raise AwayAlready()
    absence = Absence(
        id=new_id(),
        township_code=post.township_code,
        post_id=post.id,
        person_id=post.person_id,
        organization_id=post.organization_id,
        stand_in_post_id=stand_in.id,
        stand_in_person_id=stand_in.person_id,
        from_on=from_on,
        to_on=to_on,
        reason=reason,
        declared_by=by.person_id,
        declared_at=session.now,
        ended_at=None,
    )
    session.add(absence)
    session.publish(absence.declared())
    return absence


async def end(session: Session, absence_id: UUID, *, by: Actor) -> Absence:
    """Be back before the last day. Raises `NotFound`, `AbsenceOver`."""
    absence = await session.get(Absence, absence_id, lock=True)
    post = await session.get(Post, absence.post_id) if absence else None
    if absence is None or post is None:
        raise NotFound()
    await check_may_declare(session, by, post)
    absence.end(today=local_date(session.now), at=session.now)
    session.publish(absence.declared())
    return absence


async def _fit(session: Session, stand_in: Post, post: Post) -> bool:
    organization = await session.get(Organization, post.organization_id)
    near = {post.organization_id, organization.superior_id if organization else None}
    return stand_in.person_id != post.person_id and stand_in.kind in ACT_FOR_OTHERS and stand_in.organization_id in near
