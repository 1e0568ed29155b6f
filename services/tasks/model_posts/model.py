"""A model post or counter: what is distinguished, why, from when to when, and by which two persons."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Forbidden, Invalid
from chassis.tables import Instant, Sealed, text_of
from services.tasks.tables import Table


class ModelKind(StrEnum):
    """What is distinguished."""

    POST = "post"
    COUNTER = "counter"

    @property
    def title_zh(self) -> str:
        """In words."""
        return {"post": "示范岗", "counter": "示范窗口"}[self]


class ModelStage(StrEnum):
    """How far it has come."""

    PROPOSED = "proposed"
    AWARDED = "awarded"
    REFUSED = "refused"
    REVOKED = "revoked"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"proposed": "待第二人确认", "awarded": "已授予", "refused": "未授予", "revoked": "已撤销"}[self]


LIFECYCLE = Lifecycle(
    {
        "award": ({ModelStage.PROPOSED}, ModelStage.AWARDED),
        "refuse": ({ModelStage.PROPOSED}, ModelStage.REFUSED),
        "revoke": ({ModelStage.AWARDED}, ModelStage.REVOKED),
    }
)


class MayNotDistinguish(Forbidden):
    """Those above an organisation distinguish its posts and counters, and never a post of their own."""

    title_zh = "示范岗、示范窗口由上级组织的工作人员提出，不能给自己的岗位授予。"


class ModelDaysWrong(Invalid):
    """A distinction ends on a day after today."""

    title_zh = "有效期应在今天以后，请核对后重填。"


class DistinguishedAlready(Conflict):
    """This post or counter is distinguished, or waits for its second person."""

    title_zh = "这个岗位或窗口已是示范，或正等第二人确认，请刷新后查看。"


NOT_OVER = text("stage IN ('proposed', 'awarded')")


class ModelPost(Table, table=True):
    """One distinction. It says what the post or counter does well; there is no order among them."""

    __tablename__ = "model_post"
    __table_args__ = (
        Index("model_post_township", "township_code", "id"),
        Index("model_post_division", "division_code", "id"),
        Index(
            "model_post_once",
            "organization_id",
            "title",
            unique=True,
            sqlite_where=NOT_OVER,
            postgresql_where=NOT_OVER,
        ),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    organization_id: UUID
    organization_name: str
    kind: ModelKind = Field(sa_type=text_of(ModelKind))
    title: str = Field(max_length=60)  # of the post or the counter
    post_id: UUID | None  # the post; none for a counter
    reason: bytes = Field(sa_type=Sealed)
    stage: ModelStage = Field(sa_type=text_of(ModelStage))
    proposed_by: UUID
    proposed_at: datetime = Field(sa_type=Instant)
    confirmed_by: UUID | None
    from_on: date | None  # the day on which it was confirmed
    to_on: date
    revoked_by: UUID | None
    revoked_on: date | None
    revoked_words: bytes | None = Field(sa_type=Sealed)

    def move(self, name: str) -> None:
        """Make a move of the table. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(name, self.stage)

    def holds(self, today: date) -> bool:
        """Whether it is a model on a local day."""
        return self.stage is ModelStage.AWARDED and today <= self.to_on
