"""One round of a draw: two officers, their commitments and values, what was published before and what came out."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.tables import Digest, Instant, Sealed, text_of
from services.tasks.tables import Table


class DrawStage(StrEnum):
    """How far a round has come."""

    COMMITTING = "committing"
    REVEALING = "revealing"
    DRAWN = "drawn"
    LAPSED = "lapsed"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {
            "committing": "待两人提交承诺",
            "revealing": "承诺已公布，待两人公开",
            "drawn": "已抽出",
            "lapsed": "到期未完成，作废重抽",
        }[self]


LIFECYCLE = Lifecycle(
    {
        "publish": ({DrawStage.COMMITTING}, DrawStage.REVEALING),
        "draw": ({DrawStage.REVEALING}, DrawStage.DRAWN),
        "lapse": ({DrawStage.COMMITTING, DrawStage.REVEALING}, DrawStage.LAPSED),
    }
)


class Draw(Table, table=True):
    """A round. One that lapsed stays for everybody to see, and the next is drawn by others than who let it lapse."""

    __tablename__ = "inspection_draw"
    __table_args__ = (
        UniqueConstraint("plan_id", "round", name="inspection_draw_round"),
        Index("inspection_draw_township", "township_code", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    plan_id: UUID = Field(foreign_key="inspection_plan.id")
    round: int
    stage: DrawStage = Field(sa_type=text_of(DrawStage))
    algorithm: str = Field(max_length=32)
    begun_at: datetime = Field(sa_type=Instant)
    commit_by: datetime = Field(sa_type=Instant)  # the first instant that is too late
    published: bytes | None = Field(sa_type=Digest)
    published_at: datetime | None = Field(sa_type=Instant)
    reveal_by: datetime | None = Field(sa_type=Instant)
    seed: bytes | None = Field(sa_type=Digest)
    seed_and_units: bytes | None = Field(sa_type=Digest)
    result: bytes | None = Field(sa_type=Digest)
    over_at: datetime | None = Field(sa_type=Instant)  # drawn or lapsed

    def move(self, name: str) -> None:
        """Make a move of the table. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(name, self.stage)


class DrawOfficer(Table, table=True):
    """One of the two of a round. What they revealed is shown to nobody before both did, or the time is over."""

    __tablename__ = "inspection_draw_officer"
    __table_args__ = (
        UniqueConstraint("draw_id", "place", name="inspection_draw_officer_place"),
        Index("inspection_draw_officer_person", "person_id", "draw_id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    draw_id: UUID = Field(foreign_key="inspection_draw.id")
    place: int  # 1 or 2
    person_id: UUID
    post_id: UUID
    post_kind: str = Field(max_length=32)
    organization_name: str
    commitment: bytes | None = Field(sa_type=Digest)
    committed_at: datetime | None = Field(sa_type=Instant)
    value: bytes | None = Field(sa_type=Sealed)
    salt: bytes | None = Field(sa_type=Sealed)
    revealed_at: datetime | None = Field(sa_type=Instant)
