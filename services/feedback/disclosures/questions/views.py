"""Reading questions: those of a disclosure, those of an area that wait, one's own."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.divisions import span_of
from chassis.session import Session
from services.feedback.disclosures.questions.model import DisclosureQuestion, QuestionStage


class Waiting(StrEnum):
    """For what a question waits."""

    ANSWER = "answer"
    WORDING = "wording"


_before = col(DisclosureQuestion.id) < bindparam("before")
_order = col(DisclosureQuestion.id).desc()
OF_DISCLOSURE = (
    select(DisclosureQuestion)
    .where(col(DisclosureQuestion.disclosure_id) == bindparam("disclosure"), _before)
    .order_by(_order)
    .limit(bindparam("limit"))
)
MINE = (
    select(DisclosureQuestion)
    .where(col(DisclosureQuestion.person_id) == bindparam("person"), _before)
    .order_by(_order)
    .limit(bindparam("limit"))
)
WAITING = {
    waits: select(DisclosureQuestion)
    .where(col(DisclosureQuestion.division_code).between(bindparam("first"), bindparam("last")), condition, _before)
    .order_by(_order)
    .limit(bindparam("limit"))
    for waits, condition in (
        (Waiting.ANSWER, col(DisclosureQuestion.stage) == QuestionStage.ASKED),
        (Waiting.WORDING, col(DisclosureQuestion.wording).is_(None)),
    )
}


async def of_disclosure(session: Session, disclosure_id: UUID, *, before: UUID, limit: int) -> list[DisclosureQuestion]:
    """The questions about a disclosure, from new to old."""
    return await session.all(OF_DISCLOSURE, disclosure=disclosure_id, before=before, limit=limit)


async def of_person(session: Session, person_id: UUID, *, before: UUID, limit: int) -> list[DisclosureQuestion]:
    """What somebody asked, from new to old."""
    return await session.all(MINE, person=person_id, before=before, limit=limit)


async def waiting(session: Session, code: str, waits: Waiting, *, before: UUID, limit: int) -> list[DisclosureQuestion]:
    """What waits in an area for its answer, or to be put into words for the public."""
    first, last = span_of(code)
    return await session.all(WAITING[waits], first=first, last=last, before=before, limit=limit)
