"""One appeal against the outcome of a case, and what was decided."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.tables import Instant, Sealed, text_of
from services.tasks.tables import Table


class AppealStage(StrEnum):
    """How far an appeal has come."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"open": "复查中", "upheld": "申诉成立，重新办理", "dismissed": "维持原处理结果"}[self]


LIFECYCLE = Lifecycle(
    {
        "uphold": ({AppealStage.OPEN}, AppealStage.UPHELD),
        "dismiss": ({AppealStage.OPEN}, AppealStage.DISMISSED),
    }
)


class Appeal(Table, table=True):
    """What the person served says against an outcome, who looks at it again, and what they decided and why."""

    __tablename__ = "appeal"
    __table_args__ = (Index("appeal_case", "request_id", "id"),)

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="service_request.id")
    round: int
    words: bytes | None = Field(sa_type=Sealed)
    stage: AppealStage = Field(sa_type=text_of(AppealStage))
    organization_id: UUID  # above the one whose work it is about
    decider_id: UUID | None  # who is asked to decide; none while everybody above had a part in it
    decider_name: str | None
    at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant)
    decided_by: UUID | None
    decided_by_name: str | None
    decided_at: datetime | None = Field(sa_type=Instant)
    reason: bytes | None = Field(sa_type=Sealed)

    def decide(self, *, upheld: bool, by: UUID, name: str, reason: bytes, at: datetime) -> None:
        """Find that it was right or not. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("uphold" if upheld else "dismiss", self.stage)
        self.decided_by, self.decided_by_name, self.decided_at, self.reason = by, name, at, reason
