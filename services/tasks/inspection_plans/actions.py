"""Making teams and plans, freezing the list of units, warning of gaps before a period's end, and ending it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date, midnight
from chassis.divisions import township_of
from chassis.identity import Actor
from chassis.problems import Conflict, Invalid, NotFound
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.clocks.limits import end_of
from services.tasks.inspection_plans import policy
from services.tasks.inspection_plans.model import InspectionPlan, InspectionTeam, PlanStage, PlanUnit, TeamMember
from services.tasks.inspection_plans.views import missing_at_all
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.roster import views as roster
from services.tasks.roster.model import Organization
from services.tasks.rules.pack import RuleId, RulePack
from services.tasks.samples import actions as samples
from services.tasks.samples.drawing import units_sha256

WARN = "inspection_warning"
END = "inspection_end"
"""The timers of a plan: before its end, and at it."""

MOST_UNITS = 5000  # of one plan; a county has under a thousand organisations
LONGEST = 366  # days of one period

OF_ORGANIZATION = select(InspectionPlan).where(
    col(InspectionPlan.organization_id) == bindparam("organization"), col(InspectionPlan.stage) != PlanStage.DRAFT
)
TEAMS_OF = select(InspectionTeam).where(
    col(InspectionTeam.organization_id) == bindparam("organization"), col(InspectionTeam.disbanded_at).is_(None)
)


class HeadNotInTeam(Invalid):
    """The head of a team is one of its members, and each member is named once."""

    title_zh = "组长应是督查组成员，且同一人只列一次，请核对名单。"


class NoSuchPeriod(Invalid):
    """A period ends after it begins, is not over yet, and is at most a year long."""

    title_zh = "督查周期应在今天或以后结束，结束日期不早于开始日期，最长一年，请修改日期。"


class ShareTooLow(Invalid):
    """The share of units is below what the rule pack allows."""

    title_zh = "督查覆盖比例低于规则规定的最低比例，请提高比例。"


class PeriodTaken(Conflict):
    """There is a frozen plan for these units in a part of this period already; a second draw would be a choice."""

    title_zh = "同一组织同类单位在此期间已有固定名单的督查计划，不能再抽一次；请使用已有计划，或改期。"


class NoUnits(Conflict):
    """Below the organisation there is no unit of these tiers."""

    title_zh = "该组织之下没有所选层级的单位，请核对组织和层级。"


class UnitsUnclear(Conflict):
    """Two units have one code, or there are too many for one plan."""

    title_zh = "单位名单中有重复的组织编码或单位过多，请先更正组织编码，或分层级编制计划。"


async def make_team(
    session: Session, *, by: Actor, organization_id: UUID, name: str, head_post_id: UUID, post_ids: Sequence[UUID]
) -> InspectionTeam:
    """Put a team together of posts held today. Raises `NotFound`, `MayNotPlan`, `NotInOffice`, `HeadNotInTeam`."""
    organization = await _organization(session, organization_id)
    await policy.check_may_plan(session, by, organization_id)
    posts = [await roster.held_post(session, post_id) for post_id in post_ids]
    head = next((post for post in posts if post.id == head_post_id), None)
    if head is None or len({post.person_id for post in posts}) != len(posts):
        raise HeadNotInTeam()
    township = township_of(organization.division_code)
    team = InspectionTeam(
        id=new_id(),
        township_code=township,
        organization_id=organization_id,
        name=name,
        head_id=head.person_id,
        made_by=by.person_id,
        made_at=session.now,
        disbanded_at=None,
    )
    session.add(team)
    for post in posts:
        session.add(
            TeamMember(
                id=new_id(),
                township_code=township,
                team_id=team.id,
                person_id=post.person_id,
                post_id=post.id,
                organization_id=post.organization_id,
                name=post.name,
            )
        )
    return team


async def disband(session: Session, team_id: UUID, *, by: Actor) -> InspectionTeam:
    """Have a team go out no more; what it sent stays. Raises `NotFound`, `MayNotPlan`."""
    team = await session.get(InspectionTeam, team_id, lock=True)
    if team is None:
        raise NotFound()
    await policy.check_may_plan(session, by, team.organization_id)
    team.disbanded_at = team.disbanded_at or session.now
    return team


async def make_plan(
    session: Session,
    *,
    by: Actor,
    organization_id: UUID,
    title: str,
    tiers: Sequence[str],
    from_on: date,
    to_on: date,
    share: int | None,
) -> InspectionPlan:
    """Draft a plan. Raises `NotFound`, `MayNotPlan`, `NoSuchPeriod`, `ShareTooLow`."""
    organization = await _organization(session, organization_id)
    await policy.check_may_plan(session, by, organization_id)
    if not from_on <= to_on or to_on < local_date(session.now) or (to_on - from_on).days >= LONGEST:
        raise NoSuchPeriod(longest=LONGEST)
    pack = session.use(RulePack)
    least = pack.rule(RuleId.INSPECTION_COVERAGE, on=from_on).value
    if share is not None and share < least:
        raise ShareTooLow(least=least)
    plan = InspectionPlan(
        id=new_id(),
        township_code=township_of(organization.division_code),
        organization_id=organization_id,
        organization_name=organization.name,
        title=title,
        tiers=sorted(set(tiers)),
        from_on=from_on,
        to_on=to_on,
        share=share or least,
        rule_version=pack.version,
        stage=PlanStage.DRAFT,
        made_by=by.person_id,
        made_at=session.now,
        frozen_at=None,
        units_sha256=None,
        drawn_at=None,
        ended_at=None,
    )
    session.add(plan)
    return plan


async def freeze(session: Session, plan_id: UUID, *, by: Actor, officers: Sequence[UUID]) -> InspectionPlan:
    """Freeze the list of units as the roster has it now, and have two officers commit. Nobody types the list.

    Raises `NotFound`, `MayNotPlan`, `NotAllowedNow`, `NoSuchPeriod`, `PeriodTaken`, `NoUnits`, `UnitsUnclear`, and as
    `samples.actions.begin`.
    """
    seen = await session.get(InspectionPlan, plan_id)
    if seen is None:
        raise NotFound()
    await policy.check_may_plan(session, by, seen.organization_id)
    await session.get(Organization, seen.organization_id, lock=True)  # two plans of one organisation come in turn
    plan = await session.get(InspectionPlan, plan_id, lock=True)
    if plan is None:
        raise NotFound()
    plan.move("freeze")
    if plan.to_on < local_date(session.now):
        raise NoSuchPeriod(longest=LONGEST)
    for other in await session.all(OF_ORGANIZATION, organization=plan.organization_id):
        together = other.from_on <= plan.to_on and plan.from_on <= other.to_on
        if other.id != plan.id and together and set(other.tiers) & set(plan.tiers):
            raise PeriodTaken(plan=str(other.id))
    below = await roster.organizations_below(session, plan.organization_id)
    units = [one for one in below if one.tier in plan.tiers]
    if not units:
        raise NoUnits()
    codes = [one.code for one in units]
    if len(set(codes)) != len(codes) or len(codes) > MOST_UNITS:
        raise UnitsUnclear(most=MOST_UNITS, twice=sorted({code for code in codes if codes.count(code) > 1})[:20])
    for unit in units:
        session.add(
            PlanUnit(
                id=new_id(),
                township_code=township_of(unit.division_code),
                plan_id=plan.id,
                organization_id=unit.id,
                code=unit.code,
                name=unit.name,
                rank=None,
                visited_on=None,
            )
        )
    plan.frozen_at, plan.units_sha256 = session.now, bytes.fromhex(units_sha256(codes))
    await samples.begin(session, plan, round_=1, officers=officers, listed={unit.id for unit in units})
    session.remind(WARN, about=plan.id, due_at=_warned_at(session, plan))
    session.remind(END, about=plan.id, due_at=end_of(plan.to_on))
    return plan


async def warn(plan_id: UUID, session: Session) -> None:
    """The period is nearly over: tell who made the plan and the heads of its teams of what was not visited."""
    plan = await session.get(InspectionPlan, plan_id)
    if plan is None or plan.stage is PlanStage.ENDED or session.now < _warned_at(session, plan):
        return
    if not await missing_at_all(session, plan):
        return
    heads = [team.head_id for team in await session.all(TEAMS_OF, organization=plan.organization_id)]
    for person_id in dict.fromkeys([plan.made_by, *heads]):
        tell(session, person_id, NoticeKind.COVERAGE_WARNING, about_id=plan.id, due_at=end_of(plan.to_on))


async def end(plan_id: UUID, session: Session) -> None:
    """The period is over: what was not visited is told to who made the plan and to whoever answers above."""
    plan = await session.get(InspectionPlan, plan_id, lock=True)
    if plan is None or plan.stage is PlanStage.ENDED or session.now < end_of(plan.to_on):
        return
    missing = await missing_at_all(session, plan)
    plan.move("end")
    plan.ended_at = session.now
    if not missing:
        return
    today = local_date(session.now)
    _, superior = await roster.head_at_or_above(session, plan.organization_id, steps=1, today=today)
    for person_id in dict.fromkeys([plan.made_by, *([superior.person_id] if superior else [])]):
        tell(session, person_id, NoticeKind.COVERAGE_SHORT, about_id=plan.id)


def _warned_at(session: Session, plan: InspectionPlan) -> datetime:
    """So many days before the end, and not before the period begins."""
    before = session.use(RulePack).rule(RuleId.INSPECTION_WARNING, on=plan.from_on).value
    return midnight(max(plan.to_on - timedelta(days=before), plan.from_on))


async def _organization(session: Session, organization_id: UUID) -> Organization:
    found = await session.get(Organization, organization_id)
    if found is None:
        raise NotFound()
    return found
