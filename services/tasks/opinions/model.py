"""Opinions as sums: that somebody gave one is kept apart from what was said, and the two meet nowhere."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.problems import Conflict, Forbidden
from chassis.tables import Digest, text_of
from services.tasks.tables import Table


class Opinion(StrEnum):
    """The four answers of the glossary."""

    SATISFIED = "satisfied"
    FAIRLY_SATISFIED = "fairly_satisfied"
    DISSATISFIED = "dissatisfied"
    NO_OPINION = "no_opinion"

    @property
    def title_zh(self) -> str:
        """In words."""
        return {
            "satisfied": "满意",
            "fairly_satisfied": "基本满意",
            "dissatisfied": "不满意",
            "no_opinion": "不了解",
        }[self]


class OpinionAbout(StrEnum):
    """What an opinion may be about."""

    PLEDGE = "pledge"
    POST_DUTY = "post_duty"
    MODEL_POST = "model_post"
    VOLUNTEER_SERVICE = "volunteer_service"


class Voice(StrEnum):
    """As what somebody speaks, by their own word; sums are kept apart by it."""

    MEMBER = "member"
    VILLAGER = "villager"

    @property
    def title_zh(self) -> str:
        """In words."""
        return {"member": "党员", "villager": "群众"}[self]


class OwnDoing(Forbidden):
    """Nobody has an opinion on their own pledge, post or service."""

    title_zh = "不能对自己的承诺、岗位或服务发表意见。"


class OpinionGivenAlready(Conflict):
    """One opinion for each person and period; this one is given."""

    title_zh = "本期您已经发表过意见，下一期可以再发表。"


class NothingToJudgeYet(Conflict):
    """It is not published, not held, or not done yet."""

    title_zh = "现在还不能发表意见，请在公开或完成以后再来。"


class OpinionGiven(Table, table=True):
    """That somebody gave an opinion in a period: a keyed digest, and neither the person nor what they said."""

    __tablename__ = "opinion_given"
    __table_args__ = (UniqueConstraint("voice", name="opinion_given_once"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    voice: bytes = Field(sa_type=Digest)  # of person, thing and period


class OpinionTally(Table, table=True):
    """How many gave each answer about a thing in a period, members and villagers apart.

    What is shown moves on only by so many at once.
    """

    __tablename__ = "opinion_tally"
    __table_args__ = (
        UniqueConstraint("about_id", "period_on", "voice", name="opinion_tally_once"),
        Index("opinion_tally_township", "township_code", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    about: OpinionAbout = Field(sa_type=text_of(OpinionAbout))
    about_id: UUID
    period_on: date  # the first day of the quarter
    voice: Voice = Field(sa_type=text_of(Voice))
    satisfied: int
    fairly_satisfied: int
    dissatisfied: int
    no_opinion: int
    shown_satisfied: int
    shown_fairly_satisfied: int
    shown_dissatisfied: int
    shown_no_opinion: int

    @property
    def given(self) -> int:
        """How many there are."""
        return self.satisfied + self.fairly_satisfied + self.dissatisfied + self.no_opinion

    def add(self, opinion: Opinion, *, least: int) -> None:
        """Take one in; what is shown moves on with every `least` of them."""
        match opinion:
            case Opinion.SATISFIED:
                self.satisfied += 1
            case Opinion.FAIRLY_SATISFIED:
                self.fairly_satisfied += 1
            case Opinion.DISSATISFIED:
                self.dissatisfied += 1
            case Opinion.NO_OPINION:
                self.no_opinion += 1
        if self.given % least == 0:
            self.shown_satisfied, self.shown_fairly_satisfied = self.satisfied, self.fairly_satisfied
            self.shown_dissatisfied, self.shown_no_opinion = self.dissatisfied, self.no_opinion
