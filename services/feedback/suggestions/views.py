"""Reading consultations and suggestions: what is open where, what was suggested, and what became of it."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, func, select, true
from sqlmodel import col
from sqlmodel import select as rows

from chassis.divisions import span_of
from chassis.problems import NotFound
from chassis.session import Session
from services.feedback.suggestions.model import Adoption, Consultation, ConsultationStage, Suggestion, SuggestionAnswer

MOST_ROWS = 2000  # of a spreadsheet


class Found(StrEnum):
    """Which consultations are listed."""

    ALL = "all"
    OPEN = "open"  # people may suggest today
    ANSWERING = "answering"  # the last day is over, and nothing is decided
    DECIDED = "decided"


class Which(StrEnum):
    """Which suggestions are listed for those who answer them."""

    ALL = "all"
    UNANSWERED = "unanswered"
    UNWORDED = "unworded"  # the public cannot read them yet


class Line(NamedTuple):
    """A suggestion and what became of it."""

    suggestion: Suggestion
    answer: SuggestionAnswer | None


_announced = col(Consultation.stage) == ConsultationStage.ANNOUNCED
_today = bindparam("today", type_=sa.Date)
_FOUND = {
    Found.ALL: _today.is_not(None),
    Found.OPEN: _announced & (col(Consultation.from_on) <= _today) & (col(Consultation.to_on) >= _today),
    Found.ANSWERING: _announced & (col(Consultation.to_on) < _today),
    Found.DECIDED: (col(Consultation.stage) == ConsultationStage.DECIDED) & _today.is_not(None),
}
IN_AREA = {
    found: rows(Consultation)
    .where(
        col(Consultation.division_code).between(bindparam("first"), bindparam("last")),
        condition,
        col(Consultation.id) < bindparam("before"),
    )
    .order_by(col(Consultation.id).desc())
    .limit(bindparam("limit"))
    for found, condition in _FOUND.items()
}
_before = col(Suggestion.id) < bindparam("before")
_of_one = col(Suggestion.consultation_id) == bindparam("consultation")
_newest = col(Suggestion.id).desc()
_most = bindparam("limit", type_=sa.Integer)
PUBLIC = rows(Suggestion).where(_of_one, col(Suggestion.wording).is_not(None), _before).order_by(_newest).limit(_most)
OF_ONE = {
    which: rows(Suggestion).where(_of_one, condition, _before).order_by(_newest).limit(_most)
    for which, condition in (
        (Which.ALL, true()),
        (Which.UNANSWERED, col(Suggestion.answer_id).is_(None)),
        (Which.UNWORDED, col(Suggestion.wording).is_(None)),
    )
}
MINE = rows(Suggestion).where(col(Suggestion.person_id) == bindparam("person"), _before).order_by(_newest).limit(_most)
COUNTED = (
    select(col(SuggestionAnswer.adoption), func.count())
    .select_from(Suggestion)
    .join(SuggestionAnswer, col(SuggestionAnswer.id) == col(Suggestion.answer_id))
    .where(_of_one)
    .group_by(col(SuggestionAnswer.adoption))
)


async def consultations(
    session: Session, code: str, found: Found, *, today: date, before: UUID, limit: int
) -> list[Consultation]:
    """The consultations of an area and those below it, from new to old."""
    first, last = span_of(code)
    return await session.all(IN_AREA[found], first=first, last=last, today=today, before=before, limit=limit)


async def consultation(session: Session, consultation_id: UUID) -> Consultation:
    """One of them. Raises `NotFound`."""
    found = await session.get(Consultation, consultation_id)
    if found is None:
        raise NotFound()
    return found


async def counted(session: Session, consultation_id: UUID) -> dict[Adoption, int]:
    """How many suggestions came to what."""
    counts = dict.fromkeys(Adoption, 0)
    counts.update({adoption: int(many) for adoption, many in await session.all(COUNTED, consultation=consultation_id)})
    return counts


async def public_suggestions(session: Session, consultation_id: UUID, *, before: UUID, limit: int) -> list[Line]:
    """What the public reads of suggestions, from new to old."""
    return await with_answers(
        session, await session.all(PUBLIC, consultation=consultation_id, before=before, limit=limit)
    )


async def suggestions(session: Session, consultation_id: UUID, which: Which, *, before: UUID, limit: int) -> list[Line]:
    """Suggestions for those who answer them, from new to old."""
    return await with_answers(
        session, await session.all(OF_ONE[which], consultation=consultation_id, before=before, limit=limit)
    )


async def of_person(session: Session, person_id: UUID, *, before: UUID, limit: int) -> list[Line]:
    """What somebody suggested, from new to old."""
    return await with_answers(session, await session.all(MINE, person=person_id, before=before, limit=limit))


async def with_answers(session: Session, found: list[Suggestion]) -> list[Line]:
    """Suggestions, each with what became of it."""
    await session.fetch(SuggestionAnswer, [one.answer_id for one in found if one.answer_id])
    return [Line(one, await session.get(SuggestionAnswer, one.answer_id) if one.answer_id else None) for one in found]
