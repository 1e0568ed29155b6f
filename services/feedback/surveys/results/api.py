"""Results of surveys: for everybody, for those in reach, as a spreadsheet; words for one level up; what fell short."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from chassis.clock import local_date
from chassis.divisions import span_of
from chassis.http import Route, SignedIn, Transaction, public
from chassis.paging import Cursor, Limit, cursor_after, cursor_of_next, place
from chassis.sheets.writing import GIVEN_OUT, XLSX
from chassis.words import Output
from services.feedback.surveys.definitions import views as surveys
from services.feedback.surveys.definitions.api import About, Area, Kind, Stage
from services.feedback.surveys.definitions.forms import SurveyLine, SurveyPage, line
from services.feedback.surveys.definitions.model import PartKind, PartOutcome
from services.feedback.surveys.definitions.questions import Question, QuestionKind
from services.feedback.surveys.results import sheet, views
from services.feedback.surveys.results.publication import QuestionTally, Tally
from services.feedback.surveys.results.views import Told

router = APIRouter(tags=["满意度测评"], route_class=Route)

NOTICE_ZH = (
    "每份问卷只计入一个片区；份数不足的并入全域，仍不足的只公布份数。几乎全是一边意见的只公布区间。"
    "满意率按（满意＋基本满意）除以表态人数计算，“不了解”不计入表态；括号内为 95% 置信区间。"
    "入户访问是当面回答，单独列出，也计入合计。"
)
FIRST = UUID(int=0)


class TakenView(Output):
    """How many were asked by one way, how many answered; at the door nobody counts who was not in."""

    channel: str
    channel_zh: str
    given: int
    answered: int
    percent: str | None


class OptionView(Output):
    """How many chose an option, at least and at most; an empty code stands for no answer."""

    code: str
    title_zh: str
    least: int
    most: int


class ShareView(Output):
    """The satisfied among those with an opinion, and the 95 % interval around it, in percent."""

    percent_least: str
    percent_most: str
    low: str
    high: str


class QuestionView(Output):
    """What is published of a question."""

    code: str
    title_zh: str
    asked: int
    options: list[OptionView]
    share: ShareView | None
    mean: str | None


class TallyView(Output):
    """A published table."""

    responses: int
    questions: list[QuestionView]


class PartView(Output):
    """A part and what became of it; `reached` counts people of the area by every way, at the door too."""

    division_code: str
    name: str
    kind: PartKind
    quota: int
    reached: int | None
    quota_met: bool | None
    outcome: PartOutcome
    outcome_zh: str
    responses: int | None
    table: TallyView | None


class SurveyResultView(Output):
    """A survey's results: the sum over what is published, each part, and who answered by which way."""

    survey: SurveyLine
    whole: TallyView | None
    parts: list[PartView]
    taken: list[TakenView]
    says_zh: str
    notice_zh: str


class WordsLine(Output):
    """What somebody wrote; nothing says who, where or what else they answered."""

    question: str
    words: str


class WordsPage(Output):
    """What was written, in no order."""

    items: list[WordsLine]
    next: str | None


class ShortfallView(Output):
    """A result below the line, and what the next survey said."""

    survey: SurveyLine
    line_percent: int
    found_at: datetime
    again_by: date
    overdue: bool
    next_survey_id: UUID | None
    above_line: bool | None
    judged_at: datetime | None


class ShortfallPage(Output):
    """From new to old."""

    items: list[ShortfallView]
    next: str | None
    hint_zh: str | None


@router.get("/survey-results")
@public
async def list_public_surveys(
    session: Transaction,
    *,
    stage: Stage = None,
    subject: Kind = None,
    organization_id: About = None,
    division_code: Area = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> SurveyPage:
    """Surveys that were announced, from new to old; of an organisation, its history. Refusals: `wrong-cursor`."""
    area = span_of(division_code) if division_code else None
    given = surveys.filters(stage=stage, subject=subject, organization_id=organization_id, area=area)
    found = await surveys.public(session, given, before=place(cursor), limit=limit)
    names = await surveys.names_of(session, found)
    return SurveyPage(
        items=[line(survey, names[survey.organization_id]) for survey in found],
        next=cursor_of_next(found, limit=limit),
        hint_zh=None if found or cursor else "还没有公告过满意度测评。",
    )


@router.get("/survey-results/{survey_id}")
@public
async def show_public_result(survey_id: UUID, session: Transaction) -> SurveyResultView:
    """What is published of a survey of an organisation or service. Refusals: `not-found`, `not-published-yet`."""
    return _view(await views.public(session, survey_id))


@router.get("/surveys/{survey_id}/results")
async def show_result(survey_id: UUID, session: Transaction, actor: SignedIn) -> SurveyResultView:
    """As in public, also of posts and of members' reviews, for those who see that work.

    Refusals: `not-found`, `not-published-yet`.
    """
    return _view(await views.seen(session, survey_id, by=actor))


@router.get("/surveys/{survey_id}/results/sheet", response_class=Response, responses=GIVEN_OUT)
async def result_sheet(survey_id: UUID, session: Transaction, actor: SignedIn) -> Response:
    """The results as a spreadsheet. Refusals: `not-found`, `not-published-yet`."""
    told = await views.seen(session, survey_id, by=actor)
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="survey-{told.survey.closes_on}.xlsx"',
    }
    return Response(sheet.written(told), media_type=XLSX, headers=headers)


