"""Desks of the hotline, who is on duty at them, and what one who goes hands over to one who comes."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.problems import Conflict, Forbidden, Invalid
from chassis.tables import Digest, Instant, Listed, Sealed, text_of
from services.tasks.rules.pack import MatterKind, Urgency
from services.tasks.tables import Table


class MayNotRoster(Forbidden):
    """Only the secretary of the area, cadres of its township and the county's operator write its duty roster."""

    title_zh = "只有本辖区的书记、乡镇（街道）干部或县级管理员可以排班，请与他们联系。"


class NotAtTheDesk(Forbidden):
    """Only those who take requests in for the desk's area, or are on duty there, work with what lies at it."""

    title_zh = "只有本值班台的值班人员和受理人员可以查看和办理，请联系值班台负责人。"


class NoSuchDesk(Invalid):
    """This area has no duty desk yet; set one up first."""

    title_zh = "该地区还没有设立值班台，请先登记值班台和值班电话。"


class PersonalNumber(Invalid):
    """The number of a desk is an office's number, and never a person's mobile."""

    title_zh = "值班电话应为单位固定电话或热线号码，请不要填写个人手机号。"


class WrongHours(Invalid):
    """The end is not after the beginning, or the shift is longer than a day."""

    title_zh = "值班时间有误：结束应晚于开始，一班最长 24 小时。请修改后重试。"


class NotYourShift(Forbidden):
    """Only whoever is on duty in this shift hands it over."""

    title_zh = "只有本班次的值班人员可以交班。"


class ShiftOver(Conflict):
    """This shift has begun or is over and stays as it was."""

    title_zh = "该班次已经开始或结束，不能取消；需要换人的，请登记请假代行或另排班次。"


class AlreadyHandedOver(Conflict):
    """This shift has been handed over already."""

    title_zh = "本班次已经交班，请由接班人员接收。"


class NotYetYourTurn(Forbidden):
    """Whoever takes over is on duty now or next at this desk, and somebody else than the one who goes."""

    title_zh = "接班人应为本值班台当前或下一班次的值班人员，且不能是交班人本人。"


class HotlineDesk(Table, table=True):
    """The desk of an area that answers the telephone, the office's number, and when it is meant to be staffed."""

    __tablename__ = "hotline_desk"

    division_code: str = Field(primary_key=True, max_length=12)
    township_code: str = Field(max_length=12)
    name: str
    office_phone: str
    weekdays: str = Field(max_length=7)  # 1 is Monday
    from_minute: int  # of the local day
    minutes: int  # 1440 is round the clock


class DutyPattern(Table, table=True):
    """The same shift of the same post every week; shifts are made of it some weeks ahead."""

    __tablename__ = "duty_pattern"
    __table_args__ = (Index("duty_pattern_desk", "division_code", "id"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    post_id: UUID
    weekdays: str = Field(max_length=7)
    from_minute: int
    minutes: int
    first_on: date
    last_on: date | None
    made_to: date  # up to and with this day its shifts are there
    made_by: UUID
    ended_at: datetime | None = Field(sa_type=Instant)


class Shift(Table, table=True):
    """One stretch of time in which the holder of a post, or whoever acts for them, answers at a desk."""

    __tablename__ = "duty_shift"
    __table_args__ = (
        Index("duty_shift_desk", "division_code", "to_at"),
        Index("duty_shift_pattern", "pattern_id", "from_at"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    post_id: UUID
    from_at: datetime = Field(sa_type=Instant)
    to_at: datetime = Field(sa_type=Instant)
    pattern_id: UUID | None
    made_by: UUID
    cancelled_at: datetime | None = Field(sa_type=Instant)
    handed_over_at: datetime | None = Field(sa_type=Instant)

    def cancel(self, *, at: datetime) -> None:
        """Take it off the roster before it begins; a second time changes nothing."""
        if self.cancelled_at is None:
            if self.from_at <= at:
                raise ShiftOver()
            self.cancelled_at = at


class DutyNote(Table, table=True):
    """Something that whoever is on duty has to know or still to do; it goes from shift to shift until it is closed."""

    __tablename__ = "duty_note"
    __table_args__ = (Index("duty_note_desk", "division_code", "closed_at", "id"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    holder_id: UUID
    words: bytes = Field(sa_type=Sealed)
    written_by: UUID
    at: datetime = Field(sa_type=Instant)
    closed_at: datetime | None = Field(sa_type=Instant)
    closed_by: UUID | None


class IntakeDraft(Table, table=True):
    """A request that somebody at the desk typed in while listening and has not sent yet."""

    __tablename__ = "intake_draft"
    __table_args__ = (Index("intake_draft_desk", "desk_code", "over_at", "id"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    desk_code: str = Field(max_length=12)
    division_code: str | None = Field(max_length=12)
    holder_id: UUID
    requester_id: UUID | None
    kind: MatterKind | None = Field(sa_type=text_of(MatterKind))
    urgency: Urgency = Field(sa_type=text_of(Urgency), sa_column_kwargs={"server_default": Urgency.ORDINARY.value})
    item_code: str | None
    wording: bytes | None = Field(sa_type=Sealed)
    written_by: UUID
    at: datetime = Field(sa_type=Instant)
    over_at: datetime | None = Field(sa_type=Instant)  # sent or dropped
    request_id: UUID | None  # as which it was sent


class HandOver(Table, table=True):
    """A recorded act of two: one signs what is open at the desk and goes, another takes it over."""

    __tablename__ = "duty_hand_over"
    __table_args__ = (Index("duty_hand_over_desk", "division_code", "id"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    shift_id: UUID = Field(foreign_key="duty_shift.id", unique=True)
    outgoing_id: UUID
    outgoing_name: str
    outgoing_post_id: UUID
    signed_at: datetime = Field(sa_type=Instant)
    words: bytes | None = Field(sa_type=Sealed)
    notes: list[str] = Field(sa_type=Listed)  # ids of what was open when it was signed
    drafts: list[str] = Field(sa_type=Listed)
    missed_calls: list[str] = Field(sa_type=Listed)
    text_digest: bytes = Field(sa_type=Digest)  # SHA-256 of the list as shown
    next_shift_id: UUID | None
    incoming_id: UUID | None
    incoming_name: str | None
    incoming_post_id: UUID | None
    taken_at: datetime | None = Field(sa_type=Instant)


class MissedCall(Table, table=True):
    """A call that nobody answered: a case that asks to be called back. Calls of the same person join it."""

    __tablename__ = "missed_call"
    __table_args__ = (
        Index("missed_call_desk", "division_code", "called_back_at", "id"),
        Index("missed_call_requester", "requester_id", "last_at"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    request_id: UUID = Field(foreign_key="service_request.id", index=True)
    requester_id: UUID
    first_at: datetime = Field(sa_type=Instant)
    last_at: datetime = Field(sa_type=Instant)
    calls: int
    tries: int  # to call back, without reaching anybody
    tried_at: datetime | None = Field(sa_type=Instant)
    called_back_at: datetime | None = Field(sa_type=Instant)
    called_back_by: UUID | None
