"""What the roll and the register of households both keep of a person, and how its secrets are sealed."""

import os
from typing import Literal
from uuid import UUID

from sqlmodel import Field

from chassis.plans import table_of
from chassis.secrecy import PersonVault, Vault, place_of
from chassis.session import Session
from chassis.tables import Digest, Sealed, text_of
from services.members.tables import Table
from services.members.words import Sex

NUMBER_INDEX = "person.citizen_number"
PHONE_INDEX = "person.phone"

PERSON_KEY = "person_key"
SALT = 16  # bytes

Secret = Literal["citizen_number", "phone", "address"]


class Person(Table):
    """A person as one register knows them. Who stands in both has one id, found by the citizen number's blind index.

    Each register keeps its own telephone number and address, as its own sheet gave them, so that importing the one
    never undoes the other.
    """

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    name: str = Field(max_length=60)
    sex: Sex = Field(sa_type=text_of(Sex))
    citizen_number: bytes = Field(sa_type=Sealed(salted_in=PERSON_KEY))
    citizen_number_index: bytes = Field(sa_type=Digest)
    phone: bytes | None = Field(sa_type=Sealed(salted_in=PERSON_KEY))
    phone_index: bytes | None = Field(sa_type=Digest)
    address: bytes | None = Field(sa_type=Sealed(salted_in=PERSON_KEY))
    fingerprint: bytes = Field(sa_type=Digest)  # a keyed digest of the row as it was imported
    generated: bool


class PersonKey(Table, table=True):
    """The salt of one person's keys; without it nothing that was ever sealed of them opens, in no copy of a table."""

    __tablename__ = PERSON_KEY

    id: UUID = Field(primary_key=True)
    salt: bytes = Field(sa_type=Digest)


def new_salt() -> bytes:
    """The salt of a person who has none yet."""
    return os.urandom(SALT)


async def vault_of(session: Session, person_id: UUID) -> PersonVault | None:
    """What opens a person's secrets; nothing does once they were erased."""
    held = await session.get(PersonKey, person_id)
    return None if held is None else session.use(Vault).person(held.salt)


def in_clear(own: PersonVault | None, person: Person, column: Secret) -> str | None:
    """A sealed value of a person, opened; none where there is none, or nothing that opens it."""
    sealed: bytes | None = getattr(person, column)
    register = table_of(type(person)).name
    return own.open(sealed, place=place_of(register, column, person.id)) if own and sealed else None
