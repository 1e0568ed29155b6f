"""Reading contacts: by their number or address, and who they are in clear."""

from typing import Literal
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col, select

from chassis.identifiers import tidy
from chassis.secrecy import PersonVault, Vault, place_of
from chassis.session import Session
from services.members.contacts.model import EMAIL_INDEX, Contact
from services.members.households.model import Citizen
from services.members.persons import NUMBER_INDEX, PHONE_INDEX
from services.members.roll.model import Member

Part = Literal["name", "phone", "email", "address"]

BY_PHONE = select(Contact).where(col(Contact.phone_index) == bindparam("index")).with_for_update()
BY_EMAIL = select(Contact).where(col(Contact.email_index) == bindparam("index")).with_for_update()
CONTACTS_WITH = columns(col(Contact.id)).where(col(Contact.phone_index) == bindparam("index"))
MOST = 50
"""Persons that one number is shown to be of; a village's shop may lend its telephone to many."""
REGISTERED_WITH_PHONE = [
    columns(col(register.id)).where(col(register.phone_index) == bindparam("index")).limit(MOST)
    for register in (Member, Citizen)
]
REGISTERED_WITH_NUMBER = [
    columns(col(register.id)).where(col(register.citizen_number_index) == bindparam("index")).limit(MOST)
    for register in (Member, Citizen)
]


async def persons_with_phone(session: Session, phone: str) -> list[UUID]:
    """Who has this number, in the roll, among the citizens or among the contacts; each once."""
    index = session.use(Vault).index(phone, place=PHONE_INDEX)
    statements = [*REGISTERED_WITH_PHONE, CONTACTS_WITH]
    return sorted({found for one in statements for (found,) in await session.all(one, index=index)})[:MOST]


async def persons_with_number(session: Session, citizen_number: str) -> list[UUID]:
    """Who has this citizen number; contacts have none."""
    index = session.use(Vault).index(tidy(citizen_number), place=NUMBER_INDEX)
    return sorted({found for one in REGISTERED_WITH_NUMBER for (found,) in await session.all(one, index=index)})


async def contacts_with_phone(session: Session, phone: str) -> list[UUID]:
    """The contact with this number, if there is one."""
    index = session.use(Vault).index(phone, place=PHONE_INDEX)
    return [found for (found,) in await session.all(CONTACTS_WITH, index=index)]


async def contact_to_change(session: Session, *, phone: str | None, email: str | None) -> Contact | None:
    """The contact with this number, or else with this address and no other number, locked."""
    vault = session.use(Vault)
    if phone is not None:
        found = await session.first(BY_PHONE, index=vault.index(phone, place=PHONE_INDEX))
        if found is not None or email is None:
            return found
    other = await session.first(BY_EMAIL, index=vault.index(email or "", place=EMAIL_INDEX))
    return None if phone is not None and other is not None and other.phone_index is not None else other


def said_by(own: PersonVault | None, contact: Contact, part: Part) -> str | None:
    """A sealed value of a contact, opened; none where there is none, or nothing that opens it."""
    sealed: bytes | None = getattr(contact, part)
    return own.open(sealed, place=place(contact.id, part)) if own and sealed else None


def place(contact_id: UUID, part: str) -> str:
    """What a sealed value of a contact is bound to."""
    return place_of("contact", part, contact_id)
