"""Cutting the ties between a person who had themselves erased and the grades that they gave."""

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.session import Session
from chassis.tables import new_id
from contracts.members import PersonErased
from services.feedback.accountability.model import AccountabilityCase, PraiseObjection
from services.feedback.cases.model import CaseRecord
from services.feedback.disclosures.questions.model import DisclosureQuestion
from services.feedback.grades.model import ReviewSubject
from services.feedback.mandates.model import Mandated
from services.feedback.ratings.model import Invitation
from services.feedback.result_appeals.model import ResultAppeal
from services.feedback.suggestions.model import Suggestion

GIVEN = select(Invitation).where(col(Invitation.citizen_id) == bindparam("person")).with_for_update()
CASES = select(CaseRecord).where(col(CaseRecord.requester_id) == bindparam("person")).with_for_update()
MANDATES = select(Mandated).where(col(Mandated.principal_id) == bindparam("person")).with_for_update()
ACCOUNTED = select(AccountabilityCase).where(col(AccountabilityCase.person_id) == bindparam("person")).with_for_update()
REVIEWED = select(ReviewSubject).where(col(ReviewSubject.person_id) == bindparam("person")).with_for_update()
CONTESTED = select(ResultAppeal).where(col(ResultAppeal.person_id) == bindparam("person")).with_for_update()
OBJECTED = select(PraiseObjection).where(col(PraiseObjection.person_id) == bindparam("person")).with_for_update()

QUESTIONS = select(DisclosureQuestion).where(col(DisclosureQuestion.person_id) == bindparam("person")).with_for_update()

SUGGESTIONS = select(Suggestion).where(col(Suggestion.person_id) == bindparam("person")).with_for_update()


async def cut_the_ties(event: PersonErased, session: Session) -> None:
    """The grades stay in the figures; whose they were, nothing says any more."""
    nobody = new_id()
    for invitation in await session.all(GIVEN, person=event.person_id):
        invitation.citizen_id = nobody
    for case in await session.all(CASES, person=event.person_id):
        case.requester_id = None
    for mandated in await session.all(MANDATES, person=event.person_id):
        session.delete(mandated)
    for suggestion in await session.all(SUGGESTIONS, person=event.person_id):
        suggestion.person_id, suggestion.words = nobody, None
    for question in await session.all(QUESTIONS, person=event.person_id):
        question.person_id, question.words = nobody, None
    for accounted in await session.all(ACCOUNTED, person=event.person_id):
        accounted.person_id = nobody
        accounted.reason = accounted.answer = accounted.decision = accounted.appeal = accounted.outcome = None
    for objection in await session.all(OBJECTED, person=event.person_id):
        objection.person_id = new_id()
        objection.words = objection.answer = None
    for reviewed in await session.all(REVIEWED, person=event.person_id):
        reviewed.person_id = new_id()
        reviewed.words = reviewed.comment = reviewed.draft = reviewed.justification = None
    for contested in await session.all(CONTESTED, person=event.person_id):
        contested.person_id = new_id()
        contested.words = contested.draft = contested.outcome = None
