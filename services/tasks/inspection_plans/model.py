"""An inspection plan: the units of a period, frozen before the draw, and who of them was drawn and visited."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.tables import Digest, Instant, Listed, text_of
from services.tasks.tables import Table


class PlanStage(StrEnum):
    """How far a plan has come."""

    DRAFT = "draft"
    FROZEN = "frozen"
    DRAWN = "drawn"
    ENDED = "ended"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"draft": "草稿", "frozen": "名单已固定，待抽样", "drawn": "已抽样，督查中", "ended": "已结束"}[self]


LIFECYCLE = Lifecycle(
    {
        "freeze": ({PlanStage.DRAFT}, PlanStage.FROZEN),
        "draw": ({PlanStage.FROZEN}, PlanStage.DRAWN),
        "end": ({PlanStage.FROZEN, PlanStage.DRAWN}, PlanStage.ENDED),
    }
)


class InspectionTeam(Table, table=True):
    """Who goes out together, for one organisation, from a local date on."""

    __tablename__ = "inspection_team"
    __table_args__ = (Index("inspection_team_organization", "township_code", "organization_id", "id"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    organization_id: UUID  # that sends it
    name: str = Field(max_length=60)
    head_id: UUID  # one of its members
    made_by: UUID
    made_at: datetime = Field(sa_type=Instant)
    disbanded_at: datetime | None = Field(sa_type=Instant)


class TeamMember(Table, table=True):
    """One member of a team, by the post that they hold."""

    __tablename__ = "inspection_team_member"
    __table_args__ = (
        UniqueConstraint("team_id", "person_id", name="inspection_team_member_once"),
        Index("inspection_team_member_person", "person_id", "team_id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    team_id: UUID = Field(foreign_key="inspection_team.id")
    person_id: UUID
    post_id: UUID
    organization_id: UUID  # of the post
    name: str  # as the post says it


class InspectionPlan(Table, table=True):
    """One period, in which so large a share of all units below an organisation is visited."""

    __tablename__ = "inspection_plan"
    __table_args__ = (
        Index("inspection_plan_township", "township_code", "id"),
        Index("inspection_plan_organization", "organization_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)  # the area of the organisation
    organization_id: UUID  # whose plan it is; the units lie below it
    organization_name: str
    title: str = Field(max_length=100)
    tiers: list[str] = Field(sa_type=Listed)  # which organisations below count as units
    from_on: date
    to_on: date
    share: int  # percent of all units
    rule_version: str  # of the pack that says the least share
    stage: PlanStage = Field(sa_type=text_of(PlanStage))
    made_by: UUID
    made_at: datetime = Field(sa_type=Instant)
    frozen_at: datetime | None = Field(sa_type=Instant)
    units_sha256: bytes | None = Field(sa_type=Digest)  # of the frozen list
    drawn_at: datetime | None = Field(sa_type=Instant)
    ended_at: datetime | None = Field(sa_type=Instant)

    def move(self, name: str) -> None:
        """Make a move of the table. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(name, self.stage)


class PlanUnit(Table, table=True):
    """One unit of the frozen list."""

    __tablename__ = "inspection_plan_unit"
    __table_args__ = (
        UniqueConstraint("plan_id", "code", name="inspection_plan_unit_once"),
        Index("inspection_plan_unit_organization", "organization_id", "plan_id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)  # the unit's own area
    plan_id: UUID = Field(foreign_key="inspection_plan.id")
    organization_id: UUID
    code: str = Field(max_length=200)
    name: str
    rank: int | None  # among the drawn, from 1; none for who was not drawn
    visited_on: date | None  # the first time in the period
