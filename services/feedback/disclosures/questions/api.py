"""Questions about disclosures over HTTP; the public reads a question in words that somebody looked over."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import StringConstraints

from chassis.cached import IfNoneMatch, cached
from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction, public
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.words import PLAIN, Input, Output
from services.feedback.disclosures import policy
from services.feedback.disclosures import views as disclosures
from services.feedback.disclosures.api import Area
from services.feedback.disclosures.questions import actions, views
from services.feedback.disclosures.questions.model import DisclosureQuestion
from services.feedback.disclosures.questions.views import Waiting
from services.feedback.roster.residence import UNCONFIRMED_ZH

router = APIRouter(tags=["村务公开"], route_class=Route)

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=1000, pattern=PLAIN)]

UNREAD_ZH = "问题内容正在核对，核对后公开；答复期限照常计算。"
ASKED_ZH = "已收到，将在 {due} 以前答复。公开时不显示您是谁；请不要在问题里写姓名、电话。"
LATE_ZH = "已过答复期限"


class QuestionAsked(Input):
    """What somebody wants to know."""

    words: Said


class QuestionAnswered(Input):
    """The answer, for everybody to read."""

    words: Said


class QuestionReworded(Input):
    """The question in words that say nothing of who asked."""

    wording: Said


class PublicQuestion(Output):
    """A question as everybody reads it."""

    id: UUID
    asked_on: date
    due_on: date
    question: str
    stage: str
    stage_zh: str
    late_zh: str | None
    answer: str | None
    answered_at: datetime | None
    answerer: str | None


class QuestionPage(Output):
    """Questions from new to old."""

    items: list[PublicQuestion]
    next_cursor: str | None


class OwnQuestion(Output):
    """A question with the words in which it was asked; of who asked nothing, nor whether they live there."""

    id: UUID
    disclosure_id: UUID
    division_code: str
    words: str | None
    wording: str | None
    asked_at: datetime
    due_on: date
    late: bool
    stage: str
    stage_zh: str
    answer: str | None
    answered_at: datetime | None
    answerer: str | None
    notice_zh: str
    residence_zh: str | None  # for those who answer


class OwnQuestionPage(Output):
    """Questions from new to old."""

    items: list[OwnQuestion]
    next_cursor: str | None


@router.get("/disclosures/{disclosure_id}/questions", response_model=QuestionPage)
@public
async def list_questions(
    disclosure_id: UUID,
    session: Transaction,
    *,
    cursor: Cursor = None,
    limit: Limit = 25,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """What was asked about a disclosure and answered, or not yet. Refusals: `not-found`, `wrong-cursor`."""
    await disclosures.one(session, disclosure_id)
    found = await views.of_disclosure(session, disclosure_id, before=place(cursor), limit=limit)
    today = local_date(session.now)
    page = QuestionPage(items=[_public(one, today) for one in found], next_cursor=cursor_of_next(found, limit=limit))
    return cached(page, if_none_match)


@router.post("/disclosures/{disclosure_id}/questions", status_code=201)
async def ask_about_disclosure(
    disclosure_id: UUID, body: QuestionAsked, session: Transaction, actor: SignedIn
) -> OwnQuestion:
    """Ask about a disclosure, or why it is missing. Refusals: `not-found`, `too-many-open-questions`."""
    return _own(session, await actions.ask(session, disclosure_id, by=actor, words=body.words), asker=True)


@router.get("/disclosure-questions/mine")
async def list_own_questions(
    session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25
) -> OwnQuestionPage:
    """What you asked, and the answers. Refusals: `wrong-cursor`."""
    found = await views.of_person(session, actor.person_id, before=place(cursor), limit=limit)
    return _page(session, found, limit, asker=True)


@router.get("/disclosure-questions")
async def list_waiting_questions(
    session: Transaction,
    actor: SignedIn,
    *,
    code: Area,
    waits: Waiting = Waiting.ANSWER,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> OwnQuestionPage:
    """What waits for an answer, or for words for the public, in an area that your posts reach.

    Refusals: `forbidden`, `wrong-cursor`.
    """
    await policy.check_may_read_work(session, actor, code)
    found = await views.waiting(session, code, waits, before=place(cursor), limit=limit)
    return _page(session, found, limit, asker=False)


@router.post("/disclosure-questions/{question_id}/answer")
async def answer_question(
    question_id: UUID, body: QuestionAnswered, session: Transaction, actor: SignedIn
) -> OwnQuestion:
    """Answer a question to your village.

    Refusals: `not-found`, `may-not-disclose`, `not-allowed-now`, `says-who-somebody-is`.
    """
    return _own(session, await actions.answer(session, question_id, by=actor, words=body.words), asker=False)


@router.post("/disclosure-questions/{question_id}/wording")
async def reword_question(
    question_id: UUID, body: QuestionReworded, session: Transaction, actor: SignedIn
) -> OwnQuestion:
    """Say in which words the public reads a question. Refusals: `not-found`, `may-not-supervise`,
    `says-who-somebody-is`.
    """
    return _own(session, await actions.reword(session, question_id, by=actor, wording=body.wording), asker=False)


def _public(one: DisclosureQuestion, today: date) -> PublicQuestion:
    read = one.wording is not None  # an answer may say who asked, too
    return PublicQuestion(
        id=one.id,
        asked_on=local_date(one.asked_at),
        due_on=one.due_on,
        question=one.wording or UNREAD_ZH,
        stage=one.stage,
        stage_zh=one.stage.title_zh,
        late_zh=LATE_ZH if one.late(today) else None,
        answer=one.answer if read else None,
        answered_at=one.answered_at,
        answerer=one.answerer,
    )


def _own(session: Session, one: DisclosureQuestion, *, asker: bool) -> OwnQuestion:
    return OwnQuestion(
        id=one.id,
        disclosure_id=one.disclosure_id,
        division_code=one.division_code,
        words=actions.words_of(session, one),
        wording=one.wording,
        asked_at=one.asked_at,
        due_on=one.due_on,
        late=one.late(local_date(session.now)),
        stage=one.stage,
        stage_zh=one.stage.title_zh,
        answer=one.answer,
        answered_at=one.answered_at,
        answerer=one.answerer,
        notice_zh=ASKED_ZH.format(due=one.due_on),
        residence_zh=None if asker else UNCONFIRMED_ZH,
    )


def _page(session: Session, found: list[DisclosureQuestion], limit: int, *, asker: bool) -> OwnQuestionPage:
    items = [_own(session, one, asker=asker) for one in found]
    return OwnQuestionPage(items=items, next_cursor=cursor_of_next(found, limit=limit))
