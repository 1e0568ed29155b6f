"""An invitation to grade one round of one case, the five national grades, and the reasons that may go with them."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint, text
from sqlmodel import Field

from chassis.clock import local_date, midnight
from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict
from chassis.tables import Instant, Listed, new_id, text_of
from contracts.feedback import GradeAskedFor, InvitationReminded, MoneyNamed, RatingFoundBad
from contracts.tasks import RequestHandled
from services.feedback.tables import Table

TO_DISCIPLINE = "选这一项，会以您的名义作为投诉直接转给纪检监察人员，承办人和承办单位看不到；进度在“我的事项”里看。"
"""What the screen says beside the reason of money or gifts."""

TO_SUPERVISION = "选这一项，会以您的名义作为投诉转给上一级核查，承办人看不到，也不写您评了什么；进度在“我的事项”里看。"
"""What the screen says beside the reason that somebody asked for a certain grade."""

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

    @property
    def note_zh(self) -> str | None:
        """What becomes of it, to be shown before it is chosen."""
        return _NOTES.get(self)


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


_NOTES = {Reason.ASKED_FOR_MONEY_OR_GIFTS: TO_DISCIPLINE, Reason.ASKED_FOR_A_CERTAIN_GRADE: TO_SUPERVISION}


class InvitationStage(StrEnum):
    """How far an invitation has come."""

    OPEN = "open"
    RATED = "rated"
    OVER = "over"  # a newer round is asked about
    EXPIRED = "expired"  # silence: no grade until the last day; neither a good one nor a bad one

    @property
    def title_zh(self) -> str:
        """The stage on the screen."""
        return _STAGES[self]


_STAGES = {
    InvitationStage.OPEN: "请您评价",
    InvitationStage.RATED: "已评价",
    InvitationStage.OVER: "已有新的一轮，请评价最新一轮",
    InvitationStage.EXPIRED: "到期未评价，不算满意；没有办好的，随时可以在事项中选择“未解决”",
}

LIFECYCLE = Lifecycle(
    {
        "rate": ({InvitationStage.OPEN}, InvitationStage.RATED),
        "pass": ({InvitationStage.OPEN}, InvitationStage.OVER),
        "expire": ({InvitationStage.OPEN}, InvitationStage.EXPIRED),
    }
)


class AlreadyRated(Conflict):
    """This round was rated already; a round is rated once."""

    title_zh = "这一轮您已经评价过了，不用再评；整改复核后会再请您评价。"


class RatingRoundOver(Conflict):
    """This round is over: a newer one waits for your grade."""

    title_zh = "这一轮已经结束，请返回列表，评价最新的一轮。"


class InvitationExpired(Conflict):
    """The time to grade this round is over; that it was not solved may be said at any time."""

    title_zh = "评价期限已过，这一轮不再评价，也不算满意；没有办好的，随时可以打开事项选“未解决”，重办后再请您评价。"


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
    expires_at: datetime = Field(sa_type=Instant)  # the first instant at which no grade is taken
    reminders: int = Field(sa_column_kwargs={"server_default": text("0")})  # told of this round
    stage: InvitationStage = Field(sa_type=text_of(InvitationStage))
    rated_at: datetime | None = Field(sa_type=Instant)
    rating: Rating | None = Field(sa_type=text_of(Rating))
    reasons: list[str] | None = Field(sa_type=Listed)

    @classmethod
    def begin(cls, told: RequestHandled, *, citizen_id: UUID, newest_round: int, open_days: int) -> "Invitation":
        """The invitation to a round that was reported done; over at once where a newer round has been heard of.

        It is open to the end of so many local days after that of the report.
        """
        return cls(
            id=new_id(),
            request_id=told.request_id,
            round=told.round,
            citizen_id=citizen_id,
            handler_id=told.handler_id,
            asked_at=told.handled_at,
            expires_at=midnight(local_date(told.handled_at) + timedelta(days=open_days + 1)),
            reminders=0,
            stage=InvitationStage.OPEN if told.round >= newest_round else InvitationStage.OVER,
            rated_at=None,
            rating=None,
            reasons=None,
        )

    def give_way(self) -> None:
        """Be over, since a newer round is asked about."""
        self.stage = LIFECYCLE.after("pass", self.stage)

    def remind(self) -> InvitationReminded:
        """Have the person reminded once more."""
        self.reminders += 1
        return InvitationReminded(
            request_id=self.request_id, round=self.round, reminder=self.reminders, expires_at=self.expires_at
        )

    def expire(self) -> None:
        """Be asked no longer: the person kept silent, which says nothing about what they think."""
        self.stage = LIFECYCLE.after("expire", self.stage)

    def grade_asked_for(self) -> GradeAskedFor | None:
        """What is told past the unit, if the person served says that somebody asked for a certain grade."""
        if self.rated_at is None or Reason.ASKED_FOR_A_CERTAIN_GRADE.value not in (self.reasons or ()):
            return None
        return GradeAskedFor(
            request_id=self.request_id, round=self.round, handler_id=self.handler_id, named_at=self.rated_at
        )

    def money_named(self) -> MoneyNamed | None:
        """What is told past the unit, if money or gifts were among the reasons of the grade."""
        if self.rated_at is None or Reason.ASKED_FOR_MONEY_OR_GIFTS.value not in (self.reasons or ()):
            return None
        return MoneyNamed(
            request_id=self.request_id, round=self.round, handler_id=self.handler_id, named_at=self.rated_at
        )

    def rate(self, rating: Rating, *, reasons: list[Reason], at: datetime) -> RatingFoundBad | None:
        """Keep the grade of this round; a bad one is told.

        Raises `AlreadyRated`, `RatingRoundOver`, `InvitationExpired`.
        """
        if self.stage is InvitationStage.RATED:
            raise AlreadyRated()
        if self.stage is InvitationStage.OVER:
            raise RatingRoundOver()
        if self.stage is InvitationStage.EXPIRED or at >= self.expires_at:
            raise InvitationExpired()
        self.stage = LIFECYCLE.after("rate", self.stage)
        self.rating, self.reasons, self.rated_at = rating, [reason.value for reason in reasons], at
        return RatingFoundBad(request_id=self.request_id, round=self.round, found_at=at) if rating.bad else None
