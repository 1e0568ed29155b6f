"""Who is in the registers already, found by the blind index of the citizen number."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col

from chassis.plans import table_of
from chassis.session import Session
from services.members.households.model import Citizen
from services.members.persons import PersonKey, new_salt
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

SALTS = (
    columns(col(PersonKey.id), col(PersonKey.salt))
    .where(col(PersonKey.id) > bindparam("after"))
    .order_by(col(PersonKey.id))
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
    """Both registers by blind index, the persons' salts, and who on the roll goes by another name than before this
    import."""

    roll: dict[bytes, Enrolled] = field(default_factory=dict)
    citizens: dict[bytes, tuple[UUID, bytes]] = field(default_factory=dict)  # id and fingerprint
    renamed: dict[UUID, str] = field(default_factory=dict)
    salts: dict[UUID, bytes] = field(default_factory=dict)
    new_salts: list[Sequence[object]] = field(default_factory=list)

    def salt_of(self, person_id: UUID) -> bytes:
        """The person's salt; a new one if they have none."""
        salt = self.salts.get(person_id)
        if salt is None:
            salt = self.salts[person_id] = new_salt()
            self.new_salts.append((person_id, salt))
        return salt

    async def read_salts(self, session: Session) -> None:
        """Know the salts of those who are there."""
        after = UUID(int=0)
        while salts := await session.all(SALTS, after=after):
            self.salts.update(salts)
            after = salts[-1][0]

    async def write_salts(self, session: Session) -> None:
        """Have the new salts written."""
        made, self.new_salts = self.new_salts, []
        for start in range(0, len(made), READ_TOGETHER):
            await session.insert_many(table_of(PersonKey), ("id", "salt"), made[start : start + READ_TOGETHER])


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
