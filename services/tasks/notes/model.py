"""A note: what an agent wrote down for a villager, which is no case until the villager says so."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.tables import Instant, Sealed, text_of
from services.tasks.tables import Table


class NoteStage(StrEnum):
    """How far a note has come."""

    KEPT = "kept"
    TURNED = "turned"
    DROPPED = "dropped"

    @property
    def title_zh(self) -> str:
        """The stage on the screen."""
        return {"kept": "等待本人确认", "turned": "已转为正式事项", "dropped": "已删除"}[self]


LIFECYCLE = Lifecycle(
    {
        "turn": ({NoteStage.KEPT}, NoteStage.TURNED),
        "drop": ({NoteStage.KEPT}, NoteStage.DROPPED),
    }
)


class Note(Table, table=True):
    """What was to be sent in, whole and sealed, for some weeks; no clock runs, and nobody but the two sees it."""

    __tablename__ = "note"
    __table_args__ = (
        Index("note_agent", "agent_id", "id"),
        Index("note_principal", "principal_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    agent_id: UUID
    post_id: UUID
    principal_id: UUID
    item_code: str | None
    submission: bytes | None = Field(sa_type=Sealed)  # none once it was turned or dropped
    stage: NoteStage = Field(sa_type=text_of(NoteStage))
    taken_at: datetime = Field(sa_type=Instant)
    kept_until: datetime = Field(sa_type=Instant)
    request_id: UUID | None

    def turn(self, request_id: UUID) -> None:
        """It is a request now, and its words lie there."""
        self.stage = LIFECYCLE.after("turn", self.stage)
        self.request_id, self.submission = request_id, None

    def drop(self) -> None:
        """It is not wanted; its words are gone."""
        self.stage = LIFECYCLE.after("drop", self.stage)
        self.submission = None
