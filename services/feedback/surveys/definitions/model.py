"""A mass survey: what is asked about whom, where and in which days; frozen when announced, counted once."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.clock import local_date, midnight
from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Invalid
from chassis.tables import Instant, Listed, text_of
from services.feedback.surveys.definitions.questions import Definition
from services.feedback.tables import Table


class SurveyStage(StrEnum):
    """How far a survey has come."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    PUBLISHED = "published"
    DROPPED = "dropped"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {
            "draft": "草稿",
            "announced": "已公告",
            "open": "进行中",
            "closed": "已截止",
            "published": "已公布",
            "dropped": "已取消",
        }[self]


LIFECYCLE = Lifecycle(
    {
        "revise": ({SurveyStage.DRAFT}, SurveyStage.DRAFT),
        "announce": ({SurveyStage.DRAFT}, SurveyStage.ANNOUNCED),
        "open": ({SurveyStage.ANNOUNCED}, SurveyStage.OPEN),
        "close": ({SurveyStage.OPEN}, SurveyStage.CLOSED),
        "publish": ({SurveyStage.CLOSED}, SurveyStage.PUBLISHED),
        "drop": ({SurveyStage.DRAFT, SurveyStage.ANNOUNCED}, SurveyStage.DROPPED),
    }
)


class Subject(StrEnum):
    """What a survey is about."""

    ORGANIZATION = "organization"
    POST = "post"
    SERVICE = "service"

    @property
    def title_zh(self) -> str:
        """The subject's name."""
        return {"organization": "组织", "post": "岗位", "service": "服务事项"}[self]


class Audience(StrEnum):
    """Who is asked."""

    VILLAGERS = "villagers"
    MEMBERS = "members"  # the internal democratic review

    @property
    def title_zh(self) -> str:
        """Their name."""
        return {"villagers": "群众", "members": "党员（党内民主测评）"}[self]


class Channel(StrEnum):
    """By which way answers come in."""

    INVITATION = "invitation"
    HOUSEHOLD = "household"
    COUNTER = "counter"
    CREDENTIAL = "credential"  # blind-signed, drawn by the phone of whoever is asked
    MEMBER = "member"
    INTERVIEWER = "interviewer"
    PAPER = "paper"

    @property
    def title_zh(self) -> str:
        """The way's name."""
        return {
            "invitation": "邀请码",
            "household": "每户一码",
            "counter": "窗口二维码",
            "credential": "手机匿名凭证",
            "member": "党员测评码",
            "interviewer": "入户访问",
            "paper": "纸质问卷",
        }[self]

    @property
    def by_code(self) -> bool:
        """Whether each answer takes a one-time code."""
        return self not in {Channel.CREDENTIAL, Channel.INTERVIEWER, Channel.PAPER}

    @property
    def has_rate(self) -> bool:
        """Whether it is known how many could have answered by it."""
        return self.by_code or self is Channel.CREDENTIAL


CHANNELS = {
    Audience.VILLAGERS: set(Channel) - {Channel.MEMBER},
    Audience.MEMBERS: {Channel.MEMBER, Channel.CREDENTIAL, Channel.PAPER},
}


class PartKind(StrEnum):
    """What a part of a survey gathers."""

    AREA = "area"
    REST = "rest"  # the whole area's own, and what parts with too few sheets send up
    DOOR = "door"  # what somebody in office was told at the door, kept apart


class PartOutcome(StrEnum):
    """What became of a part when its survey was published."""

    PUBLISHED = "published"
    WENT_UP = "went_up"
    TOO_FEW = "too_few"

    @property
    def title_zh(self) -> str:
        """What is said of the part."""
        return {"published": "已公布", "went_up": "份数不足，并入全域", "too_few": "份数太少，不公布结果"}[self]


class SurveyDatesOutOfTurn(Invalid):
    """It opens before it closes, closes before it is published, and lasts no more than a year."""

    title_zh = "日期顺序不对：开始不得晚于截止，公布须在截止以后（有纸质问卷的，还要留出录入的日子），全程不超过一年。"


class PartsOverlap(Invalid):
    """Each part lies in the area of the survey, and none within another."""

    title_zh = "各片区须在测评范围以内，互不重叠；只测一个地方的，片区就填测评范围本身。"


class NotJudgedByOpinion(Invalid):
    """The line is looked at by one question of opinion that everybody answers."""

    title_zh = "请指定一道所有人必答的满意度题，用它对照达标线；或者不指定，只收集意见。"


class ChannelsDoNotFit(Invalid):
    """Members are asked by their own codes, by credential and on paper; villagers by every way but members' codes."""

    title_zh = "参与方式与对象不符：党内测评用党员测评码、手机匿名凭证或纸质问卷，群众测评不用党员测评码。"


class SubjectDoesNotFit(Invalid):
    """A survey of a post names the post, one of a service the item; one of an organisation neither."""

    title_zh = "测评对象填写不全：测岗位的选岗位，测服务的选事项，测组织的两样都不填。"


class SurveyAnnouncedTooLate(Conflict):
    """Its last day of answering is over: the dates have to be changed."""

    title_zh = "截止日已过，不能公告。请先修改日期。"


class NoDaysToDraw(Conflict):
    """Credentials are drawn before the first day of answering, on as many days as the rule says."""

    title_zh = "用手机匿名凭证的测评，开始以前要留出领取凭证的日子。请推迟开始日再公告，或者不用这种参与方式。"


