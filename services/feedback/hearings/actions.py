"""Announcing a hearing, settling who takes part, taking questions and answers, and deciding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import township_of
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.feedback.deliberations import policy
from services.feedback.deliberations.actions import VILLAGES, check_carrier
from services.feedback.deliberations.model import NotAVillage
from services.feedback.hearings.model import (
    AnswersByPost,
    AttendanceWrong,
    EachQuestionResponded,
    Hearing,
    HearingAhead,
    HearingNoticeTooShort,
    HearingPart,
    HearingParticipant,
    HearingQuestion,
    HearingStage,
    QuestionsClosed,
    QuestionsUnanswered,
    Response,
    SignedUpForHearing,
    SignUpClosed,
)
from services.feedback.roster.model import Division, Post
from services.feedback.rules.meetings import DeliberationRules, Figure

PARTICIPANTS = (
    select(HearingParticipant)
    .where(col(HearingParticipant.hearing_id) == bindparam("hearing"))
    .order_by(col(HearingParticipant.id))
    .with_for_update()
)
QUESTIONS = (
    select(HearingQuestion)
    .where(col(HearingQuestion.hearing_id) == bindparam("hearing"))
    .order_by(col(HearingQuestion.id))
)
QUESTIONS_LOCKED = QUESTIONS.with_for_update()


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a hearing is about, when and where, for how many, and which post answers."""

    division_code: str
    title: str
    words: str
    meets_at: datetime
    place: str
    seats: int
    answer_post_id: UUID


@dataclass(frozen=True, slots=True)
class Responded:
    """What the decision makes of one question, and why."""

    response: Response
    reason: str


async def announce(session: Session, *, by: Actor, what: Announcement) -> Hearing:
    """Announce a hearing of a village, in time.

    Raises `NotAVillage`, `MayNotKeepDeliberations`, `HearingNoticeTooShort`, `CarrierNotNamed`.
    """
    area = await session.get(Division, what.division_code)
    if area is None or area.kind not in VILLAGES:
        raise NotAVillage()
    await policy.check_may_open(session, by, what.division_code)
    today = local_date(session.now)
    days = session.use(DeliberationRules).days(Figure.HEARING_NOTICE, on=today)
    earliest = today + timedelta(days=days)
    if local_date(what.meets_at) < earliest:
        raise HearingNoticeTooShort(earliest_on=earliest.isoformat(), notice_days=days)
    await check_carrier(session, what.answer_post_id, local_date(what.meets_at), after=today)
    hearing_id = new_id()
    hearing = Hearing(
        id=hearing_id,
        township_code=township_of(what.division_code),
        division_code=what.division_code,
        title=what.title,
        words=_sealed(session, "hearing", "words", hearing_id, what.words),
        stage=HearingStage.ANNOUNCED,
        meets_at=what.meets_at,
        place=what.place,
        seats=what.seats,
        answer_post_id=what.answer_post_id,
        announced_by=by.person_id,
        announced_at=session.now,
        seed=None,
        signed_up=0,
        households=0,
        representatives=0,
        attended=None,
        decide_by=None,
        decision=None,
        decided_by=None,
        decided_on=None,
    )
    session.add(hearing)
    return hearing


async def sign_up(session: Session, hearing_id: UUID, *, by: Actor, part: HearingPart) -> Hearing:
    """Want to take part. Raises `NotFound`, `SignUpClosed`, `SignedUpForHearing`."""
    hearing = await _locked(session, hearing_id)
    if hearing.stage is not HearingStage.ANNOUNCED:
        raise SignUpClosed()
    there = await session.all(PARTICIPANTS, hearing=hearing.id)
    if any(one.person_id == by.person_id for one in there):
        raise SignedUpForHearing()
    session.add(
        HearingParticipant(
            id=new_id(),
            township_code=hearing.township_code,
            hearing_id=hearing.id,
            person_id=by.person_id,
            part=part,
            seated=None,
        )
    )
    hearing.signed_up += 1
    return hearing


async def seat(session: Session, hearing_id: UUID, *, by: Actor) -> Hearing:
    """Settle who takes part: all who signed up, or as many as there are seats, drawn once by a seed that is published.

    Raises `NotFound`, `MayNotKeepDeliberations`, `NotAllowedNow`.
    """
    hearing = await _kept(session, hearing_id, by=by)
    hearing.move("seat")
    there = await session.all(PARTICIPANTS, hearing=hearing.id)
    if len(there) > hearing.seats:
        hearing.seed = token_hex(32)
    seated = set(drawn([one.id for one in there], seats=hearing.seats, seed=hearing.seed))
    for one in there:
        one.seated = one.id in seated
    parts = [one.part for one in there if one.seated]
    hearing.households = parts.count(HearingPart.HOUSEHOLD)
    hearing.representatives = parts.count(HearingPart.REPRESENTATIVE)
    return hearing


async def ask(session: Session, hearing_id: UUID, *, by: Actor, words: str) -> HearingQuestion:
    """Put a question: villagers before it, who keeps it also in the room, until it was held.

    Raises `NotFound`, `QuestionsClosed`.
    """
    hearing = await _locked(session, hearing_id)
    if hearing.stage not in {HearingStage.ANNOUNCED, HearingStage.SEATED}:
        raise QuestionsClosed()
    return _question(session, hearing, words, person_id=by.person_id)


