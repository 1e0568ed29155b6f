"""Writing the persons of a roster: the roll, and the citizens with their households."""

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

import orjson
from sqlmodel import select

from chassis.divisions import township_of
from chassis.secrecy import PersonVault, Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.members.households.model import Citizen, Household
from services.members.imports.intake import Intake, Progress, Tally
from services.members.imports.places import Seat
from services.members.imports.registers import Enrolled, Registers
from services.members.imports.rows import CitizenRow, MemberRow
from services.members.pairings.taking_in import tell_people_of
from services.members.persons import NUMBER_INDEX, PHONE_INDEX, Person, Secret, in_clear
from services.members.roll.model import Member

AnyPerson = TypeVar("AnyPerson", bound=Person)

EVERY_HOUSEHOLD = select(Household)


async def take_in_members(
    session: Session, rows: list[MemberRow], seats: dict[str, Seat], registers: Registers, *, progress: Progress
) -> Tally:
    """Write members, and enter them into `registers`; without a division they are where their organisation is."""
    vault = session.use(Vault)
    async with Intake(session, Member, total=len(rows), progress=progress) as intake:
        for row in rows:
            index = vault.index(row.citizen_number, place=NUMBER_INDEX)
            seat = seats[row.organization_code]
            plain: dict[str, object] = {
                "name": row.name,
                "sex": row.sex,
                "division_code": row.division_code or seat.division_code,
                "generated": row.generated,
                "organization_id": seat.organization_id,
                "stage": row.stage,
                "admitted_on": row.admitted_on,
                "confirmed_on": row.confirmed_on,
                "ethnic_group": row.ethnic_group,
            }
            fingerprint = _fingerprint(vault, row, plain)
            before = registers.roll.get(index)
            if before is None:
                other = registers.citizens.get(index)
                person_id = other[0] if other else new_id()
                own = vault.person(registers.salt_of(person_id))
                await _write(intake, row, plain, vault, own, person_id=person_id, index=index, fingerprint=fingerprint)
            elif before.fingerprint == fingerprint:
                intake.keep()
                continue
            else:
                person_id = before.person_id
                if before.name != row.name:
                    registers.renamed[person_id] = row.name
                own = vault.person(registers.salt_of(person_id))
                await _change(intake, row, plain, vault, own, person_id=person_id, fingerprint=fingerprint)
            registers.roll[index] = Enrolled(person_id, fingerprint, row.name, seat.organization_id)
    return intake.tally


async def take_in_citizens(
    session: Session, rows: list[CitizenRow], registers: Registers, *, progress: Progress
) -> tuple[Tally, Tally]:
    """Write households and their citizens; returns what became of the ones and of the others."""
    vault = session.use(Vault)
    households, of_households = await _take_in_households(session, rows, progress=progress)
    touched = set[UUID]()
    async with Intake(session, Citizen, total=len(rows), progress=progress) as intake:
        for row in rows:
            index = vault.index(row.citizen_number, place=NUMBER_INDEX)
            plain: dict[str, object] = {
                "name": row.name,
                "sex": row.sex,
                "division_code": row.division_code,
                "generated": row.generated,
                "household_id": households[row.household_code],
                "tie": row.tie,
            }
            fingerprint = _fingerprint(vault, row, plain)
            before = registers.citizens.get(index)
            if before is None or before[1] != fingerprint:
                touched.add(households[row.household_code])
            if before is None:
                other = registers.roll.get(index)
                person_id = other.person_id if other else new_id()
                own = vault.person(registers.salt_of(person_id))
                await _write(intake, row, plain, vault, own, person_id=person_id, index=index, fingerprint=fingerprint)
            elif before[1] == fingerprint:
                intake.keep()
            else:
                own = vault.person(registers.salt_of(before[0]))
                await _change(intake, row, plain, vault, own, person_id=before[0], fingerprint=fingerprint)
    await tell_people_of(session, touched)
    return of_households, intake.tally


async def _take_in_households(
    session: Session, rows: list[CitizenRow], *, progress: Progress
) -> tuple[dict[str, UUID], Tally]:
    """A household is where its citizens are, and generated as they are."""
    held = {one.code: one for one in await session.all(EVERY_HOUSEHOLD)} if rows else {}
    by_code = {row.household_code: row for row in rows}
    ids = dict[str, UUID]()

    def tell(household: Household) -> None:
        session.publish(household.listed())

    async with Intake(session, Household, total=len(by_code), progress=progress) as intake:
        for code, row in by_code.items():
            before = held.get(code)
            ids[code] = own_id = before.id if before else new_id()
            household = Household(
                id=own_id,
                township_code=township_of(row.division_code),
                division_code=row.division_code,
                code=code,
                generated=row.generated,
                ended_on=before.ended_on if before else None,
            )
            await intake.take(household, before, tell)
    return ids, intake.tally


def _fingerprint(vault: Vault, row: MemberRow | CitizenRow, plain: Mapping[str, object]) -> bytes:
    """A keyed digest of all that a row says, with what it leaves open filled in."""
    return vault.digest(orjson.dumps([row.phone, row.address, *plain.values()], default=str), place="person.row")


async def _write(
    intake: Intake[AnyPerson],
    row: MemberRow | CitizenRow,
    plain: Mapping[str, object],
    vault: Vault,
    own: PersonVault,
    *,
    person_id: UUID,
    index: bytes,
    fingerprint: bytes,
) -> None:
    """Write a new person, with what is secret about them sealed."""
    register = intake.table.name
    phone, address = row.phone, row.address
    values = {
        "id": person_id,
        "township_code": township_of(str(plain["division_code"])),
        **plain,
        "citizen_number": own.seal(row.citizen_number, place=place_of(register, "citizen_number", person_id)),
        "citizen_number_index": index,
        "phone": own.seal(phone, place=place_of(register, "phone", person_id)) if phone else None,
        "phone_index": vault.index(phone, place=PHONE_INDEX) if phone else None,
        "address": own.seal(address, place=place_of(register, "address", person_id)) if address else None,
        "fingerprint": fingerprint,
    }
    await intake.write(person_id, values, fingerprint=fingerprint)


async def _change(
    intake: Intake[AnyPerson],
    row: MemberRow | CitizenRow,
    plain: Mapping[str, object],
    vault: Vault,
    own: PersonVault,
    *,
    person_id: UUID,
    fingerprint: bytes,
) -> None:
    """Change a person; what is secret is sealed again only if it is another value."""
    values = {**plain, "township_code": township_of(str(plain["division_code"])), "fingerprint": fingerprint}

    def alter(person: AnyPerson) -> None:
        _set(person, values=values)
        secrets: dict[Secret, str | None] = {"phone": row.phone, "address": row.address}
        for column, said in secrets.items():
            if in_clear(own, person, column) != said:
                place = place_of(intake.table.name, column, person_id)
                setattr(person, column, own.seal(said, place=place) if said else None)
        person.phone_index = vault.index(row.phone, place=PHONE_INDEX) if row.phone else None

    await intake.change(person_id, alter, fingerprint=fingerprint)


def _set(row: Person, *, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
