"""A draft plan that people are asked about: shown from day to day, every suggestion answered, then decided."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Forbidden, Invalid, TooMany
from chassis.tables import Digest, Instant, Sealed, text_of
from services.feedback.tables import Table


class ConsultationStage(StrEnum):
    """How far a consultation has come."""

    ANNOUNCED = "announced"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"announced": "征求意见", "decided": "已决定", "withdrawn": "已撤回"}[self]


LIFECYCLE = Lifecycle(
    {
        "decide": ({ConsultationStage.ANNOUNCED}, ConsultationStage.DECIDED),
        "withdraw": ({ConsultationStage.ANNOUNCED}, ConsultationStage.WITHDRAWN),
    }
)


class Adoption(StrEnum):
    """What became of a suggestion."""

    ADOPTED = "adopted"
    PARTLY = "partly"
    NOT = "not"

    @property
    def title_zh(self) -> str:
        """In words."""
        return {"adopted": "采纳", "partly": "部分采纳", "not": "未采纳"}[self]


class MayNotConsult(Forbidden):
    """Those in charge of an area ask its people about a plan."""

    title_zh = "征求意见由本地书记、乡镇（街道）干部或县级管理员发布和答复，请联系他们。"


class ConsultedTooBriefly(Invalid):
    """A plan is shown for so many days at least, from today on at the earliest."""

    title_zh = "征求意见应从今天或以后开始，并至少持续规定的天数，请修改起止日期。"


class NotOpenForSuggestions(Conflict):
    """Suggestions are taken in from the first to the last day of a consultation, and not once it is over."""

    title_zh = "现在不在征求意见的时间内，不能提意见。请在公开页面查看起止日期和采纳情况。"


class TooManySuggestions(TooMany):
    """You have made as many suggestions about this plan as one person may."""

    title_zh = "您对这份草案提的意见已到上限。请把要补充的内容在村（社区）当面说明。"


class StillOpenForSuggestions(Conflict):
    """People may still make suggestions: nothing is decided before the last day is over."""

    title_zh = "征求意见还没有结束，不能公布决定。请等最后一天过后再办。"


class SuggestionsWithoutAnswer(Conflict):
    """Every suggestion is answered, with a reason, before the decision is published."""

    title_zh = "还有意见没有答复采纳情况，不能公布决定。请逐条（或归并）答复后再办。"


class SuggestionOfAnother(Invalid):
    """An answer is about suggestions of this consultation."""

    title_zh = "有的意见不属于这次征求意见，请刷新后重新勾选。"


class Consultation(Table, table=True):
    """One draft, and when who is asked about it. What it says is never changed: who wants another text announces it."""

    __tablename__ = "consultation"
    __table_args__ = (Index("consultation_area", "division_code", "id"),)

    id: UUID = Field(primary_key=True)
    division_code: str = Field(max_length=12)
    title: str = Field(max_length=100)
    draft: str
    digest: bytes = Field(sa_type=Digest)  # SHA-256 of the draft
    decides: str = Field(max_length=100)  # who decides in the end, in words
    from_on: date
    to_on: date
    stage: ConsultationStage = Field(sa_type=text_of(ConsultationStage))
    announced_at: datetime = Field(sa_type=Instant)
    announced_by: UUID
    announcer: str  # the office-holder's post and name, as the public reads them
    made: int  # suggestions
    unanswered: int
    ended_at: datetime | None = Field(sa_type=Instant)
    ended_by: UUID | None
    outcome: str | None  # the decision, or why it was withdrawn

    def open_on(self, today: date) -> bool:
        """Whether suggestions are taken in on a local day."""
        return self.stage is ConsultationStage.ANNOUNCED and self.from_on <= today <= self.to_on

    def decide(self, words: str, *, by: UUID, at: datetime, today: date) -> None:
        """Be decided. Raises `NotAllowedNow`, `StillOpenForSuggestions`, `SuggestionsWithoutAnswer`."""
        stage = LIFECYCLE.after("decide", self.stage)
        if today <= self.to_on:
            raise StillOpenForSuggestions(to_on=self.to_on.isoformat())
        if self.unanswered:
            raise SuggestionsWithoutAnswer(unanswered=self.unanswered)
        self.stage, self.outcome, self.ended_by, self.ended_at = stage, words, by, at

    def withdraw(self, why: str, *, by: UUID, at: datetime) -> None:
        """Be given up, with the reason. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("withdraw", self.stage)
        self.outcome, self.ended_by, self.ended_at = why, by, at


class Suggestion(Table, table=True):
    """What somebody thinks of a draft."""

    __tablename__ = "suggestion"
    __table_args__ = (
        Index("suggestion_consultation", "consultation_id", "id"),
        Index("suggestion_person", "person_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    consultation_id: UUID = Field(foreign_key="consultation.id")
    person_id: UUID
    words: bytes | None = Field(sa_type=Sealed)  # none once the person was erased
    made_at: datetime = Field(sa_type=Instant)
    wording: str | None  # what the public reads instead
    wording_by: UUID | None
    answer_id: UUID | None = Field(foreign_key="suggestion_answer.id")


class SuggestionAnswer(Table, table=True):
    """What became of one suggestion, or of several that say the same; a newer answer takes its place until the end."""

    __tablename__ = "suggestion_answer"

    id: UUID = Field(primary_key=True)
    consultation_id: UUID = Field(foreign_key="consultation.id")
    adoption: Adoption = Field(sa_type=text_of(Adoption))
    reason: str
    answered_at: datetime = Field(sa_type=Instant)
    answered_by: UUID
    answerer: str