async def answer(session: Session, question_id: UUID, *, by: Actor, words: str) -> HearingQuestion:
    """Answer a question, as the holder of the post that was named; until it is decided, perhaps anew.

    Raises `NotFound`, `AnswersByPost`, `QuestionsClosed`.
    """
    seen = await session.get(HearingQuestion, question_id)
    if seen is None:
        raise NotFound()
    hearing = await _locked(session, seen.hearing_id)
    post = await session.get(Post, hearing.answer_post_id)
    if post is None or post.person_id != by.person_id or post.ended_at is not None:
        await policy.check_may_read(session, by, hearing.division_code)
        raise AnswersByPost()
    if hearing.stage in {HearingStage.DECIDED, HearingStage.CALLED_OFF}:
        raise QuestionsClosed()
    session.by_post = post.id
    question = await session.get(HearingQuestion, question_id, lock=True)
    if question is None:
        raise NotFound()
    question.answer = _sealed(session, "hearing_question", "answer", question.id, words)
    question.answered_by, question.answered_at = by.person_id, session.now
    return question


async def hold(session: Session, hearing_id: UUID, *, by: Actor, attended: int, questions: Sequence[str]) -> Hearing:
    """Record a hearing as held, with how many of those seated came and what was asked in the room.

    Raises `NotFound`, `MayNotKeepDeliberations`, `NotAllowedNow`, `HearingAhead`, `AttendanceWrong`.
    """
    hearing = await _kept(session, hearing_id, by=by)
    hearing.move("hold")
    if session.now < hearing.meets_at:
        raise HearingAhead(meets_at=hearing.meets_at.isoformat())
    if attended > hearing.households + hearing.representatives:
        raise AttendanceWrong()
    today = local_date(session.now)
    hearing.attended = attended
    hearing.decide_by = today + timedelta(days=session.use(DeliberationRules).days(Figure.HEARING_DECIDED, on=today))
    for words in questions:
        _question(session, hearing, words, person_id=None)
    return hearing


async def decide(
    session: Session, hearing_id: UUID, *, by: Actor, words: str, responses: Mapping[UUID, Responded]
) -> Hearing:
    """Decide, with a response to each question; it is public from now on.

    Raises `NotFound`, `MayNotKeepDeliberations`, `NotAllowedNow`, `QuestionsUnanswered`, `EachQuestionResponded`.
    """
    hearing = await _kept(session, hearing_id, by=by)
    hearing.move("decide")
    questions = await session.all(QUESTIONS_LOCKED, hearing=hearing.id)
    if any(one.answer is None for one in questions):
        raise QuestionsUnanswered(questions=[str(one.id) for one in questions if one.answer is None])
    if {one.id for one in questions} != responses.keys():
        raise EachQuestionResponded()
    for one in questions:
        said = responses[one.id]
        one.response = said.response
        one.reason = _sealed(session, "hearing_question", "reason", one.id, said.reason)
    hearing.decision = _sealed(session, "hearing", "decision", hearing.id, words)
    hearing.decided_by, hearing.decided_on = by.person_id, local_date(session.now)
    return hearing


async def call_off(session: Session, hearing_id: UUID, *, by: Actor) -> Hearing:
    """Have a hearing not take place. Raises `NotFound`, `MayNotKeepDeliberations`, `NotAllowedNow`."""
    hearing = await _kept(session, hearing_id, by=by)
    hearing.move("call_off")
    return hearing


def drawn(ids: Sequence[UUID], *, seats: int, seed: str | None) -> list[UUID]:
    """Who has a seat: the first by the hash of the seed and their sign-up, which anybody can work out again."""
    if seed is None:
        return list(ids[:seats])
    return sorted(ids, key=lambda one: sha256(f"{seed}:{one}".encode()).digest())[:seats]


def _question(session: Session, hearing: Hearing, words: str, *, person_id: UUID | None) -> HearingQuestion:
    question_id = new_id()
    question = HearingQuestion(
        id=question_id,
        township_code=hearing.township_code,
        hearing_id=hearing.id,
        person_id=person_id,
        words=_sealed(session, "hearing_question", "words", question_id, words),
        put_at=session.now,
        answer=None,
        answered_by=None,
        answered_at=None,
        response=None,
        reason=None,
    )
    session.add(question)
    return question


async def _locked(session: Session, hearing_id: UUID) -> Hearing:
    hearing = await session.get(Hearing, hearing_id, lock=True)
    if hearing is None:
        raise NotFound()
    return hearing


async def _kept(session: Session, hearing_id: UUID, *, by: Actor) -> Hearing:
    hearing = await _locked(session, hearing_id)
    await policy.check_may_keep(session, by, hearing.division_code)
    return hearing


def _sealed(session: Session, table: str, column: str, row_id: UUID, words: str) -> bytes:
    return session.use(Vault).seal(words, place=place_of(table, column, row_id))