class Survey(Table, table=True):
    """What is asked, about whom, and the figures that hold for it from its announcement on."""

    __tablename__ = "survey"
    __table_args__ = (
        Index("survey_of_subject", "subject_key", "id"),
        Index("survey_in_area", "division_code", "id"),
        Index("survey_of_organization", "organization_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    division_code: str = Field(max_length=12)  # where people are asked
    subject: Subject = Field(sa_type=text_of(Subject))
    organization_id: UUID  # that it is about, or whose post or service
    post_id: UUID | None
    item_code: str | None = Field(max_length=64)
    subject_key: str = Field(max_length=160)  # the same for every survey of the same subject and audience
    audience: Audience = Field(sa_type=text_of(Audience))
    definition: str  # `questions.Definition` as JSON
    judged: str | None = Field(max_length=32)  # the question by which the line is looked at
    channels: list[str] = Field(sa_type=Listed)
    opens_on: date  # local days, both included
    closes_on: date
    publishes_on: date
    line_percent: int | None  # from the rules, once announced
    least: int | None  # sheets without which nothing is published
    stage: SurveyStage = Field(sa_type=text_of(SurveyStage))
    made_by: UUID
    made_at: datetime = Field(sa_type=Instant)
    announced_at: datetime | None = Field(sa_type=Instant)
    published_at: datetime | None = Field(sa_type=Instant)
    taken: list[str] | None = Field(sa_type=Listed)  # once published: `channel=given/answered`
    below_line: bool | None  # once published, where it is judged and enough answered

    @property
    def form(self) -> Definition:
        """What it asks."""
        return Definition.model_validate_json(self.definition)

    @property
    def by_credential(self) -> bool:
        """Whether it may be answered by a credential."""
        return Channel.CREDENTIAL.value in self.channels

    @property
    def draws_until(self) -> date:
        """The last day on which a credential is drawn: nobody answers before, so an answer tells of no drawing."""
        return self.opens_on - timedelta(days=1)

    @property
    def public(self) -> bool:
        """Whether everybody reads its results: not where one person is judged, or members among themselves."""
        return self.subject is not Subject.POST and self.audience is Audience.VILLAGERS

    @property
    def ends_at(self) -> datetime:
        """The first instant at which nobody answers any more."""
        return midnight(self.closes_on + timedelta(days=1))

    def revise(self) -> None:
        """Be written anew. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("revise", self.stage)

    def announce(self, *, line_percent: int, least: int, draw_days: int, at: datetime) -> None:
        """Be frozen, and wait for its first day. Raises `NotAllowedNow`, `SurveyAnnouncedTooLate`, `NoDaysToDraw`."""
        self.stage = LIFECYCLE.after("announce", self.stage)
        if at >= self.ends_at:
            raise SurveyAnnouncedTooLate()
        soonest = local_date(at) + timedelta(days=1 + draw_days)  # keys stand in the list of the day after
        if self.by_credential and self.opens_on < soonest:
            raise NoDaysToDraw(opens_from=soonest.isoformat())
        self.line_percent, self.least, self.announced_at = line_percent, least, at

    def drop(self) -> None:
        """Be given up before anybody answered. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("drop", self.stage)

    def open(self) -> None:
        """Take answers."""
        self.stage = LIFECYCLE.after("open", self.stage)

    def close(self) -> None:
        """Take no answer any more, but what is still on paper."""
        self.stage = LIFECYCLE.after("close", self.stage)

    def publish(self, *, taken: list[str], below_line: bool | None, at: datetime) -> None:
        """Be counted, once."""
        self.stage = LIFECYCLE.after("publish", self.stage)
        self.taken, self.below_line, self.published_at = taken, below_line, at


TOLD_IN_STEPS_OF = 5
"""While a survey runs: who could see each answer come would know whose it was."""


class SurveyPart(Table, table=True):
    """An area of a survey with its quota; and, once published, what is told of it and nothing else."""

    __tablename__ = "survey_part"

    id: UUID = Field(primary_key=True)
    survey_id: UUID = Field(foreign_key="survey.id", index=True)
    division_code: str = Field(max_length=12)
    kind: PartKind = Field(sa_type=text_of(PartKind))
    quota: int  # sheets that are wanted; where it is 0, as many as come
    public_key: str | None  # of its credentials, as `members` told it; none where the whole's is theirs
    drawn: int | None  # credentials, once no more are drawn
    outcome: PartOutcome | None = Field(sa_type=text_of(PartOutcome))
    responses: int | None  # sheets that count in it; none where it went up
    reached: int | None  # once published, sheets of people of this area by every way, at the door too
    result: str | None  # `publication.Tally` as JSON

    def take_key(self, public_key: str) -> None:
        """Know by which key its credentials are signed; the first is the only one."""
        if self.public_key is None:
            self.public_key = public_key

    def missing(self, answered: int) -> int | None:
        """How many sheets its quota lacks at most, as far as may be told while it runs; none where it has no quota."""
        return max(0, self.quota - told(answered)) if self.quota else None

    @property
    def quota_met(self) -> bool | None:
        """Whether it was, once published; none where there is no quota."""
        return None if self.reached is None or not self.quota else self.reached >= self.quota


def told(answered: int) -> int:
    """How many answered at least, as it is told while a survey runs."""
    return answered // TOLD_IN_STEPS_OF * TOLD_IN_STEPS_OF
