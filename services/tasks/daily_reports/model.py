"""A daily report of a group: generated, published, never changed; a new edition keeps the old one."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.problems import Conflict
from chassis.tables import Digest, Instant, text_of
from services.tasks.tables import Table


class EditionReason(StrEnum):
    """Why something that was published is issued anew."""

    LATE_ROWS = "late_rows"  # what happened on those days came in later
    FAULT = "fault"  # the figures were made wrongly
    ROSTER = "roster"  # a unit was missing, or was another

    @property
    def title_zh(self) -> str:
        """What the new edition says."""
        return {"late_rows": "补录了当时的办理记录", "fault": "更正系统计算差错", "roster": "单位名单有变动"}[self]


class SameFigures(Conflict):
    """The rows say the same as before; a new edition would be the old one."""

    title_zh = "按现有记录重新生成的内容与原文一致，无需重新发布。"


class EditionReplaced(Conflict):
    """A newer edition is there; issue that one anew."""

    title_zh = "这一版已有更新的版本，请在最新版上重新发布。"


class DailyReport(Table, table=True):
    """One edition of the report of one group and local day."""

    __tablename__ = "daily_report"
    __table_args__ = (
        UniqueConstraint("group_id", "day", "edition"),
        Index("daily_report_area", "township_code", "day", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    group_id: UUID = Field(foreign_key="work_group.id")
    day: date
    edition: int  # 1, 2, …
    content: str  # `figures.model.Content`, packed: counts and names of units alone
    digest: bytes = Field(sa_type=Digest)  # SHA-256 of the content
    published_at: datetime = Field(sa_type=Instant)
    published_by: UUID | None  # none where midnight did
    reason: EditionReason | None = Field(sa_type=text_of(EditionReason))  # of a later edition
    replaced_at: datetime | None = Field(sa_type=Instant)
