"""One person's wish to have what is held about them taken away, and what became of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict
from chassis.tables import Digest, Instant, Listed, text_of
from services.members.tables import Table
from services.members.words import Word


class ErasureStage(Word):
    """How far an erasure has come."""

    ASKED = "asked", "已提出，等待处理"
    PROPOSED = "proposed", "已提请审计人员确认"
    ERASED = "erased", "已删除"
    REFUSED = "refused", "未同意删除"


class Kept(Word):
    """What stays though the person asked for erasure, and why."""

    ROLL = "roll", "党员名册：依照党员教育管理和档案规定，在籍期间须保存"
    CASE_FACTS = "case_facts", "事项的时间、办理人和结果：不含您的文字，作为政务服务档案保存"
    AUDIT = "audit", "操作记录：只有编号，不含姓名、号码、电话、住址"
    TOMBSTONE = "tombstone", "公民身份号码的加密摘要：只用来避免名册导入时未经同意又恢复您的信息"


LIFECYCLE = Lifecycle(
    {
        "propose": ({ErasureStage.ASKED}, ErasureStage.PROPOSED),
        "erase": ({ErasureStage.PROPOSED}, ErasureStage.ERASED),
        "refuse": ({ErasureStage.PROPOSED}, ErasureStage.REFUSED),
    }
)


class ErasureAsked(Conflict):
    """You have asked for this already, and it is being looked at."""

    title_zh = "您已提出过删除申请，正在处理，请等候通知。"


class Erasure(Table, table=True):
    """One wish of one person. When it was granted, the digest of their number stays, so that no import undoes it."""

    __tablename__ = "erasure"
    __table_args__ = (
        Index("erasure_person", "person_id", "id"),
        Index("erasure_number", "number_index"),
        Index("erasure_area", "township_code", "stage", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    person_id: UUID
    asked_at: datetime = Field(sa_type=Instant)  # real time
    stage: ErasureStage = Field(sa_type=text_of(ErasureStage))
    kept: list[str] = Field(sa_type=Listed)
    erased_at: datetime | None = Field(sa_type=Instant)  # real time
    number_index: bytes | None = Field(sa_type=Digest)

    def move(self, name: str) -> None:
        """Go on by a move of the life cycle. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(name, self.stage)
