"""What `members` tells that gives a mandate, or changes whose it is."""

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.session import Session
from contracts.members import AccountBound, ConsentGiven, PersonErased
from services.tasks.mandates import actions
from services.tasks.mandates.model import Mandate
from services.tasks.notes import actions as notes
from services.tasks.notes.model import Note

GAVE = select(Mandate).where(col(Mandate.principal_id) == bindparam("account")).with_for_update()
NOTED = select(Note).where(col(Note.principal_id) == bindparam("account")).with_for_update()


async def give_by_code(event: ConsentGiven, session: Session) -> None:
    """The villager said the code that only they were told."""
    await actions.confirmed_by_code(session, event.consent_id, told_by=event.told_by)


async def hand_mandates_over_to_the_person(event: AccountBound, session: Session) -> None:
    """What an account gave leave for, and what was noted for it, is the person's from now on."""
    for mandate in await session.all(GAVE, account=event.account_id):
        mandate.principal_id = event.person_id
    for note in await session.all(NOTED, account=event.account_id):
        note.principal_id = event.person_id


async def end_for_the_erased(event: PersonErased, session: Session) -> None:
    """Nobody acts for a person who was erased, and no note or paper of theirs is left."""
    await actions.forget_principal(session, event.person_id)
    await notes.forget_principal(session, event.person_id)
