"""A question about a disclosure: whose it is, nobody but the asker is told; what the public reads was looked over."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.clock import local_date
from chassis.lifecycle import Lifecycle
from chassis.problems import TooMany
from chassis.tables import Instant, Sealed, text_of
from services.feedback.tables import Table


class QuestionStage(StrEnum):
    """How far a question has come."""

    ASKED = "asked"
    ANSWERED = "answered"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"asked": "待答复", "answered": "已答复"}[self]


LIFECYCLE = Lifecycle({"answer": ({QuestionStage.ASKED}, QuestionStage.ANSWERED)})


class TooManyOpenQuestions(TooMany):
    """Several of your questions to this village wait for an answer already."""

    title_zh = "您向这个村（社区）提的问题还有几个没有答复，请等答复后再提，或到村（社区）当面询问。"


class DisclosureQuestion(Table, table=True):
    """One question."""

    __tablename__ = "disclosure_question"
    __table_args__ = (
        Index("disclosure_question_of", "disclosure_id", "id"),
        Index("disclosure_question_person", "person_id", "id"),
        Index("disclosure_question_stage", "division_code", "stage", "id"),
    )

    id: UUID = Field(primary_key=True)
    disclosure_id: UUID = Field(foreign_key="disclosure.id")
    division_code: str = Field(max_length=12)
    person_id: UUID
    words: bytes | None = Field(sa_type=Sealed)  # none once the person was erased
    asked_at: datetime = Field(sa_type=Instant)
    due_on: date
    wording: str | None  # what the public reads instead
    wording_at: datetime | None = Field(sa_type=Instant)
    wording_by: UUID | None
    stage: QuestionStage = Field(sa_type=text_of(QuestionStage))
    answer: str | None
    answered_at: datetime | None = Field(sa_type=Instant)
    answered_by: UUID | None
    answerer: str | None  # the office-holder's post and name, as the public reads them

    def reword(self, wording: str, *, by: UUID, at: datetime) -> None:
        """Be public in words that say nothing of who asked."""
        self.wording, self.wording_by, self.wording_at = wording, by, at

    def be_answered(self, words: str, *, by: UUID, named: str, at: datetime) -> None:
        """Get its answer, once. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("answer", self.stage)
        self.answer, self.answered_by, self.answerer, self.answered_at = words, by, named, at

    def late(self, today: date) -> bool:
        """Whether its answer came, or would come today, after its day."""
        answered_on = local_date(self.answered_at) if self.answered_at else today
        return answered_on > self.due_on
