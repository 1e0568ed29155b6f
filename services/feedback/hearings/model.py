"""A hearing of villagers: who takes part, what is asked and answered, and a decision that responds to each question."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Forbidden, Invalid
from chassis.tables import Instant, Sealed, text_of
from services.feedback.tables import Table


class HearingStage(StrEnum):
    """How far a hearing has come."""

    ANNOUNCED = "announced"
    SEATED = "seated"
    HELD = "held"
    DECIDED = "decided"
    CALLED_OFF = "called_off"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {
            "announced": "报名中",
            "seated": "参加人已确定",
            "held": "已开，待决定",
            "decided": "已决定并公布",
            "called_off": "已取消",
        }[self]


LIFECYCLE = Lifecycle(
    {
        "seat": ({HearingStage.ANNOUNCED}, HearingStage.SEATED),
        "hold": ({HearingStage.SEATED}, HearingStage.HELD),
        "decide": ({HearingStage.HELD}, HearingStage.DECIDED),
        "call_off": ({HearingStage.ANNOUNCED, HearingStage.SEATED}, HearingStage.CALLED_OFF),
    }
)


class HearingPart(StrEnum):
    """As what somebody takes part."""

    HOUSEHOLD = "household"
    REPRESENTATIVE = "representative"

    @property
    def title_zh(self) -> str:
        """In words."""
        return {"household": "户的代表", "representative": "村民代表"}[self]


class Response(StrEnum):
    """What the decision makes of a question."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    NOT_ACCEPTED = "not_accepted"

    @property
    def title_zh(self) -> str:
        """In words."""
        return {"accepted": "采纳", "partly": "部分采纳", "not_accepted": "不采纳"}[self]


class HearingNoticeTooShort(Conflict):
    """A hearing is announced so many days before, and its questions are answered by a post that somebody holds."""

    title_zh = "听证公告时间不够，请把开会日期改到提示的最早日期或以后。"


class SignUpClosed(Conflict):
    """Who takes part is settled already."""

    title_zh = "参加人已经确定，不能再报名；仍可以提出问题，会有人书面答复。"


class SignedUpForHearing(Conflict):
    """You are signed up for this hearing already."""

    title_zh = "您已经报名这次听证，请等待确定参加人。"


class QuestionsClosed(Conflict):
    """Questions are put until the hearing was held, and answered until it is decided."""

    title_zh = "这次听证不再接受提问和答复；有新的情况，可以作为诉求提出。"


class HearingAhead(Conflict):
    """A hearing is recorded as held once its time has come."""

    title_zh = "还没到听证会的时间，请在会后登记。"


class QuestionsUnanswered(Conflict):
    """Every question is answered before anything is decided."""

    title_zh = "还有问题没有答复，请先由指定的负责人逐条答复，再作决定。"


class EachQuestionResponded(Invalid):
    """The decision says of each question, once, whether it was accepted, and why."""

    title_zh = "决定须对每一个问题说明是否采纳和理由，不能漏，也不能重复。"


class AnswersByPost(Forbidden):
    """The holder of the post that was named answers."""

    title_zh = "问题由公告里指定的负责人答复，请转给他办理。"


class AttendanceWrong(Invalid):
    """No more come than were seated."""

    title_zh = "到会人数不能超过确定的参加人数，请核对签到表。"


class Hearing(Table, table=True):
    """One hearing of one village. Who takes part is drawn where more sign up than there are seats."""

    __tablename__ = "hearing"
    __table_args__ = (Index("hearing_area", "division_code", "id"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    title: str = Field(max_length=120)
    words: bytes = Field(sa_type=Sealed)  # what it is about, as everybody reads it
    stage: HearingStage = Field(sa_type=text_of(HearingStage))
    meets_at: datetime = Field(sa_type=Instant)
    place: str = Field(max_length=120)
    seats: int
    answer_post_id: UUID
    announced_by: UUID
    announced_at: datetime = Field(sa_type=Instant)
    seed: str | None = Field(max_length=64)  # by which the seats were drawn; none where all had one
    signed_up: int
    households: int  # of those seated
    representatives: int
    attended: int | None
    decide_by: date | None
    decision: bytes | None = Field(sa_type=Sealed)
    decided_by: UUID | None
    decided_on: date | None

    def move(self, name: str) -> None:
        """Make a move of the table. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(name, self.stage)

    def overdue(self, today: date) -> bool:
        """Whether its decision is due and missing."""
        return self.stage is HearingStage.HELD and self.decide_by is not None and self.decide_by < today


class HearingParticipant(Table, table=True):
    """Somebody who signed up for a hearing, and whether they have a seat."""

    __tablename__ = "hearing_participant"
    __table_args__ = (
        UniqueConstraint("hearing_id", "person_id", name="hearing_participant_once"),
        Index("hearing_participant_person", "person_id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    hearing_id: UUID = Field(foreign_key="hearing.id")
    person_id: UUID
    part: HearingPart = Field(sa_type=text_of(HearingPart))
    seated: bool | None  # none before it is settled


class HearingQuestion(Table, table=True):
    """A question that was put before a hearing or at it, its answer, and what the decision made of it."""

    __tablename__ = "hearing_question"
    __table_args__ = (Index("hearing_question_of", "hearing_id", "id"), Index("hearing_question_person", "person_id"))

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    hearing_id: UUID = Field(foreign_key="hearing.id")
    person_id: UUID | None  # none for one that was put in the room and written down there
    words: bytes = Field(sa_type=Sealed)
    put_at: datetime = Field(sa_type=Instant)
    answer: bytes | None = Field(sa_type=Sealed)
    answered_by: UUID | None
    answered_at: datetime | None = Field(sa_type=Instant)
    response: Response | None = Field(sa_type=text_of(Response))
    reason: bytes | None = Field(sa_type=Sealed)
