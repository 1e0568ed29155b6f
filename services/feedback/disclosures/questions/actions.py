"""Asking, answering, and putting a question into words that say nothing of who asked."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, func
from sqlmodel import col

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.feedback.disclosures import policy, views
from services.feedback.disclosures.actions import check_nobodys
from services.feedback.disclosures.questions.model import DisclosureQuestion, QuestionStage, TooManyOpenQuestions
from services.feedback.disclosures.schedule import DisclosureSchedule

OPEN_OF = sa.select(func.count()).where(
    col(DisclosureQuestion.person_id) == bindparam("person"),
    col(DisclosureQuestion.division_code) == bindparam("village"),
    col(DisclosureQuestion.stage) == QuestionStage.ASKED,
)


async def ask(session: Session, disclosure_id: UUID, *, by: Actor, words: str) -> DisclosureQuestion:
    """Ask about a disclosure, also one that is missing. Raises `NotFound`, `TooManyOpenQuestions`."""
    disclosure = await views.one(session, disclosure_id)
    today = local_date(session.now)
    rule = session.use(DisclosureSchedule).questions_on(today)
    asked = await session.first(OPEN_OF, person=by.person_id, village=disclosure.division_code)
    if asked is not None and asked[0] >= rule.most_open:
        raise TooManyOpenQuestions(most=rule.most_open)
    question_id = new_id()
    question = DisclosureQuestion(
        id=question_id,
        disclosure_id=disclosure.id,
        division_code=disclosure.division_code,
        person_id=by.person_id,
        words=session.use(Vault).seal(words, place=words_place(question_id)),
        asked_at=session.now,
        due_on=today + timedelta(days=rule.within),
        wording=None,
        wording_at=None,
        wording_by=None,
        stage=QuestionStage.ASKED,
        answer=None,
        answered_at=None,
        answered_by=None,
        answerer=None,
    )
    session.add(question)
    return question


async def answer(session: Session, question_id: UUID, *, by: Actor, words: str) -> DisclosureQuestion:
    """Answer a question to one's village. Raises `NotFound`, `MayNotDisclose`, `NotAllowedNow`, `SaysWhoSomebodyIs`."""
    question = await _locked(session, question_id)
    reached = await policy.check_may_write(session, by, question.division_code)
    check_nobodys(words)
    question.be_answered(words, by=by.person_id, named=policy.named(reached), at=session.now)
    return question


async def reword(session: Session, question_id: UUID, *, by: Actor, wording: str) -> DisclosureQuestion:
    """Have the public read these words of a question. Raises `NotFound`, `MayNotSupervise`, `SaysWhoSomebodyIs`."""
    question = await _locked(session, question_id)
    await policy.check_may_supervise(session, by, question.division_code)
    check_nobodys(wording)
    question.reword(wording, by=by.person_id, at=session.now)
    return question


def words_place(question_id: UUID) -> str:
    """What the sealed words of a question are bound to."""
    return place_of("disclosure_question", "words", question_id)


def words_of(session: Session, question: DisclosureQuestion) -> str | None:
    """What was asked; nothing once the person was erased."""
    if question.words is None:
        return None
    return session.use(Vault).open(question.words, place=words_place(question.id))


async def _locked(session: Session, question_id: UUID) -> DisclosureQuestion:
    found = await session.get(DisclosureQuestion, question_id, lock=True)
    if found is None:
        raise NotFound()
    return found
