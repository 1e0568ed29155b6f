"""A working group: what for, where, led by which post, with which members, from when to when."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.problems import Conflict, Forbidden, Invalid
from chassis.tables import Instant
from services.tasks.tables import Table

MOST_MEMBERS = 50


class MayNotSetUpGroups(Forbidden):
    """Those in office above an area set its working groups up."""

    title_zh = "工作组由辖区的上级工作人员组建和调整，请联系乡镇或县级工作人员。"


class WrongGroupDays(Invalid):
    """A group's last day is today or later, and not before its first."""

    title_zh = "工作组的起止日期不对：结束日期应在今天以后，且不早于开始日期。"


class GroupIsOver(Conflict):
    """The group has ended."""

    title_zh = "这个工作组已经结束，不能再调整；需要继续的请新建工作组。"


class WorkGroup(Table, table=True):
    """A group of posts that answers for a matter in an area; its leader answers first (组长负责制)."""

    __tablename__ = "work_group"
    __table_args__ = (Index("work_group_area", "township_code", "division_code", "id"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    organization_id: UUID  # that set it up
    title: str = Field(max_length=100)
    matter: str = Field(max_length=200)  # what it is for, in a title's words
    leader_post_id: UUID
    from_on: date
    to_on: date  # the last day
    made_by: UUID
    made_at: datetime = Field(sa_type=Instant)

    def runs_on(self, day: date) -> bool:
        """Whether it is at work on a local day."""
        return self.from_on <= day <= self.to_on


class GroupMember(Table, table=True):
    """A post in a group, the leader's too; one that leaves stays in the record."""

    __tablename__ = "group_member"
    __table_args__ = (
        Index("group_member_group", "group_id", "id"),
        Index("group_member_person", "person_id", "group_id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    group_id: UUID = Field(foreign_key="work_group.id")
    post_id: UUID
    person_id: UUID
    person_name: str
    post_kind: str = Field(max_length=32)
    joined_at: datetime = Field(sa_type=Instant)
    left_at: datetime | None = Field(sa_type=Instant)
