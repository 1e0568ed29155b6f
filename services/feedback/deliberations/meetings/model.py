"""A meeting about a matter: called in time, recorded by one person, confirmed by another."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.clock import local_date
from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Forbidden, Invalid
from chassis.tables import Digest, Instant, Sealed, text_of
from services.feedback.deliberations.majorities import Counts, MeetingOutcome, outcome_of
from services.feedback.deliberations.model import DeliberationStage
from services.feedback.rules.meetings import Base, MeetingKind, MeetingRule, Portion
from services.feedback.tables import Table


class VillageMeetingStage(StrEnum):
    """How far a meeting has come."""

    CALLED = "called"
    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    CALLED_OFF = "called_off"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"called": "已通知", "recorded": "已登记，待确认", "confirmed": "已确认", "called_off": "已取消"}[self]


LIFECYCLE = Lifecycle(
    {
        "record": ({VillageMeetingStage.CALLED}, VillageMeetingStage.RECORDED),
        "return": ({VillageMeetingStage.RECORDED}, VillageMeetingStage.CALLED),
        "confirm": ({VillageMeetingStage.RECORDED}, VillageMeetingStage.CONFIRMED),
        "call_off": ({VillageMeetingStage.CALLED}, VillageMeetingStage.CALLED_OFF),
    }
)


class NoticeTooShort(Conflict):
    """Those who are due are told so many days before."""

    title_zh = "通知时间不够，请把开会日期改到提示的最早日期或以后，让应到人员来得及安排。"


class WrongBody(Conflict):
    """At this step the matter is taken to another meeting."""

    title_zh = "这一步不是由这个会议来议，请按提示的会议类型召集。"


class MeetingCalledAlready(Conflict):
    """A meeting about this matter is called and not confirmed yet."""

    title_zh = "这件事已经通知了一次会议，请先登记、确认或取消那次会议。"


class MeetingNotHeldYet(Conflict):
    """A meeting is recorded once its time has come."""

    title_zh = "还没到开会时间，请在会后登记到会人数和表决结果。"


class CountsDoNotAddUp(Invalid):
    """Nobody votes without being there, and nobody comes who is not due."""

    title_zh = "人数对不上：赞成、反对、弃权合计不能超过实到人数，实到人数不能超过应到人数。请核对会议记录。"


class ConfirmedByKeeper(Forbidden):
    """Whoever recorded a meeting does not confirm it."""

    title_zh = "会议结果由另一人核对确认，登记人不能自己确认。"


class VillageMeeting(Table, table=True):
    """One meeting with the rule under which it was called; counts alone, never who voted how."""

    __tablename__ = "village_meeting"
    __table_args__ = (
        Index("village_meeting_of", "deliberation_id", "id"),
        Index("village_meeting_area", "division_code", "meets_at", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    deliberation_id: UUID = Field(foreign_key="deliberation.id")
    step: DeliberationStage = Field(sa_type=text_of(DeliberationStage))
    kind: MeetingKind = Field(sa_type=text_of(MeetingKind))
    number: int  # the how-manieth of this step
    version: int  # of the text that it was about
    stage: VillageMeetingStage = Field(sa_type=text_of(VillageMeetingStage))
    meets_at: datetime = Field(sa_type=Instant)
    place: str = Field(max_length=120)
    agenda: bytes = Field(sa_type=Sealed)
    called_by: UUID
    called_at: datetime = Field(sa_type=Instant)
    notice_days: int
    quorum: str = Field(max_length=16)
    majority: str = Field(max_length=16)
    base: Base = Field(sa_type=text_of(Base))
    rule_source: str = Field(max_length=200)
    rule_confidence: str = Field(max_length=1)
    entitled: int  # counted when it was called, and not again
    entitled_source: str = Field(max_length=100)
    entitled_on: date  # of the register that was counted
    attended: int | None
    in_favour: int | None
    against: int | None
    abstained: int | None
    minutes_title: str | None = Field(max_length=120)  # what the paper with the signatures is called and where it lies
    minutes_digest: bytes | None = Field(sa_type=Digest)  # SHA-256 of its scan
    recorded_by: UUID | None
    recorded_at: datetime | None = Field(sa_type=Instant)
    confirmed_by: UUID | None
    confirmed_at: datetime | None = Field(sa_type=Instant)
    outcome: MeetingOutcome | None = Field(sa_type=text_of(MeetingOutcome))

    @property
    def counts(self) -> Counts | None:
        """What was recorded, if it was."""
        if self.attended is None:
            return None
        return Counts(self.entitled, self.attended, self.in_favour or 0, self.against or 0, self.abstained or 0)

    def record(self, counts: Counts, *, minutes_title: str, minutes_digest: bytes, by: UUID, at: datetime) -> None:
        """Write down who came and how many voted how.

        Raises `NotAllowedNow`, `MeetingNotHeldYet`, `CountsDoNotAddUp`.
        """
        stage = LIFECYCLE.after("record", self.stage)
        if at < self.meets_at:
            raise MeetingNotHeldYet(meets_at=self.meets_at.isoformat())
        if not counts.add_up:
            raise CountsDoNotAddUp()
        self.stage = stage
        self.attended, self.in_favour = counts.attended, counts.in_favour
        self.against, self.abstained = counts.against, counts.abstained
        self.minutes_title, self.minutes_digest = minutes_title, minutes_digest
        self.recorded_by, self.recorded_at = by, at

    def confirm(self, *, by: UUID, at: datetime) -> MeetingOutcome:
        """Be found as recorded by another person; what it came to follows. Raises `ConfirmedByKeeper`."""
        stage = LIFECYCLE.after("confirm", self.stage)
        counts = self.counts
        if by == self.recorded_by or counts is None:
            raise ConfirmedByKeeper()
        self.stage, self.confirmed_by, self.confirmed_at = stage, by, at
        quorum, majority = Portion.unpacked(self.quorum), Portion.unpacked(self.majority)
        self.outcome = outcome_of(counts, quorum=quorum, majority=majority, base=self.base)
        return self.outcome

    def return_(self, *, by: UUID) -> None:
        """Be found wrong by another person, and recorded again. Raises `ConfirmedByKeeper`, `NotAllowedNow`."""
        stage = LIFECYCLE.after("return", self.stage)
        if by == self.recorded_by:
            raise ConfirmedByKeeper()
        self.stage = stage
        self.attended = self.in_favour = self.against = self.abstained = None
        self.minutes_title = self.minutes_digest = self.recorded_by = self.recorded_at = None

    def call_off(self) -> None:
        """Not take place. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("call_off", self.stage)


def check_notice(rule: MeetingRule, meets_at: datetime, *, today: date) -> None:
    """See that those who are due are told in time; of a meeting without notice, that it lies ahead.

    Raises `NoticeTooShort`.
    """
    earliest = today + timedelta(days=rule.notice_days)
    if local_date(meets_at) < earliest:
        raise NoticeTooShort(earliest_on=earliest.isoformat(), notice_days=rule.notice_days)
