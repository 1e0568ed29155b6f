"""A public pledge: by whom, for how long, and whether somebody above found it kept."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Forbidden, Invalid
from chassis.tables import Instant, Sealed, text_of
from services.tasks.tables import Table


class PledgeStage(StrEnum):
    """How far a pledge has come."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REPORTED = "reported"
    KEPT = "kept"
    NOT_KEPT = "not_kept"
    WITHDRAWN = "withdrawn"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {
            "draft": "草稿",
            "published": "已公开，兑现中",
            "reported": "已报兑现，待认定",
            "kept": "已兑现",
            "not_kept": "未兑现",
            "withdrawn": "已撤下（未公开）",
        }[self]


LIFECYCLE = Lifecycle(
    {
        "publish": ({PledgeStage.DRAFT}, PledgeStage.PUBLISHED),
        "withdraw": ({PledgeStage.DRAFT}, PledgeStage.WITHDRAWN),
        "report": ({PledgeStage.PUBLISHED}, PledgeStage.REPORTED),
        "find_kept": ({PledgeStage.REPORTED}, PledgeStage.KEPT),
        "find_not_kept": ({PledgeStage.PUBLISHED, PledgeStage.REPORTED}, PledgeStage.NOT_KEPT),
    }
)


class NotYourPledge(Forbidden):
    """A pledge is made, published and reported by whoever makes it, or by who answers for the organisation."""

    title_zh = "公开承诺由承诺人本人或承诺组织的负责人办理。"


class MayNotFindKept(Forbidden):
    """Whether a pledge was kept is found by those above, and never by who made it."""

    title_zh = "是否兑现由上级组织的工作人员认定，承诺人不能自己认定。"


class PledgeDaysWrong(Invalid):
    """A pledge ends on a day after it begins, and lies ahead when it is made."""

    title_zh = "承诺期限有误：截止日期应在今天以后，且不早于开始日期。"


class TooEarlyToFindBroken(Invalid):
    """Nobody finds a pledge broken before its last day is over or it was reported."""

    title_zh = "承诺还没有到期，也没有报兑现，现在不能认定为未兑现。"


PUBLIC = text("published_at IS NOT NULL")


class PublicPledge(Table, table=True):
    """One pledge. Once published it stays so, kept or not."""

    __tablename__ = "public_pledge"
    __table_args__ = (
        Index("public_pledge_township", "township_code", "id"),
        Index("public_pledge_public", "division_code", "id", sqlite_where=PUBLIC, postgresql_where=PUBLIC),
        Index("public_pledge_organization", "organization_id", "id"),
        Index("public_pledge_pledger", "pledger_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    organization_id: UUID
    organization_name: str
    post_id: UUID | None  # of the person in office; none where the organisation pledges
    pledger_id: UUID  # who made it, for themselves or for the organisation
    pledger_name: str  # as it is public
    words: bytes = Field(sa_type=Sealed)
    from_on: date
    to_on: date
    stage: PledgeStage = Field(sa_type=text_of(PledgeStage))
    made_at: datetime = Field(sa_type=Instant)
    published_at: datetime | None = Field(sa_type=Instant)
    found_by: UUID | None
    found_by_name: str | None
    found_on: date | None
    reason: bytes | None = Field(sa_type=Sealed)  # why it was found kept or not

    def move(self, name: str) -> None:
        """Make a move of the table. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(name, self.stage)

    def overdue(self, today: date) -> bool:
        """Whether its last day is over and nobody reported it kept."""
        return self.stage is PledgeStage.PUBLISHED and self.to_on < today
