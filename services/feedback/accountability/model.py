"""A case of accountability or of praise: of an organisation or of somebody in office, decided by those above."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.problems import Conflict, Invalid
from chassis.tables import Instant, Listed, Sealed, text_of
from contracts.feedback import MeasureMoved
from services.feedback.accountability.words import LIFECYCLE, AccountabilityStage, Measure
from services.feedback.tables import Table


class AppealTooLate(Conflict):
    """The days within which the decision could be appealed against are over."""

    title_zh = "申诉期已过，不能再在这里申诉；有新的证据的，请直接向作出决定的组织反映。"


class NotAPraise(Conflict):
    """Objections are made while a praise is posted."""

    title_zh = "这项表彰不在公示期内，不能再提异议；对已作出的表彰有意见的，请用投诉入口反映。"


class ObjectionUnanswered(Conflict):
    """An objection waits for its answer: nothing is decided before."""

    title_zh = "公示期内有异议还没有答复，请先逐条核实答复，再作决定。"


class AnsweredAlready(Conflict):
    """This was answered already."""

    title_zh = "已经答复过，不用再答复；有补充的，请写在决定里。"


class OnePosition(Invalid):
    """A case is about an organisation, or about one of its posts that is held today."""

    title_zh = "该岗位不在这个单位或已不在任，请核对；只针对单位的，不要填岗位。"


class NobodyAbove(Conflict):
    """Nobody here is above this organisation."""

    title_zh = "本系统内没有上一级组织，请由上级机关按规定办理。"


class NotHeardYet(Conflict):
    """Nobody is decided about unheard: there is an answer, or the time for it is over."""

    title_zh = "还在听取说明或公示期内，不能决定；请等说明交来或期限届满。"


class ObjectedAlready(Conflict):
    """Everybody objects once."""

    title_zh = "您已经提过异议，不用再提；答复会显示在“我的”页面。"


class AlreadyConsidered(Conflict):
    """This was put forward or set aside already."""

    title_zh = "这件待研究事项已经处理，请返回列表查看。"


class AccountabilityCase(Table, table=True):
    """One measure for one organisation or one person in office, from its proposal to its end."""

    __tablename__ = "accountability_case"
    __table_args__ = (
        Index("accountability_organization", "organization_id", "id"),
        Index("accountability_person", "person_id", "id"),
        Index("accountability_praise", "praises", "stage", "id"),
    )

    id: UUID = Field(primary_key=True)
    division_code: str = Field(max_length=12)  # where the organisation lies
    organization_id: UUID
    post_id: UUID | None  # none where it is about the organisation
    person_id: UUID | None  # who holds that post
    measure: Measure = Field(sa_type=text_of(Measure))
    praises: bool
    grounds: list[str] = Field(sa_type=Listed)  # `case:…`, never words
    reason: bytes | None = Field(sa_type=Sealed)
    stage: AccountabilityStage = Field(sa_type=text_of(AccountabilityStage))
    proposed_by: UUID
    proposed_at: datetime = Field(sa_type=Instant)
    heard_until: datetime = Field(sa_type=Instant)  # the end of answering, or of the notice
    answer: bytes | None = Field(sa_type=Sealed)
    answered_at: datetime | None = Field(sa_type=Instant)

    decision: bytes | None = Field(sa_type=Sealed)
    document_no: str | None = Field(max_length=64)
    proposal_id: UUID | None  # by which the second person decides; the newest
    effect_days: int | None
    decided_by: UUID | None
    confirmed_by: UUID | None  # none where one person decides
    decided_at: datetime | None = Field(sa_type=Instant)
    effect_until: datetime | None = Field(sa_type=Instant)
    appeal_until: date | None  # the last local day

    appeal: bytes | None = Field(sa_type=Sealed)
    appealed_by: UUID | None
    appealed_at: datetime | None = Field(sa_type=Instant)
    outcome: bytes | None = Field(sa_type=Sealed)  # of the appeal
    outcome_by: UUID | None
    outcome_at: datetime | None = Field(sa_type=Instant)

    def move(self, name: str) -> None:
        """Make a move of the table. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(name, self.stage)

    def told(self, move: str, *, at: datetime) -> MeasureMoved:
        """The fact by which whoever it is about learns that there is something to read."""
        return MeasureMoved(
            case_id=self.id, organization_id=self.organization_id, post_id=self.post_id, move=move, moved_at=at
        )

    @property
    def deciders(self) -> set[UUID]:
        """Who had a part in the decision."""
        return {one for one in (self.proposed_by, self.decided_by, self.confirmed_by) if one is not None}


class PraiseObjection(Table, table=True):
    """What somebody has against a praise while it is posted, and what they were answered."""

    __tablename__ = "praise_objection"
    __table_args__ = (
        UniqueConstraint("case_id", "person_id", name="praise_objection_once"),
        Index("praise_objection_person", "person_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="accountability_case.id")
    person_id: UUID  # who objects
    words: bytes | None = Field(sa_type=Sealed)
    made_at: datetime = Field(sa_type=Instant)
    answer: bytes | None = Field(sa_type=Sealed)
    answered_by: UUID | None
    answered_at: datetime | None = Field(sa_type=Instant)


class SuggestionCause(StrEnum):
    """Why those above an organisation are asked to consider whether to do something."""

    STILL_BELOW_LINE = "still_below_line"
    SURVEY_FELL_SHORT = "survey_fell_short"

    @property
    def title_zh(self) -> str:
        """What the desk shows."""
        return {
            "still_below_line": "匿名测评连续低于底线，整改没有见效",
            "survey_fell_short": "满意度测评未达标",
        }[self]


class Consideration(Table, table=True):
    """What lies on the desk of those above an organisation: nothing follows from it unless somebody takes it up."""

    __tablename__ = "consideration"
    __table_args__ = (Index("consideration_organization", "organization_id", "settled_at", "id"),)

    id: UUID = Field(primary_key=True)  # of the cell, or of whatever else it is about
    division_code: str = Field(max_length=12)
    organization_id: UUID  # which it is about
    cause: SuggestionCause = Field(sa_type=text_of(SuggestionCause))
    ground: str  # `cell:…`
    put_at: datetime = Field(sa_type=Instant)
    case_id: UUID | None  # that was opened from it
    set_aside: bytes | None = Field(sa_type=Sealed)  # why nothing was
    settled_by: UUID | None
    settled_at: datetime | None = Field(sa_type=Instant)

    def settle(self, *, by: UUID, at: datetime) -> None:
        """Be off the desk. Raises `AlreadyConsidered`."""
        if self.settled_at is not None:
            raise AlreadyConsidered()
        self.settled_by, self.settled_at = by, at
