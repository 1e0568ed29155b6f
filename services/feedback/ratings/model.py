"""An invitation to grade one round of one case, the five national grades, and the reasons that may go with them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict
from chassis.tables import Instant, Listed, new_id, text_of
from contracts.feedback import MoneyNamed, RatingFoundBad
from contracts.tasks import RequestHandled
from services.feedback.tables import Table

TO_DISCIPLINE = "选这一项，会以您的名义作为投诉直接转给纪检监察人员，承办人和承办单位看不到；进度在“我的事项”里看。"
"""What the screen says beside the reason of money or gifts."""

WHO_SEES_IT = "实名评价：上一级和回访人员可以看到，承办人看不到，但可能猜到是您。"
"""What the screen says before anybody grades: who sees a grade of the real-name track."""


class Rating(StrEnum):
    """The five grades of the national rating system; the last two are bad (rule C20)."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    FAIRLY_SATISFIED = "fairly_satisfied"
    DISSATISFIED = "dissatisfied"
    VERY_DISSATISFIED = "very_dissatisfied"

    @property
    def title_zh(self) -> str:
        """The grade as printed in the national standard."""
        return _RATINGS[self]

    @property
    def bad(self) -> bool:
        """Whether it opens a rectification."""
        return self in {Rating.DISSATISFIED, Rating.VERY_DISSATISFIED}


class Reason(StrEnum):
    """What a grade is about: the national list, which nobody may alter locally (rule C22), and two about its giving."""

    OVERALL = "overall"
    EFFICIENCY = "efficiency"
    LEVEL = "level"
    ATTITUDE = "attitude"
    GUIDE_ACCURACY = "guide_accuracy"
    CONVENIENCE = "convenience"
    OPERABILITY = "operability"
    ASKED_FOR_MONEY_OR_GIFTS = "asked_for_money_or_gifts"
    ASKED_FOR_A_CERTAIN_GRADE = "asked_for_a_certain_grade"  # forcing a rating is forbidden (rules)

    @property
    def title_zh(self) -> str:
        """The reason's words on the screen."""
        return _REASONS[self]


_RATINGS = {
    Rating.VERY_SATISFIED: "非常满意",
    Rating.SATISFIED: "满意",
    Rating.FAIRLY_SATISFIED: "基本满意",
    Rating.DISSATISFIED: "不满意",
    Rating.VERY_DISSATISFIED: "非常不满意",
}

_REASONS = {
    Reason.OVERALL: "整体服务",
    Reason.EFFICIENCY: "办事效率",
    Reason.LEVEL: "业务水平",
    Reason.ATTITUDE: "服务态度",
    Reason.GUIDE_ACCURACY: "指南准确度",
    Reason.CONVENIENCE: "办事便捷度",
    Reason.OPERABILITY: "操作方便度",
    Reason.ASKED_FOR_MONEY_OR_GIFTS: "有人索要钱物",
    Reason.ASKED_FOR_A_CERTAIN_GRADE: "有人要求我给指定的评价",
}


class InvitationStage(StrEnum):
    """How far an invitation has come."""

    OPEN = "open"
    RATED = "rated"
    OVER = "over"  # a newer round is asked about


LIFECYCLE = Lifecycle(
    {
        "rate": ({InvitationStage.OPEN}, InvitationStage.RATED),
        "pass": ({InvitationStage.OPEN}, InvitationStage.OVER),
    }
)


class AlreadyRated(Conflict):
    """This round was rated already; a round is rated once."""

    title_zh = "这一轮您已经评价过了，不用再评；整改复核后会再请您评价。"


class RatingRoundOver(Conflict):
    """This round is over: a newer one waits for your grade."""

    title_zh = "这一轮已经结束，请返回列表，评价最新的一轮。"


class Invitation(Table, table=True):
    """The person served is asked to grade one round of one case."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("request_id", "round"),)

    id: UUID = Field(primary_key=True)
    request_id: UUID
    round: int
    citizen_id: UUID = Field(index=True)
    handler_id: UUID = Field(index=True)  # of this round
    asked_at: datetime = Field(sa_type=Instant)
    stage: InvitationStage = Field(sa_type=text_of(InvitationStage))
    rated_at: datetime | None = Field(sa_type=Instant)
    rating: Rating | None = Field(sa_type=text_of(Rating))
    reasons: list[str] | None = Field(sa_type=Listed)

    @classmethod
    def begin(cls, told: RequestHandled, *, citizen_id: UUID, newest_round: int) -> "Invitation":
        """The invitation to a round that was reported done; over at once where a newer round has been heard of."""
        return cls(
            id=new_id(),
            request_id=told.request_id,
            round=told.round,
            citizen_id=citizen_id,
            handler_id=told.handler_id,
            asked_at=told.handled_at,
            stage=InvitationStage.OPEN if told.round >= newest_round else InvitationStage.OVER,
            rated_at=None,
            rating=None,
            reasons=None,
        )

    def give_way(self) -> None:
        """Be over, since a newer round is asked about."""
        self.stage = LIFECYCLE.after("pass", self.stage)

    def money_named(self) -> MoneyNamed | None:
        """What is told past the unit, if money or gifts were among the reasons of the grade."""
        if self.rated_at is None or Reason.ASKED_FOR_MONEY_OR_GIFTS.value not in (self.reasons or ()):
            return None
        return MoneyNamed(
            request_id=self.request_id, round=self.round, handler_id=self.handler_id, named_at=self.rated_at
        )

    def rate(self, rating: Rating, *, reasons: list[Reason], at: datetime) -> RatingFoundBad | None:
        """Keep the grade of this round; a bad one is told. Raises `AlreadyRated`, `RatingRoundOver`."""
        if self.stage is InvitationStage.RATED:
            raise AlreadyRated()
        if self.stage is InvitationStage.OVER:
            raise RatingRoundOver()
        self.stage = LIFECYCLE.after("rate", self.stage)
        self.rating, self.reasons, self.rated_at = rating, [reason.value for reason in reasons], at
        return RatingFoundBad(request_id=self.request_id, round=self.round, found_at=at) if rating.bad else None
