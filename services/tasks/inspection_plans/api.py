"""Teams, plans and coverage of inspections over HTTP."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.words import PLAIN, Input, Output
from services.tasks.inspection_plans import actions, views
from services.tasks.inspection_plans.model import InspectionPlan, InspectionTeam, PlanStage, PlanUnit, TeamMember
from services.tasks.inspection_plans.views import Coverage

router = APIRouter(tags=["督查计划"], route_class=Route)

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100, pattern=PLAIN)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=PLAIN)]
After = Annotated[str, Query(max_length=200, pattern=PLAIN, description="上一页最后一个单位的编码；第一页不填")]


class Tier(StrEnum):
    """Which organisations count as units."""

    COMMITTEE = "committee"
    GENERAL_BRANCH = "general_branch"
    BRANCH = "branch"
    GROUP = "group"


class Only(StrEnum):
    """Which units are listed."""

    ALL = "all"
    DRAWN = "drawn"
    MISSING = "missing"  # drawn, and not visited yet
    VISITED = "visited"


class Teaming(Input):
    """A team: the posts of its members, and which of them leads."""

    organization_id: UUID
    name: Name
    head_post_id: UUID
    post_ids: Annotated[list[UUID], Field(min_length=1, max_length=30)]


class MemberView(Output):
    """One member, as their post names them."""

    person_id: UUID
    name: str
    organization_id: UUID
    head: bool


class TeamView(Output):
    """A team and its members."""

    id: UUID
    organization_id: UUID
    name: str
    disbanded_at: datetime | None
    members: list[MemberView]


class TeamPage(Output):
    """Teams from new to old."""

    items: list[TeamView]
    next: str | None
    title_zh: str


class Planning(Input):
    """A plan: for whom, which units, which local days (both included), and which share of the units in percent."""

    organization_id: UUID
    title: Title
    tiers: Annotated[list[Tier], Field(min_length=1, max_length=4)]
    from_on: date
    to_on: date
    share: Annotated[int, Field(ge=1, le=100)] | None = None  # none: the least that the rule pack allows


class Freezing(Input):
    """The two persons who draw."""

    officer_ids: Annotated[list[UUID], Field(min_length=2, max_length=2)]


class PlanView(Output):
    """One plan."""

    id: UUID
    organization_id: UUID
    organization_name: str
    title: str
    tiers: list[str]
    from_on: date
    to_on: date
    share: int  # percent
    rule_version: str
    stage: str
    stage_zh: str
    frozen_at: datetime | None
    units_sha256: str | None
    drawn_at: datetime | None
    ended_at: datetime | None
    next_zh: str  # what is to be done now


class PlanPage(Output):
    """Plans from new to old."""

    items: list[PlanView]
    next: str | None
    title_zh: str


class UnitView(Output):
    """One unit of the frozen list."""

    organization_id: UUID
    code: str
    name: str
    rank: int | None  # among the drawn
    visited_on: date | None


class CoverageView(Output):
    """How far the period is covered, in units; `share` is in percent of all units, rounded down."""

    plan_id: UUID
    units: int
    least: int
    drawn: int
    visited: int
    missing: int
    share: int
    share_asked: int
    says_zh: str


class UnitPage(Output):
    """Units by code."""

    items: list[UnitView]
    next: str | None
    title_zh: str


@router.post("/inspection-teams", status_code=201)
async def make_team(body: Teaming, session: Transaction, actor: SignedIn) -> TeamView:
    """Put a team together.

    Refusals: `not-found`, `may-not-plan`, `not-in-office`, `head-not-in-team`.
    """
    team = await actions.make_team(
        session,
        by=actor,
        organization_id=body.organization_id,
        name=body.name,
        head_post_id=body.head_post_id,
        post_ids=body.post_ids,
    )
    return _team(team, await session.all(views.MEMBERS_OF, team=team.id))


@router.get("/inspection-teams")
async def teams(session: Transaction, actor: SignedIn, *, cursor: Cursor = None, limit: Limit = 25) -> TeamPage:
    """Teams of organisations within your reach, and your own."""
    found = await views.teams(session, actor, before=place(cursor), limit=limit)
    members = await views.members(session, actor, before=place(cursor), limit=limit)
    return TeamPage(
        items=[_team(one, members.get(one.id, [])) for one in found],
        next=cursor_of_next(found, limit=limit),
        title_zh="" if found else "还没有督查组。",
    )


@router.post("/inspection-teams/{team_id}/disbanding")
async def disband_team(team_id: UUID, session: Transaction, actor: SignedIn) -> TeamView:
    """Have a team go out no more; what it sent stays. Refusals: `not-found`, `may-not-plan`."""
    team = await actions.disband(session, team_id, by=actor)
    return _team(team, await session.all(views.MEMBERS_OF, team=team.id))


@router.post("/inspection-plans", status_code=201)
async def make_plan(body: Planning, session: Transaction, actor: SignedIn) -> PlanView:
    """Draft a plan of a period. The least share is of the rule pack (`inspection.coverage`).

    Refusals: `not-found`, `may-not-plan`, `no-such-period`, `share-too-low`.
    """
    said = body.model_dump() | {"tiers": [tier.value for tier in body.tiers]}
    return _plan(await actions.make_plan(session, by=actor, **said))


@router.get("/inspection-plans")
async def plans(session: Transaction, actor: SignedIn, *, cursor: Cursor = None, limit: Limit = 25) -> PlanPage:
    """Plans of organisations within your reach, those that list a unit there, and those of your teams."""
    found = await views.page(session, actor, before=place(cursor), limit=limit)
    return PlanPage(
        items=[_plan(one) for one in found],
        next=cursor_of_next(found, limit=limit),
        title_zh="" if found else "还没有督查计划。",
    )


@router.get("/inspection-plans/{plan_id}")
async def plan(plan_id: UUID, session: Transaction, actor: SignedIn) -> PlanView:
    """One plan within your reach. Refusals: `not-found`."""
    return _plan(await views.seen(session, plan_id, by=actor))


@router.post("/inspection-plans/{plan_id}/freezing")
async def freeze_units(plan_id: UUID, body: Freezing, session: Transaction, actor: SignedIn) -> PlanView:
    """Freeze the list of units as the organisations are now, and have two officers commit.

    Refusals: `not-found`, `may-not-plan`, `not-allowed-now`, `no-such-period`, `period-taken`, `no-units`,
    `units-unclear`, `not-an-officer`.
    """
    return _plan(await actions.freeze(session, plan_id, by=actor, officers=body.officer_ids))


@router.get("/inspection-plans/{plan_id}/coverage")
async def coverage(plan_id: UUID, session: Transaction, actor: SignedIn) -> CoverageView:
    """How far the period is covered so far. Refusals: `not-found`."""
    found = await views.seen(session, plan_id, by=actor)
    counted = await views.coverage(session, found)
    return CoverageView(
        plan_id=found.id,
        units=counted.units,
        least=counted.least,
        drawn=counted.drawn,
        visited=counted.visited,
        missing=counted.missing,
        share=counted.share,
        share_asked=found.share,
        says_zh=_says(found, counted),
    )


@router.get("/inspection-plans/{plan_id}/units")
async def units(
    plan_id: UUID,
    session: Transaction,
    actor: SignedIn,
    *,
    only: Only = Only.ALL,
    after: After = "",
    limit: Limit = 100,
) -> UnitPage:
    """The units of a plan by code: all, the drawn, the visited, or those drawn and not visited yet."""
    found = await views.units(
        session, await views.seen(session, plan_id, by=actor), only=only.value, after=after, limit=limit
    )
    return UnitPage(
        items=[_unit(one) for one in found],
        next=found[-1].code if len(found) == limit else None,
        title_zh="" if found else "没有这样的单位。",
    )


def _team(team: InspectionTeam, members: list[TeamMember]) -> TeamView:
    return TeamView(
        id=team.id,
        organization_id=team.organization_id,
        name=team.name,
        disbanded_at=team.disbanded_at,
        members=[
            MemberView(
                person_id=one.person_id,
                name=one.name,
                organization_id=one.organization_id,
                head=one.person_id == team.head_id,
            )
            for one in members
        ],
    )


def _plan(found: InspectionPlan) -> PlanView:
    return PlanView(
        id=found.id,
        organization_id=found.organization_id,
        organization_name=found.organization_name,
        title=found.title,
        tiers=found.tiers,
        from_on=found.from_on,
        to_on=found.to_on,
        share=found.share,
        rule_version=found.rule_version,
        stage=found.stage.value,
        stage_zh=found.stage.title_zh,
        frozen_at=found.frozen_at,
        units_sha256=found.units_sha256.hex() if found.units_sha256 else None,
        drawn_at=found.drawn_at,
        ended_at=found.ended_at,
        next_zh={
            PlanStage.DRAFT: "请固定单位名单并指定两名抽样人。",
            PlanStage.FROZEN: "等待两名抽样人提交承诺并公开；到期未完成的作废，由第三人参加重抽。",
            PlanStage.DRAWN: f"请在 {found.to_on} 前督查全部抽中的单位。",
            PlanStage.ENDED: "周期已结束，可查看覆盖情况。",
        }[found.stage],
    )


def _unit(one: PlanUnit) -> UnitView:
    return UnitView(
        organization_id=one.organization_id, code=one.code, name=one.name, rank=one.rank, visited_on=one.visited_on
    )


def _says(found: InspectionPlan, counted: Coverage) -> str:
    if not counted.units:
        return "名单还没有固定，请先固定单位名单。"
    said = f"共 {counted.units} 个单位，须督查 {counted.least} 个（{found.share}%），已督查 {counted.visited} 个"
    if counted.missing:
        return f"{said}，还差 {counted.missing} 个，请在 {found.to_on} 前完成。"
    return f"{said}，已达到要求。"
