"""The two publications of a matter, and what is said against them."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Forbidden
from chassis.tables import Instant, Sealed, text_of
from services.feedback.tables import Table


class PublicNoticeKind(StrEnum):
    """What is published."""

    RESOLUTION = "resolution"
    RESULT = "result"

    @property
    def title_zh(self) -> str:
        """In words."""
        return {"resolution": "决议公开", "result": "实施结果公开"}[self]


class ObjectionStage(StrEnum):
    """How far an objection has come."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"open": "待答复", "upheld": "异议成立", "dismissed": "异议不成立，已说明理由"}[self]


LIFECYCLE = Lifecycle(
    {
        "uphold": ({ObjectionStage.OPEN}, ObjectionStage.UPHELD),
        "dismiss": ({ObjectionStage.OPEN}, ObjectionStage.DISMISSED),
    }
)


class PublicNoticeOver(Conflict):
    """The days on which something could be said against it are over."""

    title_zh = "公开期已过，不能再提异议；有新的情况，可以作为诉求提出。"


class ObjectedToNotice(Conflict):
    """You said something against this publication already."""

    title_zh = "您对这次公开已经提过异议，请等待答复，或在“我的异议”里查看。"


class AnsweredByPublisher(Forbidden):
    """Whoever published it, or says something against it, does not decide on that."""

    title_zh = "异议由公开登记人和提出人以外的另一位负责人答复，请转给同事或上级。"


class PublicNotice(Table, table=True):
    """One publication: what was said, when, until when, and by which day it had to be."""

    __tablename__ = "public_notice"
    __table_args__ = (Index("public_notice_of", "deliberation_id", "id"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    deliberation_id: UUID = Field(foreign_key="deliberation.id")
    kind: PublicNoticeKind = Field(sa_type=text_of(PublicNoticeKind))
    words: bytes = Field(sa_type=Sealed)  # as everybody reads it
    published_by: UUID
    published_at: datetime = Field(sa_type=Instant)
    published_on: date
    until: date  # the last day on which something can be said against it
    due_on: date | None  # by which it had to be published
    open_objections: int
    made: int  # objections in all
    upheld: int
    settled_at: datetime | None = Field(sa_type=Instant)

    @property
    def late(self) -> bool:
        """Whether it was published after its day."""
        return self.due_on is not None and self.published_on > self.due_on

    def ready(self, today: date) -> bool:
        """Whether its days are over and all that was said against it is answered."""
        return self.settled_at is None and self.until < today and self.open_objections == 0


class Objection(Table, table=True):
    """What somebody has against a publication, and the answer."""

    __tablename__ = "deliberation_objection"
    __table_args__ = (
        UniqueConstraint("notice_id", "person_id", name="deliberation_objection_once"),
        Index("deliberation_objection_person", "person_id", "id"),
        Index("deliberation_objection_of", "deliberation_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    deliberation_id: UUID = Field(foreign_key="deliberation.id")
    notice_id: UUID = Field(foreign_key="public_notice.id")
    person_id: UUID
    words: bytes = Field(sa_type=Sealed)
    made_at: datetime = Field(sa_type=Instant)
    answer_by: date
    stage: ObjectionStage = Field(sa_type=text_of(ObjectionStage))
    answer: bytes | None = Field(sa_type=Sealed)
    answered_by: UUID | None
    answered_at: datetime | None = Field(sa_type=Instant)

    def decide(self, move: str, *, by: UUID, at: datetime) -> None:
        """Be upheld or dismissed. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(move, self.stage)
        self.answered_by, self.answered_at = by, at
