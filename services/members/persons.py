"""What the roll and the register of households both keep of a person, and how its secrets are sealed."""

from typing import Literal
from uuid import UUID

from sqlmodel import Field

from chassis.plans import table_of
from chassis.secrecy import Vault
from chassis.tables import text_of
from services.members.tables import Table
from services.members.words import Sex

NUMBER_INDEX = "person.citizen_number"
PHONE_INDEX = "person.phone"

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
    citizen_number: bytes  # sealed
    citizen_number_index: bytes
    phone: bytes | None  # sealed
    phone_index: bytes | None
    address: bytes | None  # sealed
    fingerprint: bytes  # a keyed digest of the row as it was imported
    generated: bool


def place_of(register: str, column: str, person_id: UUID) -> str:
    """The place that a sealed value is bound to."""
    return f"{register}.{column}/{person_id.hex}"


def in_clear(vault: Vault, person: Person, column: Secret) -> str | None:
    """A sealed value of a person, opened; none where there is none."""
    sealed: bytes | None = getattr(person, column)
    register = table_of(type(person)).name
    return None if sealed is None else vault.open(sealed, place=place_of(register, column, person.id))