@router.get("/surveys/{survey_id}/words")
async def survey_words(
    survey_id: UUID, session: Transaction, actor: SignedIn, *, cursor: Cursor = None, limit: Limit = 25
) -> WordsPage:
    """What was written to one level up, once the survey is published. Refusals: `not-found`, `not-published-yet`."""
    after = place(cursor) if cursor else FIRST
    found = await views.words(session, survey_id, by=actor, after=after, limit=limit)
    last = found[-1][0] if len(found) == limit else None
    return WordsPage(
        items=[WordsLine(question=question, words=words) for _, question, words in found],
        next=None if last is None else cursor_after(last),
    )


@router.get("/shortfalls")
async def list_shortfalls(
    session: Transaction,
    actor: SignedIn,
    *,
    waiting: Annotated[bool, Query(description="只看还没有再测达标的")] = False,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> ShortfallPage:
    """Results below the line of organisations whose work you see from above. Refusals: `wrong-cursor`."""
    found = await views.shortfalls(session, by=actor, waiting=waiting, before=place(cursor), limit=limit)
    names = await surveys.names_of(session, [survey for _, survey in found])
    today = local_date(session.now)
    return ShortfallPage(
        items=[
            ShortfallView(
                survey=line(survey, names[survey.organization_id]),
                line_percent=one.line_percent,
                found_at=one.found_at,
                again_by=one.again_by,
                overdue=views.overdue(one, today=today),
                next_survey_id=one.next_survey_id,
                above_line=one.above_line,
                judged_at=one.judged_at,
            )
            for one, survey in found
        ],
        next=cursor_of_next([one for one, _ in found], limit=limit),
        hint_zh=None if found or cursor else "没有未达标的测评。",
    )


def _view(told: Told) -> SurveyResultView:
    return SurveyResultView(
        survey=line(told.survey, told.organization),
        whole=None if told.whole is None else _tally(told, told.whole),
        parts=[
            PartView(
                division_code=part.division_code,
                name=name,
                kind=part.kind,
                quota=part.quota,
                reached=part.reached,
                quota_met=part.quota_met,
                outcome=part.outcome,
                outcome_zh=part.outcome.title_zh,
                responses=part.responses,
                table=None if part.result is None else _tally(told, Tally.model_validate_json(part.result)),
            )
            for part, name in told.parts
            if part.outcome is not None
        ],
        taken=[
            TakenView(
                channel=one.channel.value,
                channel_zh=one.channel.title_zh,
                given=one.given,
                answered=one.answered,
                percent=sheet.percent(one.answered / one.given) if one.given and one.channel.has_rate else None,
            )
            for one in told.taken
        ],
        says_zh=sheet.verdict(told),
        notice_zh=NOTICE_ZH,
    )


def _tally(told: Told, tally: Tally) -> TallyView:
    return TallyView(
        responses=tally.responses,
        questions=[
            _question(question, tally.questions[question.code])
            for question in told.survey.form.questions()
            if question.code in tally.questions
        ],
    )


def _question(question: Question, one: QuestionTally) -> QuestionView:
    share, between, options = one.share, one.interval, question.options
    mean = one.mean if question.kind is QuestionKind.SCALE else None
    return QuestionView(
        code=question.code,
        title_zh=question.title_zh,
        asked=one.asked,
        options=[
            OptionView(code=option, title_zh=options.get(option, "未答"), least=least, most=most)
            for option, (least, most) in one.options.items()
        ],
        share=None
        if share is None or between is None
        else ShareView(
            percent_least=sheet.percent(share[0]),
            percent_most=sheet.percent(share[1]),
            low=sheet.percent(between[0]),
            high=sheet.percent(between[1]),
        ),
        mean=None if mean is None else f"{mean:.2f}",
    )
