"""An interview: called for findings, held with a promise and its date, and the promise kept or not."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.tables import Instant, Sealed, text_of
from services.tasks.tables import Table


class InterviewStage(StrEnum):
    """How far an interview has come."""

    CALLED = "called"
    HELD = "held"
    LATE = "late"
    KEPT = "kept"
    BROKEN = "broken"
    CALLED_OFF = "called_off"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {
            "called": "已通知，待约谈",
            "held": "已约谈，承诺未到期",
            "late": "承诺已到期，待核实",
            "kept": "承诺已兑现",
            "broken": "承诺未兑现",
            "called_off": "已取消",
        }[self]


LIFECYCLE = Lifecycle(
    {
        "hold": ({InterviewStage.CALLED}, InterviewStage.HELD),
        "call_off": ({InterviewStage.CALLED}, InterviewStage.CALLED_OFF),
        "pass": ({InterviewStage.HELD}, InterviewStage.LATE),
        "keep": ({InterviewStage.HELD, InterviewStage.LATE}, InterviewStage.KEPT),
        "break": ({InterviewStage.LATE}, InterviewStage.BROKEN),
    }
)


class Interview(Table, table=True):
    """Somebody who answers for a unit is called by those above it, for one or more findings."""

    __tablename__ = "interview"
    __table_args__ = (
        Index("interview_unit", "township_code", "organization_id", "id"),
        Index("interview_called", "interviewee_id", "id"),
        Index("interview_convener", "convener_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    organization_id: UUID  # the unit
    organization_name: str
    interviewee_id: UUID
    interviewee_name: str
    convener_id: UUID
    convener_name: str
    convener_organization_id: UUID
    stage: InterviewStage = Field(sa_type=text_of(InterviewStage))
    called_at: datetime = Field(sa_type=Instant)
    meets_on: date
    reason: bytes | None = Field(sa_type=Sealed)
    held_on: date | None
    promise: bytes | None = Field(sa_type=Sealed)
    promised_on: date | None
    judged_at: datetime | None = Field(sa_type=Instant)
    judged_by: UUID | None
    outcome: bytes | None = Field(sa_type=Sealed)  # why it counts as kept or broken, or was called off

    def move(self, name: str) -> None:
        """Make a move of the table. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(name, self.stage)


class InterviewFinding(Table, table=True):
    """A finding for which somebody was called."""

    __tablename__ = "interview_finding"
    __table_args__ = (
        UniqueConstraint("interview_id", "finding_id", name="interview_finding_once"),
        Index("interview_finding_finding", "finding_id", "interview_id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    interview_id: UUID = Field(foreign_key="interview.id")
    finding_id: UUID = Field(foreign_key="inspection_finding.id")
