"""A desk view: a filter of a desk's list, kept under a name."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from chassis.problems import Conflict, Forbidden, Invalid
from chassis.tables import Instant, Sealed
from services.tasks.tables import Table

MOST = 50  # views of one person, and shared ones of one organisation

SHARED = text("organization_id IS NOT NULL")


class TooManyViews(Conflict):
    """There are as many views as one may keep; let go of one first."""

    title_zh = "保存的视图已达上限，请先删除不用的视图。"


class NoDesk(Forbidden):
    """Only those who hold a post keep views of lists."""

    title_zh = "只有在岗工作人员可以保存列表视图。"


class MayNotShare(Forbidden):
    """Only those who answer for an organisation share a view with everybody in it."""

    title_zh = "只有本组织负责人可以共享视图，请保存为个人视图。"


class NotTheseViews(Invalid):
    """The order has to name each of your own views once."""

    title_zh = "排序须包含您的每个视图各一次，请刷新后再排。"


class DeskView(Table, table=True):
    """A named filter of lists: its owner's, and everybody's of the organisation with which it is shared.

    What it cuts by may name a person or quote words, so it is sealed as the name is. It widens nobody's reach.
    """

    __tablename__ = "desk_view"
    __table_args__ = (
        Index("desk_view_owner", "owner_id", "position", "id"),
        Index("desk_view_shared", "organization_id", "id", sqlite_where=SHARED, postgresql_where=SHARED),
    )

    id: UUID = Field(primary_key=True)
    owner_id: UUID
    organization_id: UUID | None  # with which it is shared
    name: bytes = Field(sa_type=Sealed)
    cut: bytes = Field(sa_type=Sealed)  # the filter and its order, as JSON
    position: int  # among the owner's
    changed_at: datetime = Field(sa_type=Instant)
