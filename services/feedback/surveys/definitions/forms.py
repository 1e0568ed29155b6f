"""What is sent in about a survey, and how it is shown."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from chassis.words import DivisionCode, Input, Output
from services.feedback.surveys.definitions.actions import About, Draft
from services.feedback.surveys.definitions.model import (
    Audience,
    Channel,
    PartKind,
    Subject,
    Survey,
    SurveyPart,
    SurveyStage,
    told,
)
from services.feedback.surveys.definitions.questions import Code, Definition

ItemCode = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]

NEXT_ZH = {
    SurveyStage.DRAFT: "请核对题目、片区和日期；公告以后不能再改。",
    SurveyStage.ANNOUNCED: "到开始日自动开放。可以先打印测评码，打乱后装信封发放，不要登记谁拿了哪一个。",
    SurveyStage.OPEN: "正在收集，公布以前不显示任何结果。请不要当面看别人作答，也不要替别人作答。",
    SurveyStage.CLOSED: "已截止。纸质问卷请在公布日以前由两人分别录完，有出入的由第三人核定。",
    SurveyStage.PUBLISHED: "已公布。低于达标线的，上一级组织限期整改，并在规定时间内再测一次。",
    SurveyStage.DROPPED: "已取消。",
}


class PartDrafted(Input):
    """An area that is counted by itself, and how many sheets are wanted there."""

    division_code: DivisionCode
    quota: Annotated[int, Field(ge=0, le=100_000)]


class SurveyDrafted(Input):
    """A survey whole: about whom, where, by which ways, when, what is asked, and by which question it is judged."""

    subject: Subject
    organization_id: UUID
    post_id: UUID | None = None
    item_code: ItemCode | None = None
    audience: Audience
    division_code: DivisionCode
    parts: Annotated[list[PartDrafted], Field(min_length=1, max_length=500)]
    channels: Annotated[list[Channel], Field(min_length=1, max_length=len(Channel))]
    opens_on: date
    closes_on: date
    publishes_on: date
    judged: Code | None = None
    definition: Definition

    def draft(self) -> Draft:
        """As the action takes it."""
        return Draft(
            about=About(self.subject, self.organization_id, self.post_id, self.item_code),
            audience=self.audience,
            division_code=self.division_code,
            parts=[(part.division_code, part.quota) for part in self.parts],
            channels=list(dict.fromkeys(self.channels)),
            opens_on=self.opens_on,
            closes_on=self.closes_on,
            publishes_on=self.publishes_on,
            judged=self.judged,
            definition=self.definition,
        )


class SurveyLine(Output):
    """A survey in a list."""

    id: UUID
    title_zh: str
    subject: Subject
    subject_zh: str
    organization_id: UUID
    organization: str
    post_id: UUID | None
    item_code: str | None
    audience: Audience
    audience_zh: str
    division_code: str
    opens_on: date
    closes_on: date
    publishes_on: date
    stage: SurveyStage
    stage_zh: str
    line_percent: int | None
    below_line: bool | None


class SurveyPage(Output):
    """Surveys from new to old."""

    items: list[SurveyLine]
    next: str | None
    hint_zh: str | None


class PartProgress(Output):
    """A part with its quota; while it runs, how many answered at least, in steps of five.

    `quota_met` is null where no quota is set. Once it is met, doors and counters ask nobody more there.
    """

    id: UUID
    division_code: str
    kind: PartKind
    quota: int
    answered_at_least: int | None
    quota_met: bool | None
    by_credential: bool  # whether its people have credentials of its own, and not of the whole


class SurveyView(Output):
    """A survey whole, for those who run it."""

    survey: SurveyLine
    channels: list[Channel]
    judged: str | None
    least: int | None
    announced_at: datetime | None
    definition: Definition
    parts: list[PartProgress]
    next_zh: str


def line(survey: Survey, name: str) -> SurveyLine:
    """A survey in a list; `name` is the organisation's."""
    return SurveyLine(
        id=survey.id,
        title_zh=survey.form.title_zh,
        subject=survey.subject,
        subject_zh=survey.subject.title_zh,
        organization_id=survey.organization_id,
        organization=name,
        post_id=survey.post_id,
        item_code=survey.item_code,
        audience=survey.audience,
        audience_zh=survey.audience.title_zh,
        division_code=survey.division_code,
        opens_on=survey.opens_on,
        closes_on=survey.closes_on,
        publishes_on=survey.publishes_on,
        stage=survey.stage,
        stage_zh=survey.stage.title_zh,
        line_percent=survey.line_percent,
        below_line=survey.below_line,
    )


def whole(survey: Survey, name: str, parts: Sequence[SurveyPart], answered: Mapping[UUID, int] | None) -> SurveyView:
    """A survey whole; `answered` while it runs."""
    return SurveyView(
        survey=line(survey, name),
        channels=[Channel(channel) for channel in survey.channels],
        judged=survey.judged,
        least=survey.least,
        announced_at=survey.announced_at,
        definition=survey.form,
        parts=[_progress(part, answered) for part in parts],
        next_zh=NEXT_ZH[survey.stage],
    )


def _progress(part: SurveyPart, answered: Mapping[UUID, int] | None) -> PartProgress:
    many = None if answered is None else answered.get(part.id, 0)
    missing = None if many is None else part.missing(many)
    return PartProgress(
        id=part.id,
        division_code=part.division_code,
        kind=part.kind,
        quota=part.quota,
        answered_at_least=None if many is None else told(many),
        quota_met=None if missing is None else not missing,
        by_credential=part.public_key is not None,
    )
