"""Hearings over HTTP: announced and decided by those in charge, asked by who is signed in, read by everybody."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Body, Query, Response
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints
from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.cached import IfNoneMatch, cached
from chassis.clock import local_date
from chassis.divisions import span_of
from chassis.http import Route, SignedIn, Transaction, public
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.problems import NotFound
from chassis.proposals import Nothing
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.words import PLAIN, DivisionCode, Input, Output, Words
from services.feedback.deliberations import policy
from services.feedback.deliberations import views as areas
from services.feedback.deliberations.api import Area, Title
from services.feedback.hearings import actions
from services.feedback.hearings.model import Hearing, HearingPart, HearingQuestion, HearingStage
from services.feedback.hearings.model import Response as Responded

router = APIRouter(prefix="/hearings", tags=["村民听证"], route_class=Route)

_overdue = bindparam("overdue", type_=sa.Boolean)
_stage = bindparam("stage", type_=sa.String)
PAGE = (
    select(Hearing)
    .where(
        col(Hearing.division_code).between(bindparam("first"), bindparam("last")),
        or_(_stage == "", sa.type_coerce(col(Hearing.stage), sa.String) == _stage),
        or_(~_overdue, (col(Hearing.stage) == HearingStage.HELD) & (col(Hearing.decide_by) < bindparam("today"))),
        col(Hearing.id) < bindparam("before"),
    )
    .order_by(col(Hearing.id).desc())
    .limit(bindparam("limit"))
)
NEXT_ZH = {
    HearingStage.ANNOUNCED: "可以报名参加，也可以先提问题。报名人数超过名额的，抽签确定，抽签种子公开。",
    HearingStage.SEATED: "参加人已确定。会前仍可以提问题，由公告里指定的负责人逐条答复。",
    HearingStage.HELD: "听证会已开。所有问题答复完，才能作决定；决定须对每个问题说明是否采纳和理由。",
    HearingStage.DECIDED: "决定已公布，每个问题是否采纳和理由都在下面。",
    HearingStage.CALLED_OFF: "这次听证已取消。",
}
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=PLAIN)]
Number = Annotated[int, Field(ge=0, le=10_000)]


class HearingAnnounced(Input):
    """What it is about, when and where, for how many, and which post answers the questions."""

    division_code: DivisionCode
    title: Title
    words: Words
    meets_at: AwareDatetime
    place: Short
    seats: Annotated[int, Field(ge=5, le=1000)]
    answer_post_id: UUID


class SignUp(Input):
    """As what you want to take part."""

    part: HearingPart


class QuestionPut(Input):
    """What you ask."""

    words: Words


class QuestionAnswered(Input):
    """The answer."""

    words: Words


class HearingHeld(Input):
    """How many of those seated came, and what was asked in the room."""

    attended: Number
    questions: Annotated[list[Words], Field(max_length=100)]


class QuestionResponse(Input):
    """What is made of one question, and why."""

    question_id: UUID
    response: Responded
    reason: Words


class HearingDecided(Input):
    """The decision, with a response to each question."""

    words: Words
    responses: Annotated[list[QuestionResponse], Field(max_length=1000)]


class HearingLine(BaseModel):
    """One hearing in a list. Days are local."""

    id: UUID
    division_code: str
    village: str
    title: str
    stage: HearingStage
    stage_zh: str
    meets_at: datetime
    place: str
    decide_by: date | None
    decided_on: date | None
    overdue: bool
    next_zh: str


class HearingPage(BaseModel):
    """Hearings from new to old."""

    items: list[HearingLine]
    next_cursor: str | None


class HearingQuestionView(BaseModel):
    """A question with its answer and what the decision made of it; who asked is said to nobody."""

    id: UUID
    words: str
    in_the_room: bool
    answer: str | None
    response_zh: str | None
    reason: str | None


class HearingView(BaseModel):
    """A hearing with its questions; counts of who took part, and the seed by which the seats were drawn."""

    hearing: HearingLine
    words: str
    seats: int
    signed_up: int
    households: int
    representatives: int
    attended: int | None
    seed: str | None
    decision: str | None
    questions: list[HearingQuestionView]


class QuestionTaken(Output):
    """A question that was taken in or answered."""

    id: UUID
    hearing_id: UUID
    says_zh: str


@router.post("", status_code=201)
async def announce_hearing(body: HearingAnnounced, session: Transaction, actor: SignedIn) -> HearingView:
    """Announce a hearing of a village of which you are in charge.

    Refusals: `not-a-village`, `may-not-keep-deliberations`, `hearing-notice-too-short`, `carrier-not-named`.
    """
    made = await actions.announce(session, by=actor, what=actions.Announcement(**body.model_dump()))
    return await _view(session, made)


@router.get("", response_model=HearingPage)
@public
async def list_hearings(
    session: Transaction,
    *,
    code: Area,
    stage: Annotated[HearingStage | None, Query(description="只看走到这一步的")] = None,
    overdue: Annotated[bool, Query(description="只看到期没有决定的")] = False,
    cursor: Cursor = None,
    limit: Limit = 25,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """The hearings of an area, from new to old. An `ETag` is given. Refusals: `wrong-cursor`."""
    first, last = span_of(code)
    cut = {"first": first, "last": last, "stage": stage.value if stage else "", "overdue": overdue}
    today = local_date(session.now)
    found = await session.all(PAGE, **cut, today=today, before=place(cursor), limit=limit)
    names = await areas.names_of(session, (one.division_code for one in found))
    page = HearingPage(
        items=[_line(one, names[one.division_code], today=today) for one in found],
        next_cursor=cursor_of_next(found, limit=limit),
    )
    return cached(page, if_none_match)


@router.get("/{hearing_id}", response_model=HearingView)
@public
async def show_hearing(hearing_id: UUID, session: Transaction, *, if_none_match: IfNoneMatch = None) -> Response:
    """A hearing with the questions that were answered. An `ETag` is given. Refusals: `not-found`."""
    found = await session.get(Hearing, hearing_id)
    if found is None:
        raise NotFound()
    return cached(await _view(session, found, whole=False), if_none_match)


@router.get("/{hearing_id}/work")
async def hearing_work(hearing_id: UUID, session: Transaction, actor: SignedIn) -> HearingView:
    """A hearing with every question, answered or not, for those who see the work of its village.

    Refusals: `not-found`.
    """
    found = await session.get(Hearing, hearing_id)
    if found is None:
        raise NotFound()
    await policy.check_may_read(session, actor, found.division_code)
    return await _view(session, found)


@router.post("/{hearing_id}/participants", status_code=201)
async def sign_up_for_hearing(hearing_id: UUID, body: SignUp, session: Transaction, actor: SignedIn) -> HearingView:
    """Sign up. Refusals: `not-found`, `sign-up-closed`, `signed-up-for-hearing`."""
    signed_up = await actions.sign_up(session, hearing_id, by=actor, part=body.part)
    return await _view(session, signed_up, whole=False)


@router.post("/{hearing_id}/seating")
async def seat_hearing(
    hearing_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> HearingView:
    """Settle who takes part; drawn once where more signed up than there are seats.

    Refusals: `not-found`, `may-not-keep-deliberations`, `not-allowed-now`.
    """
    return await _view(session, await actions.seat(session, hearing_id, by=actor))


@router.post("/{hearing_id}/questions", status_code=201)
async def put_question(hearing_id: UUID, body: QuestionPut, session: Transaction, actor: SignedIn) -> QuestionTaken:
    """Put a question before it is held. Refusals: `not-found`, `questions-closed`."""
    return _taken(await actions.ask(session, hearing_id, by=actor, words=body.words))


@router.post("/questions/{question_id}/answer")
async def answer_hearing_question(
    question_id: UUID, body: QuestionAnswered, session: Transaction, actor: SignedIn
) -> QuestionTaken:
    """Answer a question, as the holder of the post that was named.

    Refusals: `not-found`, `answers-by-post`, `questions-closed`.
    """
    return _taken(await actions.answer(session, question_id, by=actor, words=body.words))


@router.post("/{hearing_id}/record")
async def record_hearing(hearing_id: UUID, body: HearingHeld, session: Transaction, actor: SignedIn) -> HearingView:
    """Record it as held, with what was asked in the room.

    Refusals: `not-found`, `may-not-keep-deliberations`, `not-allowed-now`, `hearing-ahead`, `attendance-wrong`.
    """
    held = await actions.hold(session, hearing_id, by=actor, attended=body.attended, questions=body.questions)
    return await _view(session, held)


@router.post("/{hearing_id}/decision")
async def decide_hearing(hearing_id: UUID, body: HearingDecided, session: Transaction, actor: SignedIn) -> HearingView:
    """Decide, once every question is answered, with a response to each of them.

    Refusals: `not-found`, `may-not-keep-deliberations`, `not-allowed-now`, `questions-unanswered`,
    `each-question-responded`.
    """
    responses = {one.question_id: actions.Responded(one.response, one.reason) for one in body.responses}
    if len(responses) < len(body.responses):
        responses = {}  # one of them twice: as if it were missing
    return await _view(
        session, await actions.decide(session, hearing_id, by=actor, words=body.words, responses=responses)
    )


@router.post("/{hearing_id}/calling-off")
async def call_hearing_off(
    hearing_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> HearingView:
    """Have it not take place. Refusals: `not-found`, `may-not-keep-deliberations`, `not-allowed-now`."""
    return await _view(session, await actions.call_off(session, hearing_id, by=actor))


def _taken(one: HearingQuestion) -> QuestionTaken:
    says = "已收到，负责人会在决定以前答复。" if one.answer is None else "已答复，群众可以看到。"
    return QuestionTaken(id=one.id, hearing_id=one.hearing_id, says_zh=says)


def _line(one: Hearing, village: str, *, today: date) -> HearingLine:
    return HearingLine(
        id=one.id,
        division_code=one.division_code,
        village=village,
        title=one.title,
        stage=one.stage,
        stage_zh=one.stage.title_zh,
        meets_at=one.meets_at,
        place=one.place,
        decide_by=one.decide_by,
        decided_on=one.decided_on,
        overdue=one.overdue(today),
        next_zh=NEXT_ZH[one.stage],
    )


async def _view(session: Session, one: Hearing, *, whole: bool = True) -> HearingView:
    """A hearing as those in charge see it; others read a question once it was answered, and so was looked at."""
    put = await session.all(actions.QUESTIONS, hearing=one.id)
    questions = [each for each in put if whole or each.answer is not None]
    names = await areas.names_of(session, [one.division_code])
    return HearingView(
        hearing=_line(one, names[one.division_code], today=local_date(session.now)),
        words=_opened(session, "hearing", "words", one.id, one.words) or "",
        seats=one.seats,
        signed_up=one.signed_up,
        households=one.households,
        representatives=one.representatives,
        attended=one.attended,
        seed=one.seed,
        decision=_opened(session, "hearing", "decision", one.id, one.decision),
        questions=[
            HearingQuestionView(
                id=each.id,
                words=_opened(session, "hearing_question", "words", each.id, each.words) or "",
                in_the_room=each.person_id is None,
                answer=_opened(session, "hearing_question", "answer", each.id, each.answer),
                response_zh=each.response.title_zh if each.response else None,
                reason=_opened(session, "hearing_question", "reason", each.id, each.reason),
            )
            for each in questions
        ],
    )


def _opened(session: Session, table: str, column: str, row_id: UUID, sealed: bytes | None) -> str | None:
    return None if sealed is None else session.use(Vault).open(sealed, place=place_of(table, column, row_id))
