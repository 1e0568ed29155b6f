"""Of a person who had themselves erased, no word is left in visits; that there was a visit stays."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.session import Session
from services.tasks.roster.model import HouseholdPerson
from services.tasks.visits.model import Visit, VisitContest, VisitNeed

WITH_LEAVE_OF = select(Visit).where(col(Visit.leave_by) == bindparam("person"))
NEEDS = (
    select(VisitNeed)
    .where(col(VisitNeed.township_code) == bindparam("township"), col(VisitNeed.visit_id) == bindparam("visit"))
    .with_for_update()
)
CONTESTS = select(VisitContest).where(col(VisitContest.person_id) == bindparam("person")).with_for_update()
BELONGS = select(HouseholdPerson).where(col(HouseholdPerson.person_id) == bindparam("person"))


async def take_away_what_visits_say(session: Session, person_id: UUID) -> None:
    """Needs that were written down with the person's leave, what they had against an entry, and where they belong."""
    for visit in await session.all(WITH_LEAVE_OF, person=person_id):
        for need in await session.all(NEEDS, township=visit.township_code, visit=visit.id):
            need.words = None
    for contest in await session.all(CONTESTS, person=person_id):
        contest.words = None
    for known in await session.all(BELONGS, person=person_id):
        session.delete(known)
