"""An export: one list of cases on its way into a spreadsheet."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from chassis.problems import Conflict, Forbidden
from chassis.tables import Instant, Sealed, text_of
from services.tasks.tables import Table

MOST_AT_ONCE = 5  # exports of one person that are there at the same time
TAKES = 3  # times that writing is begun before it is given up

UNFINISHED = text("stage IN ('waiting', 'writing')")


class ExportStage(StrEnum):
    """How far an export has come."""

    WAITING = "waiting"
    WRITING = "writing"
    READY = "ready"
    FAILED = "failed"

    @property
    def title_zh(self) -> str:
        """What the screen says."""
        return {
            "waiting": "排队等候",
            "writing": "正在生成",
            "ready": "可以下载，一天后删除",
            "failed": "生成失败，请重新导出；仍然失败请缩小筛选范围",
        }[self]


class MayNotExport(Forbidden):
    """Only those whose posts see the cases of an organisation export lists of them."""

    title_zh = "只有负责一个组织事项的岗位可以导出列表，请联系所在组织负责人。"


class TooManyExports(Conflict):
    """There are as many of your exports as may be at once; each is gone a day after it was made."""

    title_zh = "您的导出文件已达上限，每个文件一天后自动删除，请稍后再导出。"


@dataclass(frozen=True, slots=True)
class ExportLimit:
    """How many rows one export has at most."""

    rows: int


class CaseExport(Table, table=True):
    """One list as a spreadsheet. Its filter and the key of its file are sealed; without the key it is unreadable."""

    __tablename__ = "case_export"
    __table_args__ = (
        Index("case_export_owner", "owner_id", "id"),
        Index("case_export_unfinished", "id", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
    )

    id: UUID = Field(primary_key=True)
    owner_id: UUID
    cut: bytes = Field(sa_type=Sealed)
    key: bytes = Field(sa_type=Sealed)
    stage: ExportStage = Field(sa_type=text_of(ExportStage))
    takes: int  # how often writing was begun
    taken_at: datetime | None = Field(sa_type=Instant)  # real time; whoever took it says so again with each part
    rows_done: int
    rows_expected: int | None
    cut_short: bool  # there were more rows than an export may have
    size: int | None  # bytes
    asked_at: datetime = Field(sa_type=Instant)
    ready_at: datetime | None = Field(sa_type=Instant)
