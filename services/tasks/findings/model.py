"""A finding of an inspection: contested or owned by the unit, put right with proof, struck off by somebody else."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.tables import Instant, Sealed, text_of
from services.tasks.tables import Table


class FindingStage(StrEnum):
    """How far a finding has come."""

    RAISED = "raised"
    CONTESTED = "contested"
    OWNED = "owned"
    REPORTED = "reported"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {
            "raised": "待单位反馈",
            "contested": "单位有异议，待裁定",
            "owned": "已认领，整改中",
            "reported": "已报整改，待复核销号",
            "closed": "已销号",
            "withdrawn": "已撤回",
        }[self]


LIFECYCLE = Lifecycle(
    {
        "own": ({FindingStage.RAISED}, FindingStage.OWNED),
        "contest": ({FindingStage.RAISED}, FindingStage.CONTESTED),
        "uphold": ({FindingStage.CONTESTED}, FindingStage.OWNED),
        "withdraw": ({FindingStage.CONTESTED}, FindingStage.WITHDRAWN),
        "report": ({FindingStage.OWNED}, FindingStage.REPORTED),
        "return": ({FindingStage.REPORTED}, FindingStage.OWNED),
        "close_out": ({FindingStage.REPORTED}, FindingStage.CLOSED),
    }
)

OVER = {FindingStage.REPORTED, FindingStage.CLOSED, FindingStage.WITHDRAWN}
"""Stages at which there is nothing left for the unit to do."""


class InspectionFinding(Table, table=True):
    """One thing that was found in a unit, and the day by which it is to be put right."""

    __tablename__ = "inspection_finding"
    __table_args__ = (
        Index("inspection_finding_unit", "township_code", "organization_id", "id"),
        Index("inspection_finding_inspection", "inspection_id", "id"),
        Index("inspection_finding_finder", "finder_id", "id"),
    )

    id: UUID = Field(primary_key=True)  # made by the phone
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    inspection_id: UUID = Field(foreign_key="inspection.id")
    organization_id: UUID  # the unit
    organization_name: str
    finder_id: UUID
    finder_organization_id: UUID  # of the post by which the finder is in the team
    title: bytes | None = Field(sa_type=Sealed)
    due_on: date
    stage: FindingStage = Field(sa_type=text_of(FindingStage))
    raised_at: datetime = Field(sa_type=Instant)
    feedback_by: datetime = Field(sa_type=Instant)  # the first instant at which the unit's word is late
    reported_by: UUID | None
    closed_at: datetime | None = Field(sa_type=Instant)
    problem_id: UUID | None  # the line of the organisation's problem list that it became

    def move(self, name: str) -> None:
        """Make a move of the table. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(name, self.stage)


class FindingStep(Table, table=True):
    """One thing that was done with a finding, and the words with it."""

    __tablename__ = "inspection_finding_step"
    __table_args__ = (Index("inspection_finding_step_finding", "finding_id", "id"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    finding_id: UUID = Field(foreign_key="inspection_finding.id")
    move: str = Field(max_length=16)
    at: datetime = Field(sa_type=Instant)
    by: UUID
    by_name: str
    words: bytes | None = Field(sa_type=Sealed)
