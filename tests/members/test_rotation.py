"""Changing the vault's keys while members has people in it: everything is sealed anew, and can be read throughout."""

from dataclasses import replace

import pytest

from chassis import resealing
from chassis.resealing import Resealed, count_by_key, reseal, sealed_tables
from chassis.ring import Ring
from chassis.secrecy import Vault
from services.members.households.model import Citizen
from services.members.persons import PersonKey, in_clear
from services.members.roll.model import Member
from services.members.tables import Table
from tests.members.imports.books import number
from tests.members.village import ADDRESS, PHONE, Office, citizen, member, organization, roster

pytestmark = pytest.mark.asyncio

FIRST = Ring.of_one(bytes(32))
SECOND = replace(FIRST, keys=(*FIRST.keys, replace(FIRST.keys[0], number=2, secret=bytes([2] * 32))))
PERSON = {"citizen_number", "phone", "address"}


async def change_keys(office: Office, vault: Vault) -> dict[str, Resealed]:
    """Seal everything anew; what became of each table that had something to do."""
    done = dict[str, Resealed]()
    for sealed in sealed_tables(Table.metadata):
        async for so_far in reseal(office.stand.mounted.sessions, vault, sealed):
            done[sealed.table.name] = so_far
    return done


async def populate(office: Office) -> None:
    """Three members, and three citizens of whom one is a member, too."""
    members = [member(serial) for serial in (1, 2, 3)]
    await office.take_in(roster(organizations=[organization("A1")], members=members))
    await office.take_in(roster(citizens=[replace(citizen(serial, f"H{serial}"), phone=None) for serial in (3, 4, 5)]))


async def read_back(office: Office, vault: Vault) -> dict[str, tuple[str | None, ...]]:
    """Every person's number, phone and address as a vault opens them."""
    found = dict[str, tuple[str | None, ...]]()
    async with office.stand.mounted.sessions() as session:
        for kind in (Member, Citizen):
            for person_id, *_ in await office.rows(kind):
                person = await session.get(kind, person_id)
                key = await session.get(PersonKey, person_id)
                assert person is not None
                assert key is not None
                own = vault.person(key.salt)
                found[f"{kind.__name__} {in_clear(own, person, 'citizen_number')}"] = (
                    in_clear(own, person, "phone"),
                    in_clear(own, person, "address"),
                )
    return found


async def test_every_sealed_value_comes_under_the_new_key_and_says_what_it_said(
    either_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = either_office
    monkeypatch.setattr(resealing, "BATCH", 2)
    await populate(office)
    before = await count_by_key(office.stand.mounted.sessions, Table.metadata)
    assert set(before) == {1}
    assert before[1] >= 3 * 3 + 3 * 2 + 1  # members, citizens without a phone, a signing key

    done = await change_keys(office, Vault(lambda: SECOND))

    assert (done["member"], done["citizen"]) == (Resealed(rows=3), Resealed(rows=3))
    assert await count_by_key(office.stand.mounted.sessions, Table.metadata) == {2: before[1]}
    alone = Vault(lambda: SECOND.without(1))
    assert await read_back(office, alone) == {
        **{f"Member {number(serial)}": (PHONE, ADDRESS) for serial in (1, 2, 3)},
        **{f"Citizen {number(serial)}": (None, ADDRESS) for serial in (3, 4, 5)},
    }
    assert await change_keys(office, Vault(lambda: SECOND)) == {}


async def test_what_an_interruption_left_is_done_by_the_next_run(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "BATCH", 2)
    await populate(office)
    (roll,) = (sealed for sealed in sealed_tables(Table.metadata) if sealed.table.name == "member")
    vault = Vault(lambda: SECOND)
    interrupted = reseal(office.stand.mounted.sessions, vault, roll)
    assert await anext(interrupted) == Resealed(rows=2)
    await interrupted.aclose()
    assert await resealing.count_stale(office.stand.mounted.sessions, vault, roll) == 1
    assert (await change_keys(office, vault))["member"] == Resealed(rows=1)


async def test_a_row_that_no_key_opens_is_left_as_it_is_and_counted(office: Office) -> None:
    await populate(office)
    async with office.stand.mounted.sessions() as session:
        spoilt = await session.get(Member, (await office.rows(Member))[0][0], lock=True)
        assert spoilt is not None
        spoilt.phone = (spoilt.phone or b"")[:-1]
        before = spoilt.phone
    assert (await change_keys(office, Vault(lambda: SECOND)))["member"] == Resealed(rows=2, unopened=1)
    async with office.stand.mounted.sessions() as session:
        after = await session.get(Member, spoilt.id)
        assert after is not None
        assert after.phone == before
    assert (await count_by_key(office.stand.mounted.sessions, Table.metadata))[1] == 3
