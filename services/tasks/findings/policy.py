"""Who sees a finding, who speaks for the unit, who decides what is contested, and who strikes it off."""

from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.tasks.findings.model import InspectionFinding
from services.tasks.inspection_plans.model import TeamMember
from services.tasks.inspections.model import Inspection
from services.tasks.roster import views as roster
from services.tasks.roster.duty import ACTS_FOR_A_HEAD
from services.tasks.roster.model import HEADS, OVERSEERS, Post
from services.tasks.roster.views import DOWNWARD, covered_by_a_post

_person = bindparam("person", type_=TeamMember.__table__.c.person_id.type)  # type: ignore[attr-defined]
BY_TEAM: ColumnElement[bool] = col(InspectionFinding.inspection_id).in_(
    select(col(Inspection.id))
    .join(TeamMember, col(TeamMember.team_id) == col(Inspection.team_id))
    .where(col(TeamMember.person_id) == _person)
)
BELOW: ColumnElement[bool] = or_(
    col(InspectionFinding.organization_id).in_(select(DOWNWARD.c.id)),
    covered_by_a_post(col(InspectionFinding.division_code), "supervisor"),
)
SEEN: ColumnElement[bool] = or_(BELOW, BY_TEAM)
"""It lies at or below an organisation of the person's, in an area that they supervise, or their team found it."""

SEEN_ONE = select(InspectionFinding.id).where(col(InspectionFinding.id) == bindparam("finding"), SEEN)
IN_TEAM = select(InspectionFinding.id).where(col(InspectionFinding.id) == bindparam("finding"), BY_TEAM)


class NotOfTheUnit(Forbidden):
    """Those who answer for the unit speak for it."""

    title_zh = "只有被督查单位的负责人可以反馈和报整改，请由单位负责人办理。"


class MayNotRule(Forbidden):
    """What the unit contests is decided above it, by somebody else than the finder."""

    title_zh = "异议由单位的上级组织裁定，且不能由发现人本人裁定，请联系上级督查人员。"


class MayNotCloseOut(Forbidden):
    """A finding is struck off above the unit, by somebody who is neither of the team, nor of the finder's unit."""

    title_zh = "销号须由上级组织中不属于督查组、也不在发现人单位任职的人员办理，请另请他人复核。"


async def check_may_see(session: Session, actor: Actor, finding: InspectionFinding) -> None:
    """Those who reach the unit, and the team. Raises `NotFound`."""
    given = {"person": actor.person_id, "today": local_date(session.now), "finding": finding.id}
    if await session.first(SEEN_ONE, **given) is None:
        raise NotFound()


async def speaker_of(session: Session, actor: Actor, organization_id: UUID) -> Post | None:
    """By which post the actor answers for a unit today, or acts for whoever does."""
    today = local_date(session.now)
    posts = await roster.posts_of(session, actor.person_id, today=today)
    own = next((post for post in posts if post.kind in HEADS and post.organization_id == organization_id), None)
    if own is None:
        acting = await session.first(ACTS_FOR_A_HEAD, person=actor.person_id, organization=organization_id, today=today)
        own = await session.get(Post, acting.stand_in_post_id) if acting else None
    if own is not None:
        session.by_post = own.id
    return own


async def check_speaks_for_unit(session: Session, actor: Actor, finding: InspectionFinding) -> Post:
    """By which post the actor answers for the unit. Raises `NotFound`, `NotOfTheUnit`."""
    await check_may_see(session, actor, finding)
    post = await speaker_of(session, actor, finding.organization_id)
    if post is None:
        raise NotOfTheUnit()
    return post


async def check_may_decide(session: Session, actor: Actor, finding: InspectionFinding) -> Post:
    """By which post above the unit the actor decides what is contested. Raises `NotFound`, `MayNotRule`."""
    await check_may_see(session, actor, finding)
    found = [] if actor.person_id == finding.finder_id else await _above(session, actor, finding)
    if not found:
        raise MayNotRule()
    session.by_post = found[0].id
    return found[0]


async def check_may_close_out(session: Session, actor: Actor, finding: InspectionFinding) -> Post:
    """By which post above the unit, and in another than the finder's, the actor looks at the proof.

    Raises `NotFound`, `MayNotCloseOut`.
    """
    await check_may_see(session, actor, finding)
    given = {"person": actor.person_id, "finding": finding.id}
    concerned = actor.person_id in {finding.finder_id, finding.reported_by}
    if concerned or await session.first(IN_TEAM, **given) is not None:
        raise MayNotCloseOut()
    found = await _above(session, actor, finding)
    if not found or any(post.organization_id == finding.finder_organization_id for post in found):
        raise MayNotCloseOut()
    session.by_post = found[0].id
    return found[0]


async def _above(session: Session, actor: Actor, finding: InspectionFinding) -> list[Post]:
    """The actor's posts that oversee the unit from above it, or supervise its area from elsewhere."""
    above = (await roster.organizations_above(session, finding.organization_id))[1:]
    return [
        post
        for post in await roster.posts_of(session, actor.person_id, today=local_date(session.now))
        if (post.kind in OVERSEERS and post.organization_id in above)
        or (
            post.kind == "supervisor"
            and post.organization_id != finding.organization_id
            and post.covers(finding.division_code)
        )
    ]
