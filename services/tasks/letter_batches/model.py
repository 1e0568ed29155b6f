"""A batch of letters: whose letters are to be made of which items, and what became of each."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from chassis.problems import Invalid
from chassis.tables import Instant, Sealed, text_of
from services.tasks.tables import Table

MOST = 500
"""Letters of one batch."""

MOST_OF_LIST = 5_000
"""Letters of one batch for everybody on a list."""

RUNNING = text("finished_at IS NULL")


class MadeOutcome(StrEnum):
    """What became of one letter of a batch."""

    PLANNED = "planned"
    MADE = "made"
    RENEWED = "renewed"  # there was one, and it has a new version
    SAME = "same"  # there was one, with these very items
    FAILED = "failed"

    @property
    def title_zh(self) -> str:
        """What the screen says."""
        return {
            "planned": "等待制作",
            "made": "已制作，待签署",
            "renewed": "已出新版，待重新签署",
            "same": "与现行版本一致，未变动",
            "failed": "未能制作",
        }[self]


class PostTwice(Invalid):
    """A post stands in a batch once."""

    title_zh = "同一岗位在一批中只能出现一次，请合并其事项后重新提交。"


class NobodyOnTheList(Invalid):
    """Nobody has an item of this list in their name."""

    title_zh = "这份清单还没有交办到人，请先分解交办，再制作责任书。"


class WhichLetters(Invalid):
    """Name a list, or the posts one by one; one of the two."""

    title_zh = "请选择一份清单，或逐个列出岗位和事项，二者选一。"


class LetterBatch(Table, table=True):
    """Letters of one year that somebody has made together."""

    __tablename__ = "letter_batch"
    __table_args__ = (
        Index("letter_batch_ordered", "ordered_by", "id"),
        Index("letter_batch_running", "id", sqlite_where=RUNNING, postgresql_where=RUNNING),
    )

    id: UUID = Field(primary_key=True)
    ordered_by: UUID
    year: int
    title: str = Field(max_length=100)
    size: int
    made_at: datetime = Field(sa_type=Instant)
    finished_at: datetime | None = Field(sa_type=Instant)


class LetterBatchRow(Table, table=True):
    """One letter of a batch: for whom, of which items, and what became of it."""

    __tablename__ = "letter_batch_row"
    __table_args__ = (Index("letter_batch_row_place", "batch_id", "place", unique=True),)

    id: UUID = Field(primary_key=True)
    batch_id: UUID
    place: int
    post_id: UUID
    lines: bytes | None = Field(sa_type=Sealed)  # until it is made
    outcome: MadeOutcome = Field(sa_type=text_of(MadeOutcome))
    letter_id: UUID | None
    reason: str | None = Field(max_length=64)  # the code of the refusal
    reason_zh: str | None
    made_at: datetime = Field(sa_type=Instant)
