"""What is sent and shown of hotline duty."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from chassis.words import PLAIN, DivisionCode, Input, Output, Words
from services.tasks.hotline.actions import Hours
from services.tasks.rules.pack import MatterKind, Urgency

OfficePhone = Annotated[str, StringConstraints(pattern=r"^[0-9+() -]{3,24}$")]
Weekdays = Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1, max_length=7)]
Minute = Annotated[int, Field(ge=0, lt=1440)]
Minutes = Annotated[int, Field(gt=0, le=1440)]
ItemCode = Annotated[str, Field(max_length=32, pattern=PLAIN)]


class NewDesk(Input):
    """A duty desk: its name, the office's number, and when it is meant to be staffed (local time)."""

    division_code: DivisionCode
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=PLAIN)]
    office_phone: OfficePhone = Field(description="单位固定电话或热线号码，不填个人手机号")
    weekdays: Weekdays = Field((1, 2, 3, 4, 5, 6, 7), description="1 为星期一")
    from_minute: Minute = Field(0, description="当天 0 时起的分钟数")
    minutes: Minutes = Field(1440, description="时长；全天为 1440")

    @property
    def hours(self) -> Hours:
        """When it is meant to be staffed."""
        return Hours(self.weekdays, self.from_minute, self.minutes)


class NewShift(Input):
    """One shift of a post at a desk; instants with their zone."""

    division_code: DivisionCode
    post_id: UUID
    from_at: AwareDatetime
    to_at: AwareDatetime


class NewPattern(Input):
    """The same shift every week."""

    division_code: DivisionCode
    post_id: UUID
    weekdays: Weekdays
    from_minute: Minute
    minutes: Minutes
    first_on: date
    last_on: date | None = None

    @property
    def hours(self) -> Hours:
        """When it is each week."""
        return Hours(self.weekdays, self.from_minute, self.minutes)


class NewNote(Input):
    """Something for whoever is on duty next."""

    division_code: DivisionCode
    words: Words


class SigningOut(Input):
    """What the one who comes should know besides what lies open."""

    words: Words | None = None


class DraftContent(Input):
    """What was typed in so far."""

    division_code: DivisionCode | None = None
    requester_id: UUID | None = None
    kind: MatterKind | None = None
    urgency: Urgency = Urgency.ORDINARY
    item_code: ItemCode | None = None
    wording: Words | None = None


class NewDraft(DraftContent):
    """A draft at a desk."""

    desk_code: DivisionCode = Field(description="值班台所在的区划代码")


class NewMissedCall(Input):
    """A call that nobody answered; whose number it was, `members` keeps and tells by an id alone."""

    division_code: DivisionCode = Field(description="值班台所在的区划代码")
    requester_id: UUID = Field(description="先把来电号码登记到联系人接口，填其返回的编号")
    called_at: AwareDatetime | None = None


class CallBack(Input):
    """Whether somebody was reached."""

    reached: bool


class DeskView(Output):
    """A duty desk."""

    division_code: str
    name: str
    office_phone: str
    weekdays: list[int]
    from_minute: int
    minutes: int


class ShiftView(Output):
    """One shift; who stands it today by the roster, none where the post is vacant."""

    id: UUID
    division_code: str
    post_id: UUID
    name: str | None
    from_at: datetime
    to_at: datetime
    pattern_id: UUID | None
    cancelled_at: datetime | None
    handed_over_at: datetime | None


class ShiftList(Output):
    """The shifts of some days, in order of time."""

    items: list[ShiftView]


class PatternView(Output):
    """A weekly pattern, and up to which day its shifts are made."""

    id: UUID
    division_code: str
    post_id: UUID
    weekdays: list[int]
    from_minute: int
    minutes: int
    first_on: date
    last_on: date | None
    made_to: date
    ended_at: datetime | None


class PatternPage(Output):
    """Weekly patterns from new to old."""

    items: list[PatternView]
    next: str | None


class GapView(Output):
    """A time in which the desk is meant to be staffed and nobody is on."""

    from_at: datetime
    to_at: datetime
    what_zh: str


class GapList(Output):
    """The gaps of some days, in order of time."""

    items: list[GapView]
    summary_zh: str


class OnDutyView(Output):
    """Somebody on duty."""

    name: str
    acting_for_name: str | None
    until: datetime


class NowView(Output):
    """Who answers now for an area, under which office number; a sentence that can be shown as it is."""

    division_code: str
    desk: DeskView | None
    on_duty: list[OnDutyView]
    next_at: datetime | None
    says_zh: str


class NoteView(Output):
    """A note of the desk."""

    id: UUID
    words: str
    holder_id: UUID
    written_by: UUID
    at: datetime
    closed_at: datetime | None


class DraftView(Output):
    """A draft of the desk."""

    id: UUID
    desk_code: str
    division_code: str | None
    requester_id: UUID | None
    kind: str | None
    urgency: str
    urgency_zh: str
    item_code: str | None
    wording: str | None
    holder_id: UUID
    at: datetime
    over_at: datetime | None
    request_id: UUID | None


class SentView(Output):
    """A draft that was sent. The tracking code is shown this once: read it out."""

    draft_id: UUID
    request_id: UUID
    tracking_code: str
    stage: str
    stage_zh: str
    named_person: str | None


class MissedCallView(Output):
    """A missed call and its case."""

    id: UUID
    request_id: UUID
    division_code: str
    first_at: datetime
    last_at: datetime
    calls: int
    tries: int
    called_back_at: datetime | None


class NotedCallView(Output):
    """What a telephone system learns: that the call is kept, and in which case."""

    id: UUID
    request_id: UUID
    calls: int


class LyingView(Output):
    """What is open at a desk."""

    notes: list[NoteView]
    drafts: list[DraftView]
    missed_calls: list[MissedCallView]
    says_zh: str


class HandOverView(Output):
    """A recorded act of two: who went, who came, and what was open."""

    id: UUID
    division_code: str
    shift_id: UUID
    outgoing_id: UUID
    outgoing_name: str
    signed_at: datetime
    words: str | None
    notes: list[UUID]
    drafts: list[UUID]
    missed_calls: list[UUID]
    text_digest: str
    incoming_id: UUID | None
    incoming_name: str | None
    taken_at: datetime | None
    says_zh: str


class HandOverPage(Output):
    """Hand-overs from new to old."""

    items: list[HandOverView]
    next: str | None
