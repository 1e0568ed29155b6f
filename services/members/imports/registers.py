"""Who is in the registers already, found by the blind index of the citizen number."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col

from chassis.session import Session
from services.members.households.model import Citizen
from services.members.roll.model import Member

READ_TOGETHER = 10_000  # rows
MEMBERS = (
    columns(
        col(Member.citizen_number_index),
        col(Member.id),
        col(Member.fingerprint),
        col(Member.name),
        col(Member.organization_id),
    )
    .where(col(Member.citizen_number_index) > bindparam("after"))
    .order_by(col(Member.citizen_number_index))
    .limit(READ_TOGETHER)
)
CITIZENS = (
    columns(col(Citizen.citizen_number_index), col(Citizen.id), col(Citizen.fingerprint))
    .where(col(Citizen.citizen_number_index) > bindparam("after"))
    .order_by(col(Citizen.citizen_number_index))
    .limit(READ_TOGETHER)
)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A person as the roll has them."""

    person_id: UUID
    fingerprint: bytes
    name: str
    organization_id: UUID


@dataclass(slots=True)
class Registers:
    """Both registers by blind index, and who on the roll goes by another name than before this import."""

    roll: dict[bytes, Enrolled] = field(default_factory=dict)
    citizens: dict[bytes, tuple[UUID, bytes]] = field(default_factory=dict)  # id and fingerprint
    renamed: dict[UUID, str] = field(default_factory=dict)


async def read_registers(session: Session) -> Registers:
    """Everybody who is known, read in one sweep of each index."""
    registers = Registers()
    after = b""
    while members := await session.all(MEMBERS, after=after):
        registers.roll.update(
            (index, Enrolled(person_id, fingerprint, name, organization_id))
            for index, person_id, fingerprint, name, organization_id in members
        )
        after = members[-1][0]
    after = b""
    while citizens := await session.all(CITIZENS, after=after):
        registers.citizens.update((index, (person_id, fingerprint)) for index, person_id, fingerprint in citizens)
        after = citizens[-1][0]
    return registers
