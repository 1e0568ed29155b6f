"""A visit paid to a household: a local date, needs in its own words with its leave, and what it says against it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Forbidden, Invalid
from chassis.tables import Instant, Listed, Sealed, text_of
from services.tasks.rules.pack import MatterKind
from services.tasks.tables import Table


class VisitStage(StrEnum):
    """Whether the household agrees with what was written down."""

    RECORDED = "recorded"
    CONTESTED = "contested"
    ANSWERED = "answered"

    @property
    def title_zh(self) -> str:
        """The stage on the screen."""
        return {"recorded": "已记录", "contested": "农户有异议，待答复", "answered": "异议已答复"}[self]


class LeaveWay(StrEnum):
    """How somebody of the household gave leave to write down what they need."""

    SPOKEN = "spoken"
    SIGNED = "signed"

    @property
    def title_zh(self) -> str:
        """The way on the screen."""
        return {"spoken": "当面口头同意", "signed": "当面签字同意"}[self]


LIFECYCLE = Lifecycle(
    {
        "contest": ({VisitStage.RECORDED, VisitStage.ANSWERED}, VisitStage.CONTESTED),
        "answer": ({VisitStage.CONTESTED}, VisitStage.ANSWERED),
    }
)

NEEDS = (MatterKind.HELP, MatterKind.ENQUIRY, MatterKind.SUGGESTION, MatterKind.APPOINTMENT)
"""What a visit may write down; complaints and reports go their own way, past the person complained of."""


class VisitAhead(Invalid):
    """A visit was paid today or before, and while the visitor answered for the household."""

    title_zh = "走访日期有误：不能晚于今天，也不能早于您负责该户的日期。"


class LeaveMissing(Invalid):
    """Needs are written down with the leave of somebody of the household."""

    title_zh = "记录需求须经本人同意：请填写是哪位家庭成员同意的、以什么方式同意。"


class NotOfTheHousehold(Invalid):
    """Whoever gave leave does not belong to this household."""

    title_zh = "所填的同意人不是这一户的家庭成员，请重新选择。"


class NotANeed(Invalid):
    """A need names an errand of the catalogue, or says in words what it is and of which kind."""

    title_zh = "请为每条需求选择代办事项，或写下原话并选择类别；投诉、举报请由本人通过投诉渠道提出。"


class VoiceNotAsked(Invalid):
    """No rule asks for voice notes of visits here, or not for so many; and one is taken for a case alone."""

    title_zh = "本地规则没有要求走访录音，请用文字记录原话。"


class VisitorsOwn(Forbidden):
    """Whoever paid the visit does not answer what the household has against the entry."""

    title_zh = "走访人不能答复对自己记录的异议，请由上级答复。"


class CaseAlready(Conflict):
    """This need is a case already."""

    title_zh = "这条需求已经转为事项，请在事项中查看进展。"


class Visit(Table, table=True):
    """One visit. It has a day and no hour, and no place but the household."""

    __tablename__ = "visit"
    __table_args__ = (
        Index("visit_area", "township_code", "division_code", "arrival"),
        Index("visit_household", "township_code", "household_id", "arrival"),
        Index("visit_visitor", "visitor_id", "arrival"),
        Index("visit_leave", "leave_by"),
    )

    id: UUID = Field(primary_key=True)  # made by the client
    arrival: UUID = Field(unique=True)  # made here, in the order in which visits came in
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    household_id: UUID
    visitor_id: UUID
    pairing_id: UUID | None  # by which the visitor answers for the household
    post_id: UUID | None  # or the post by which they came
    visited_on: date
    leave_by: UUID | None  # who of the household gave leave; none where nothing was written down
    leave_way: LeaveWay | None = Field(sa_type=text_of(LeaveWay))
    stage: VisitStage = Field(sa_type=text_of(VisitStage))
    recorded: list[str] = Field(sa_type=Listed)  # marks of what was sent in (`chassis.offline`)
    recorded_at: datetime = Field(sa_type=Instant)

    def move(self, name: str) -> None:
        """Contest or answer. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(name, self.stage)


class VisitNeed(Table, table=True):
    """One need, in the household's own words; it may become a case."""

    __tablename__ = "visit_need"
    __table_args__ = (Index("visit_need_visit", "township_code", "visit_id", "number", unique=True),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    visit_id: UUID
    number: int
    kind: MatterKind | None = Field(sa_type=text_of(MatterKind))
    item_code: str | None
    words: bytes | None = Field(sa_type=Sealed)
    request_id: UUID | None
    recorded_at: datetime = Field(sa_type=Instant)


class VisitContest(Table, table=True):
    """What somebody of the household has against an entry, and what was answered; both are kept."""

    __tablename__ = "visit_contest"
    __table_args__ = (
        Index("visit_contest_visit", "township_code", "visit_id", "id"),
        Index("visit_contest_person", "person_id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    visit_id: UUID
    person_id: UUID
    words: bytes | None = Field(sa_type=Sealed)
    made_at: datetime = Field(sa_type=Instant)
    upheld: bool | None
    answer: bytes | None = Field(sa_type=Sealed)
    answered_by: UUID | None
    answered_at: datetime | None = Field(sa_type=Instant)


class HouseholdVisited(Table, table=True):
    """The last day on which a household was visited."""

    __tablename__ = "household_visited"

    household_id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    last_on: date
