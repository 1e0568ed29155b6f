"""A post of duty that an organisation sets up, and each claim to it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Forbidden, Invalid
from chassis.tables import Instant, Sealed, text_of
from services.tasks.tables import Table


class ClaimStage(StrEnum):
    """How far a claim has come."""

    CLAIMED = "claimed"
    HELD = "held"
    REFUSED = "refused"
    ENDED = "ended"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"claimed": "已认领，待确认", "held": "在岗", "refused": "未同意", "ended": "已离岗"}[self]


LIFECYCLE = Lifecycle(
    {
        "confirm": ({ClaimStage.CLAIMED}, ClaimStage.HELD),
        "refuse": ({ClaimStage.CLAIMED}, ClaimStage.REFUSED),
        "end": ({ClaimStage.CLAIMED, ClaimStage.HELD}, ClaimStage.ENDED),
    }
)


class PostDutyFull(Conflict):
    """Every place of this post is claimed."""

    title_zh = "这个岗位已认领满，请认领其他岗位。"


class ClaimedAlready(Conflict):
    """You claimed this post already."""

    title_zh = "您已经认领了这个岗位，不用再次认领。"


class PostDutyOver(Conflict):
    """This post is no longer set up, or its last day is over."""

    title_zh = "这个岗位已经结束，请查看其他岗位。"


class PostDutyDaysWrong(Invalid):
    """A post ends on a day after it begins, and after today."""

    title_zh = "岗位期限有误：截止日期应在今天以后，且不早于开始日期。"


class NotYourClaim(Forbidden):
    """A claim is confirmed by the organisation, and ended by it or by who claimed."""

    title_zh = "认领由设岗组织确认；离岗由本人或设岗组织办理。"


class PostDuty(Table, table=True):
    """What is to be done, for how long, and how many may claim it."""

    __tablename__ = "post_duty"
    __table_args__ = (
        Index("post_duty_township", "township_code", "id"),
        Index("post_duty_division", "division_code", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    organization_id: UUID
    organization_name: str
    title: str = Field(max_length=60)
    duties: str  # what is to be done, for everybody to read
    places: int
    from_on: date
    to_on: date
    set_up_by: UUID
    set_up_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(sa_type=Instant)

    def open_on(self, today: date) -> bool:
        """Whether it is set up on a local day."""
        return self.ended_at is None and today <= self.to_on


GOING_ON = text("stage IN ('claimed', 'held')")


class PostDutyClaim(Table, table=True):
    """One person's claim; the stage says whether the organisation agreed."""

    __tablename__ = "post_duty_claim"
    __table_args__ = (
        Index("post_duty_claim_duty", "post_duty_id", "id"),
        Index("post_duty_claim_person", "person_id", "id"),
        Index(
            "post_duty_claim_once",
            "post_duty_id",
            "person_id",
            unique=True,
            sqlite_where=GOING_ON,
            postgresql_where=GOING_ON,
        ),
    )

    id: UUID = Field(primary_key=True)
    post_duty_id: UUID = Field(foreign_key="post_duty.id")
    township_code: str = Field(max_length=12)
    person_id: UUID
    stage: ClaimStage = Field(sa_type=text_of(ClaimStage))
    claimed_at: datetime = Field(sa_type=Instant)
    decided_by: UUID | None
    decided_at: datetime | None = Field(sa_type=Instant)
    words: bytes | None = Field(sa_type=Sealed)  # why it was refused or ended

    def move(self, name: str, *, by: UUID, at: datetime) -> None:
        """Make a move of the table. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(name, self.stage)
        self.decided_by, self.decided_at = by, at
