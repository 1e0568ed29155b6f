"""Announcing a draft, suggesting, putting into public words, answering, deciding and withdrawing."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
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
from services.feedback.disclosures.actions import check_nobodys
from services.feedback.disclosures.policy import named
from services.feedback.rules.pack import FeedbackRules, RuleId
from services.feedback.scorecards import units
from services.feedback.suggestions import policy
from services.feedback.suggestions.model import (
    Adoption,
    Consultation,
    ConsultationStage,
    ConsultedTooBriefly,
    NotOpenForSuggestions,
    Suggestion,
    SuggestionAnswer,
    SuggestionOfAnother,
    TooManySuggestions,
)

MADE_BY = sa.select(func.count()).where(
    col(Suggestion.person_id) == bindparam("person"), col(Suggestion.consultation_id) == bindparam("consultation")
)


async def announce(
    session: Session,
    *,
    by: Actor,
    division_code: str,
    title: str,
    draft: str,
    decides: str,
    from_on: date,
    to_on: date,
) -> Consultation:
    """Show a draft to everybody, and ask from day to day what people think of it.

    Raises `NoSuchUnit`, `MayNotConsult`, `ConsultedTooBriefly`, `SaysWhoSomebodyIs`.
    """
    reached = await policy.check_may_consult(session, by, division_code)
    await units.area(session, division_code)
    today = local_date(session.now)
    least = session.use(FeedbackRules).rule(RuleId.CONSULTED_FOR, on=today).value
    if from_on < today or (to_on - from_on).days + 1 < least:
        raise ConsultedTooBriefly(least_days=least, today=today.isoformat())
    check_nobodys(title, draft, decides)
    made = Consultation(
        id=new_id(),
        division_code=division_code,
        title=title,
        draft=draft,
        digest=sha256(draft.encode()).digest(),
        decides=decides,
        from_on=from_on,
        to_on=to_on,
        stage=ConsultationStage.ANNOUNCED,
        announced_at=session.now,
        announced_by=by.person_id,
        announcer=named(reached),
        made=0,
        unanswered=0,
        ended_at=None,
        ended_by=None,
        outcome=None,
    )
    session.add(made)
    return made


async def suggest(session: Session, consultation_id: UUID, *, by: Actor, words: str) -> Suggestion:
    """Say what one thinks of a draft. Raises `NotFound`, `NotOpenForSuggestions`, `TooManySuggestions`."""
    consultation = await _locked(session, consultation_id)
    today = local_date(session.now)
    if not consultation.open_on(today):
        raise NotOpenForSuggestions(from_on=consultation.from_on.isoformat(), to_on=consultation.to_on.isoformat())
    most = session.use(FeedbackRules).rule(RuleId.SUGGESTIONS, on=today).value
    made_before = await session.first(MADE_BY, person=by.person_id, consultation=consultation.id)
    if made_before is not None and made_before[0] >= most:
        raise TooManySuggestions(most=most)
    suggestion_id = new_id()
    made = Suggestion(
        id=suggestion_id,
        consultation_id=consultation.id,
        person_id=by.person_id,
        words=session.use(Vault).seal(words, place=words_place(suggestion_id)),
        made_at=session.now,
        wording=None,
        wording_by=None,
        answer_id=None,
    )
    session.add(made)
    consultation.made += 1
    consultation.unanswered += 1
    return made


async def reword(session: Session, suggestion_id: UUID, *, by: Actor, wording: str) -> Suggestion:
    """Have the public read these words of a suggestion. Raises `NotFound`, `MayNotConsult`, `SaysWhoSomebodyIs`."""
    suggestion = await session.get(Suggestion, suggestion_id, lock=True)
    if suggestion is None:
        raise NotFound()
    await policy.check_runs(session, by, await session.get(Consultation, suggestion.consultation_id))
    check_nobodys(wording)
    suggestion.wording, suggestion.wording_by = wording, by.person_id
    return suggestion


async def answer(
    session: Session,
    consultation_id: UUID,
    *,
    by: Actor,
    suggestion_ids: Sequence[UUID],
    adoption: Adoption,
    reason: str,
) -> SuggestionAnswer:
    """Say what becomes of one suggestion, or of several that say the same, and why.

    Raises `NotFound`, `MayNotConsult`, `NotOpenForSuggestions` once it is decided or withdrawn, `SuggestionOfAnother`,
    `SaysWhoSomebodyIs`.
    """
    consultation = await _locked(session, consultation_id)
    reached = await policy.check_runs(session, by, consultation)
    if consultation.stage is not ConsultationStage.ANNOUNCED:
        raise NotOpenForSuggestions(from_on=consultation.from_on.isoformat(), to_on=consultation.to_on.isoformat())
    check_nobodys(reason)
    made = SuggestionAnswer(
        id=new_id(),
        consultation_id=consultation.id,
        adoption=adoption,
        reason=reason,
        answered_at=session.now,
        answered_by=by.person_id,
        answerer=named(reached),
    )
    session.add(made)
    await session.flush()  # it is there before suggestions name it
    await session.fetch(Suggestion, suggestion_ids, lock=True)
    for suggestion_id in dict.fromkeys(suggestion_ids):
        suggestion = await session.get(Suggestion, suggestion_id, lock=True)
        if suggestion is None or suggestion.consultation_id != consultation.id:
            raise SuggestionOfAnother()
        if suggestion.answer_id is None:
            consultation.unanswered -= 1
        suggestion.answer_id = made.id
    return made


async def decide(session: Session, consultation_id: UUID, *, by: Actor, words: str) -> Consultation:
    """Publish what was decided, with what became of the suggestions.

    Raises `NotFound`, `MayNotConsult`, `NotAllowedNow`, `StillOpenForSuggestions`, `SuggestionsWithoutAnswer`,
    `SaysWhoSomebodyIs`.
    """
    consultation = await _locked(session, consultation_id)
    await policy.check_runs(session, by, consultation)
    check_nobodys(words)
    consultation.decide(words, by=by.person_id, at=session.now, today=local_date(session.now))
    return consultation


async def withdraw(session: Session, consultation_id: UUID, *, by: Actor, why: str) -> Consultation:
    """Give a plan up. Raises `NotFound`, `MayNotConsult`, `NotAllowedNow`, `SaysWhoSomebodyIs`."""
    consultation = await _locked(session, consultation_id)
    await policy.check_runs(session, by, consultation)
    check_nobodys(why)
    consultation.withdraw(why, by=by.person_id, at=session.now)
    return consultation


def words_place(suggestion_id: UUID) -> str:
    """What the sealed words of a suggestion are bound to."""
    return place_of("suggestion", "words", suggestion_id)


def words_of(session: Session, suggestion: Suggestion) -> str | None:
    """What was suggested; nothing once the person was erased."""
    if suggestion.words is None:
        return None
    return session.use(Vault).open(suggestion.words, place=words_place(suggestion.id))


async def _locked(session: Session, consultation_id: UUID) -> Consultation:
    found = await session.get(Consultation, consultation_id, lock=True)
    if found is None:
        raise NotFound()
    return found
