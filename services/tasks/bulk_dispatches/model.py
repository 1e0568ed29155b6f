"""A bulk dispatch: which cases go to which post, what would become of each, and what did."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from chassis.problems import Conflict, Invalid
from chassis.tables import Instant, Sealed, text_of
from services.tasks.requests.stages import Stage
from services.tasks.tables import Table

MOST = 500  # cases of one bulk dispatch
GOOD_FOR = timedelta(minutes=30)
"""For how long a preview may be carried out; then it has to be tried anew."""

RUNNING = text("stage = 'running'")


class BulkStage(StrEnum):
    """How far a bulk dispatch has come."""

    PREVIEWED = "previewed"
    RUNNING = "running"
    DONE = "done"

    @property
    def title_zh(self) -> str:
        """What the screen says."""
        return {"previewed": "已预览，尚未执行", "running": "正在逐件指派", "done": "已全部处理"}[self]


class Outcome(StrEnum):
    """What becomes of one case of it."""

    PLANNED = "planned"
    REFUSED = "refused"  # already by the preview
    DONE = "done"
    FAILED = "failed"  # something had changed since the preview
    UNDONE = "undone"  # it went back where it was

    @property
    def title_zh(self) -> str:
        """What the screen says."""
        return {
            "planned": "将重新指派",
            "refused": "不能指派",
            "done": "已重新指派",
            "failed": "未能指派",
            "undone": "已撤回原承办人",
        }[self]


class WhichCases(Invalid):
    """Name the cases, or cut a list of them; one of the two."""

    title_zh = "请勾选要指派的事项，或给出筛选条件，二者选一。"


class NoCases(Invalid):
    """There are no cases to be dispatched."""

    title_zh = "没有符合条件的事项，请调整筛选条件。"


class TooManyCases(Invalid):
    """A bulk dispatch takes up to 500 cases."""

    title_zh = "一次最多批量指派 500 件，请缩小筛选范围，分批办理。"


class PreviewTooOld(Conflict):
    """The preview is too old to be carried out; try it anew."""

    title_zh = "预览已过期，请重新预览后再执行。"


class NotThisPreview(Conflict):
    """This is not what the preview showed; look at it anew."""

    title_zh = "确认码与预览不符，请重新查看预览后再执行。"


class BegunAlready(Conflict):
    """It was begun already."""

    title_zh = "这次批量指派已经开始执行，请查看进度。"


class ComplaintAlone(Conflict):
    """A complaint about somebody in office is dispatched by itself."""

    title_zh = "反映工作人员的投诉不能批量指派，请单独办理。"


class GivenByAChair(Conflict):
    """A chair has given it to whoever has it, and it stays there."""

    title_zh = "此事项由负责人协调指定承办，不能批量改派。"


class TheirsAlready(Conflict):
    """It lies with this post already."""

    title_zh = "此事项已在该承办人手中，无需重新指派。"


class MovedSincePreview(Conflict):
    """The case has moved since the preview."""

    title_zh = "预览之后事项已有变化，请重新预览。"


class BulkDispatch(Table, table=True):
    """Many cases for one post. Only whoever had it tried sees it and has it carried out."""

    __tablename__ = "bulk_dispatch"
    __table_args__ = (
        Index("bulk_dispatch_ordered", "ordered_by", "id"),
        Index("bulk_dispatch_running", "id", sqlite_where=RUNNING, postgresql_where=RUNNING),
    )

    id: UUID = Field(primary_key=True)
    ordered_by: UUID
    post_id: UUID
    stage: BulkStage = Field(sa_type=text_of(BulkStage))
    made_at: datetime = Field(sa_type=Instant)
    started_at: datetime | None = Field(sa_type=Instant)
    finished_at: datetime | None = Field(sa_type=Instant)
    undone_at: datetime | None = Field(sa_type=Instant)
    undo_reason: bytes | None = Field(sa_type=Sealed)


class BulkDispatchRow(Table, table=True):
    """One case of it, as it stood at the preview, and what became of it."""

    __tablename__ = "bulk_dispatch_row"
    __table_args__ = (Index("bulk_dispatch_row_place", "bulk_id", "place", unique=True),)

    id: UUID = Field(primary_key=True)
    bulk_id: UUID
    place: int
    request_id: UUID
    turn: int
    stage: Stage | None = Field(sa_type=text_of(Stage))  # none of a case that is not there for them
    from_post_id: UUID | None  # with whom it lay, so that it can be given back
    from_name: str | None
    outcome: Outcome = Field(sa_type=text_of(Outcome))
    reason: str | None = Field(max_length=64)  # the code of the refusal, or of why it could not be undone
    reason_zh: str | None
    made_at: datetime = Field(sa_type=Instant)
