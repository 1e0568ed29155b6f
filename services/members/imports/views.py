"""What the checking of a roster needs to know of what is there already."""

from collections.abc import Container, Iterator, Mapping

from sqlalchemy import select as columns
from sqlmodel import col, select

from chassis.secrecy import Vault
from chassis.session import Session
from services.members.divisions.model import Division
from services.members.erasures.views import tombstones
from services.members.imports.checking import Known
from services.members.imports.registers import read_registers
from services.members.organizations.model import Organization
from services.members.persons import NUMBER_INDEX

DIVISIONS = select(Division.code)
TIERS = columns(col(Organization.code), col(Organization.tier))


class NamesOnRoll(Mapping[str, str]):
    """The name that belongs to a citizen number, found by blind index; it cannot tell which numbers it knows."""

    def __init__(self, names: Mapping[bytes, str], vault: Vault) -> None:
        self._names = names
        self._vault = vault

    def __getitem__(self, number: str) -> str:
        return self._names[self._vault.index(number, place=NUMBER_INDEX)]

    def __iter__(self) -> Iterator[str]:
        raise TypeError("the numbers on the roll are sealed")

    def __len__(self) -> int:
        return len(self._names)


class ErasedNumbers(Container[str]):
    """The numbers of those who were erased, found by blind index."""

    def __init__(self, tombstones: frozenset[bytes], vault: Vault) -> None:
        self._tombstones = tombstones
        self._vault = vault

    def __contains__(self, number: object) -> bool:
        found = isinstance(number, str) and bool(self._tombstones)
        return found and self._vault.index(str(number), place=NUMBER_INDEX) in self._tombstones


async def known(session: Session) -> Known:
    """The divisions, organisations and members that a file may refer to without holding them."""
    names = {index: enrolled.name for index, enrolled in (await read_registers(session)).roll.items()}
    return Known(
        organizations=dict(await session.all(TIERS)),
        divisions=frozenset(await session.all(DIVISIONS)),
        members=NamesOnRoll(names, session.use(Vault)),
        erased=ErasedNumbers(await tombstones(session), session.use(Vault)),
    )
