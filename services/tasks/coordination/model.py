"""A coordination meeting and its agenda: which open problems it took up, and what was decided of each."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict
from chassis.tables import Instant, Sealed, text_of
from services.tasks.tables import Table


class MeetingStage(StrEnum):
    """How far a meeting has come."""

    CALLED = "called"
    HELD = "held"
    CANCELLED = "cancelled"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"called": "已通知", "held": "已召开", "cancelled": "已取消"}[self]


class Decision(StrEnum):
    """What became of a problem at a meeting."""

    OPEN = "open"
    DECIDED = "decided"
    DEFERRED = "deferred"

    @property
    def title_zh(self) -> str:
        """The decision's name on the screen."""
        return {"open": "待议", "decided": "已议定", "deferred": "转下次会议"}[self]


LIFECYCLE = Lifecycle(
    {
        "hold": ({MeetingStage.CALLED}, MeetingStage.HELD),
        "cancel": ({MeetingStage.CALLED}, MeetingStage.CANCELLED),
    }
)


class NotDecidedYet(Conflict):
    """A meeting is over once each problem on its agenda was decided or put off to the next one."""

    title_zh = "还有问题没有议定，请逐项议定或转下次会议后，再标记已召开。"


class MeetingAhead(Conflict):
    """A meeting is held on its day or after it."""

    title_zh = "会议日期还没有到，不能标记已召开；日期有变的，请取消后重新通知。"


class OnAgendaAlready(Conflict):
    """The problem stands on the agenda of a meeting that is yet to be held."""

    title_zh = "该问题已列入一次还没有召开的会议，请在那次会议上议定。"


class DecidedBefore(Conflict):
    """This problem was decided at this meeting."""

    title_zh = "该问题在这次会议上已经有了结论，请刷新查看。"


class NoProblemsOpen(Conflict):
    """There is no open problem that the agenda could be drawn from."""

    title_zh = "本组织和下级组织没有待解决的问题，不需要召开推进例会；新问题请先列入问题清单。"


class CoordinationMeeting(Table, table=True):
    """One meeting of one organisation."""

    __tablename__ = "coordination_meeting"
    __table_args__ = (
        UniqueConstraint("organization_id", "number", name="coordination_meeting_number"),
        Index("coordination_meeting_township", "township_code", "organization_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    organization_id: UUID
    number: int  # 1, 2, … in the order in which the organisation called them
    on: date
    stage: MeetingStage = Field(sa_type=text_of(MeetingStage))
    called_by: UUID
    called_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(sa_type=Instant)  # marked as held, or cancelled

    def hold(self, *, open_entries: int, today: date, at: datetime) -> None:
        """Have been held. Raises `NotDecidedYet`, `MeetingAhead`, `NotAllowedNow`."""
        stage = LIFECYCLE.after("hold", self.stage)
        if today < self.on:
            raise MeetingAhead(on=self.on.isoformat())
        if open_entries:
            raise NotDecidedYet(open=open_entries)
        self.stage, self.ended_at = stage, at

    def cancel(self, *, at: datetime) -> None:
        """Not take place. Raises `NotAllowedNow`."""
        self.stage, self.ended_at = LIFECYCLE.after("cancel", self.stage), at


class AgendaEntry(Table, table=True):
    """One problem on the agenda."""

    __tablename__ = "agenda_entry"
    __table_args__ = (
        UniqueConstraint("meeting_id", "item_id", name="agenda_entry_once"),
        Index("agenda_entry_item", "item_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    meeting_id: UUID = Field(foreign_key="coordination_meeting.id")
    position: int
    item_id: UUID
    decision: Decision = Field(sa_type=text_of(Decision))
    words: bytes | None = Field(sa_type=Sealed)  # what was decided, or why it was put off
    decided_by: UUID | None
    decided_at: datetime | None = Field(sa_type=Instant)
    decided_item_id: UUID | None  # the rectification that the decision put in somebody's name
