"""Taking in what `members` tells; each fact replaces what was known of its thing."""

from uuid import uuid5

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.divisions import township_of
from chassis.inbox import NotYetHeard
from chassis.session import Session
from contracts.members import (
    AbsenceDeclared,
    ClientRegistered,
    DivisionListed,
    HouseholdListed,
    HouseholdPeopled,
    OrganizationRecorded,
    PairingEnded,
    PairingMade,
    PostHeld,
)
from services.tasks.roster.duty import OnDuty
from services.tasks.roster.model import (
    Absence,
    ApiClient,
    Division,
    Household,
    HouseholdPerson,
    Organization,
    Pairing,
    Post,
)

PEOPLE_OF = select(HouseholdPerson).where(
    col(HouseholdPerson.township_code) == bindparam("township"),
    col(HouseholdPerson.household_id) == bindparam("household"),
)


async def list_division(event: DivisionListed, session: Session) -> None:
    """Know an area by this name."""
    known = await session.get(Division, event.code, lock=True)
    if known is None:
        session.add(Division(**event.model_dump()))
    else:
        known.name, known.kind, known.superior_code = event.name, event.kind, event.superior_code


async def record_organization(event: OrganizationRecorded, session: Session) -> None:
    """Know an organisation and its place in the tree."""
    known = await session.get(Organization, event.organization_id, lock=True)
    if known is None:
        session.add(Organization(id=event.organization_id, **event.model_dump(exclude={"organization_id"})))
        return
    known.code, known.name, known.tier = event.code, event.name, event.tier
    known.superior_id, known.division_code = event.superior_id, event.division_code


async def hold_post(event: PostHeld, session: Session) -> None:
    """Know who holds a post, and until when."""
    session.use(OnDuty).forget()
    known = await session.get(Post, event.post_id, lock=True)
    if known is None:
        session.add(Post(id=event.post_id, **event.model_dump(exclude={"post_id"})))
        return
    known.person_id, known.name, known.kind = event.person_id, event.name, event.kind
    known.organization_id, known.division_code = event.organization_id, event.division_code
    known.from_on, known.to_on, known.ended_at = event.from_on, event.to_on, event.ended_at


async def declare_absence(event: AbsenceDeclared, session: Session) -> None:
    """Know who acts for whom, and until when."""
    session.use(OnDuty).forget()
    known = await session.get(Absence, event.absence_id, lock=True)
    if known is None:
        session.add(Absence(id=event.absence_id, **event.model_dump(exclude={"absence_id"})))
        return
    known.stand_in_post_id, known.stand_in_person_id = event.stand_in_post_id, event.stand_in_person_id
    known.from_on, known.to_on, known.ended_at = event.from_on, event.to_on, event.ended_at


async def register_client(event: ClientRegistered, session: Session) -> None:
    """Know a system that asks by itself, and for which area."""
    known = await session.get(ApiClient, event.client_id, lock=True)
    if known is None:
        session.add(ApiClient(id=event.client_id, **event.model_dump(exclude={"client_id"})))
        return
    known.organization_id, known.division_code, known.scopes = event.organization_id, event.division_code, event.scopes


async def list_household(event: HouseholdListed, session: Session) -> None:
    """Know a household by its id, where it lies and whether it is one still."""
    known = await session.get(Household, event.household_id, lock=True)
    township_code = township_of(event.division_code)
    if known is None:
        values = event.model_dump(exclude={"household_id"})
        session.add(Household(id=event.household_id, township_code=township_code, **values))
        return
    known.township_code, known.division_code, known.ended_on = township_code, event.division_code, event.ended_on


async def people_household(event: HouseholdPeopled, session: Session) -> None:
    """Know who belongs to a household that somebody is paired with."""
    household = await session.get(Household, event.household_id, lock=True)
    if household is None:
        raise NotYetHeard
    wanted = {uuid5(household.id, str(person_id)): person_id for person_id in event.person_ids}
    for known in await session.all(PEOPLE_OF, township=household.township_code, household=household.id):
        if wanted.pop(known.id, None) is None:
            session.delete(known)
    for row_id, person_id in wanted.items():
        session.add(
            HouseholdPerson(
                id=row_id, township_code=household.township_code, household_id=household.id, person_id=person_id
            )
        )


async def make_pairing(event: PairingMade, session: Session) -> None:
    """Know who answers for whom; an end that was heard before stays."""
    if await session.get(Pairing, event.pairing_id, lock=True) is None:
        values = event.model_dump(exclude={"pairing_id"})
        session.add(Pairing(id=event.pairing_id, township_code=township_of(event.division_code), **values))


async def end_pairing(event: PairingEnded, session: Session) -> None:
    """Know until when somebody answers."""
    known = await session.get(Pairing, event.pairing_id, lock=True)
    if known is None:
        raise NotYetHeard
    known.to_on = event.to_on
