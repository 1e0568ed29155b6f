"""A person has themselves erased: by two persons, with their key, and for good."""

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from chassis.audit.days import seal_one
from chassis.audit.verify import verify
from chassis.clock import local_date, real_now
from chassis.plans import table_of
from chassis.secrecy import place_of
from chassis.sheets.reading import read_workbook
from chassis.tables import AUDIT
from contracts.members import PersonErased
from services.members.credentials.model import Participation
from services.members.erasures.actions import NAMELESS
from services.members.households.model import Citizen
from services.members.imports.checking import check
from services.members.imports.headings import CITIZENS
from services.members.imports.rows import PostRow
from services.members.imports.views import known
from services.members.imports.writing import write_sheets
from services.members.persons import NUMBER_INDEX, PersonKey, in_clear, vault_of
from services.members.roll.model import Member
from services.members.words import PostKind
from tests.members.credentials.conftest import done
from tests.members.imports.books import number
from tests.members.village import ADDRESS, DISTRICT, PHONE, Office, citizen, member, organization, roster
from tests.mounting import token

pytestmark = pytest.mark.asyncio

OPERATOR, AUDITOR, BOTH, CITIZEN = 1, 2, 3, 5


class Registry:
    """A county with its operator and auditor, a citizen, and a citizen who is on the roll, too."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.people: dict[int, UUID] = {}

    async def post(self, path: str, *, by: int, **body: object) -> tuple[int, dict[str, object]]:
        """Do something as somebody."""
        headers = {"authorization": f"Bearer {token(self.people[by])}", "idempotency-key": uuid4().hex}
        answer = await self.office.stand.client.post(path, json=body, headers=headers)
        return answer.status_code, answer.json()

    async def erased(self, person: int) -> dict[str, object]:
        """The whole way; the wish as the person sees it at the end."""
        code, wish = await self.post("/me/erasure", by=person)
        assert code == 201, wish
        code, proposal = await self.post(f"/erasures/{wish['id']}/proposal", by=OPERATOR, words="本人到场申请")
        assert code == 200, proposal
        code, done = await self.post(f"/proposals/{proposal['proposal_id']}/confirmation", by=AUDITOR)
        assert (code, done["stage"]) == (200, "confirmed")
        found: dict[str, object] = (await self.office.stand.get("/me/erasure", by=self.people[person])).json()
        return found


@pytest_asyncio.fixture
async def registry(either_office: Office) -> Registry:
    """The county on both databases in turn."""
    office = either_office

    def post(serial: int, kind: PostKind) -> PostRow:
        return PostRow(number(serial), "王样〇一", kind, None, DISTRICT, date(2024, 1, 1), None, generated=True)

    posts = [post(OPERATOR, PostKind.COUNTY_OPERATOR), post(AUDITOR, PostKind.AUDITOR)]
    members = [member(serial) for serial in (OPERATOR, AUDITOR, BOTH)]
    citizens = [citizen(CITIZEN), citizen(BOTH, "H2")]
    await office.take_in(roster(organizations=[organization("A1")], members=members, posts=posts, citizens=citizens))
    made = Registry(office)
    async with office.stand.mounted.sessions() as session:
        for kind in (Member, Citizen):
            for row in await office.rows(kind):
                person = await session.get(kind, row[0])
                assert person is not None
                own = await vault_of(session, person.id)
                serial = next(n for n in range(1, 6) if number(n) == in_clear(own, person, "citizen_number"))
                made.people[serial] = person.id
    await office.told()
    return made


async def test_nothing_of_an_erased_citizen_is_left_and_no_old_copy_of_a_row_opens(registry: Registry) -> None:
    office, person_id = registry.office, registry.people[CITIZEN]
    await office.stand.hear(*done(person_id, registry.people[OPERATOR]))
    assert len(await office.rows(Participation)) == 2
    async with office.stand.mounted.sessions() as session:
        before = await session.get(Citizen, person_id)
        assert before is not None
        copy = {column: getattr(before, column) for column in ("citizen_number", "phone", "address")}
        index = before.citizen_number_index

    wish = await registry.erased(CITIZEN)

    assert (wish["stage"], len(str(wish["kept_zh"])) > 50) == ("erased", True)
    (fact,) = [PersonErased.read(told.body) for told in await office.told() if told.type == PersonErased.type]
    assert fact.person_id == person_id
    async with office.stand.mounted.sessions() as session:
        after = await session.get(Citizen, person_id)
        assert after is not None
        assert (after.name, after.citizen_number, after.phone, after.address) == (NAMELESS, b"", None, None)
        assert index != after.citizen_number_index
        assert await session.get(PersonKey, person_id) is None
        assert in_clear(await vault_of(session, person_id), after, "phone") is None
    assert [row[4] for row in await office.rows(Participation)] == [registry.people[OPERATOR]]
    vault = office.stand.mounted.vault
    for column, sealed in copy.items():  # as a backup of this one table has it
        for opening in (vault, vault.person(bytes(16))):
            with pytest.raises(InvalidTag):
                opening.open(sealed, place=place_of("citizen", column, person_id))
    me = (await office.stand.get("/me", by=person_id)).json()
    assert (me["name"], me["phone_masked"], me["citizen_number_masked"]) == (NAMELESS, None, "")


async def test_the_roll_stays_under_a_new_key_and_the_register_of_citizens_does_not(registry: Registry) -> None:
    office, person_id = registry.office, registry.people[BOTH]
    async with office.stand.mounted.sessions() as session:
        key = await session.get(PersonKey, person_id)
        citizen_before = await session.get(Citizen, person_id)
        assert key is not None
        assert citizen_before is not None
        salt, sealed = key.salt, citizen_before.phone
    assert "党员名册" in str((await registry.erased(BOTH))["kept_zh"])
    async with office.stand.mounted.sessions() as session:
        on_roll, as_citizen = await session.get(Member, person_id), await session.get(Citizen, person_id)
        own, key = await vault_of(session, person_id), await session.get(PersonKey, person_id)
        assert on_roll is not None
        assert as_citizen is not None
        assert own is not None
        assert key is not None
        said = [in_clear(own, on_roll, column) for column in ("citizen_number", "phone", "address")]
        assert said == [number(BOTH), PHONE, ADDRESS]
        assert (as_citizen.name, as_citizen.phone) == (NAMELESS, None)
        assert key.salt != salt
        with pytest.raises(InvalidTag):
            own.open(sealed or b"", place=place_of(table_of(Citizen).name, "phone", person_id))


async def test_no_import_brings_an_erased_person_back_unseen(registry: Registry, tmp_path: Path) -> None:
    office = registry.office
    await registry.erased(CITIZEN)
    workbook = tmp_path / "again.xlsx"
    write_sheets(workbook, [(CITIZENS, [citizen(CITIZEN), citizen(7, "H7")])])
    async with office.stand.mounted.sessions() as session:
        checked = check(read_workbook(workbook), today=date(2026, 11, 16), known=await known(session))
    assert [fault.fault for fault in checked.faults] == ["此人已依本人申请删除"]
    assert number(CITIZEN) not in str(checked.faults)
    assert [row.household_code for row in checked.citizens] == ["H7"]


async def test_it_takes_the_operator_and_an_auditor_and_ones_own_wish(registry: Registry) -> None:
    _, wish = await registry.post("/me/erasure", by=CITIZEN)
    assert (await registry.post("/me/erasure", by=CITIZEN))[1]["code"] == "erasure-asked"
    for other in (AUDITOR, BOTH, CITIZEN):
        assert (await registry.post(f"/erasures/{wish['id']}/proposal", by=other, words="我来"))[0] == 403
    _, proposal = await registry.post(f"/erasures/{wish['id']}/proposal", by=OPERATOR, words="本人到场申请")
    path = f"/proposals/{proposal['proposal_id']}"
    assert (await registry.post(f"{path}/confirmation", by=OPERATOR))[1]["code"] == "same-person"
    assert (await registry.post(f"{path}/confirmation", by=BOTH))[0] == 404
    assert (await registry.post(f"/erasures/{wish['id']}/proposal", by=OPERATOR, words="再来"))[1]["code"] == (
        "not-allowed-now"
    )
    assert (await registry.post(f"{path}/refusal", by=AUDITOR))[0] == 200
    assert (await registry.office.stand.get("/me/erasure", by=registry.people[CITIZEN])).json()["stage"] == "refused"
    assert (await registry.office.stand.get("/me", by=registry.people[CITIZEN])).json()["phone_masked"] is not None
    assert (await registry.post("/me/erasure", by=CITIZEN))[0] == 201


async def test_the_index_of_an_erased_number_is_all_that_is_kept_of_it(registry: Registry) -> None:
    await registry.erased(CITIZEN)
    kept = registry.office.stand.mounted.vault.index(number(CITIZEN), place=NUMBER_INDEX)
    holding = [name for name, rows in (await registry.office.everything()).items() if any(kept in row for row in rows)]
    assert holding == ["erasure"]


async def test_erasing_a_person_leaves_the_chain_verifiable_and_nothing_of_them_in_it(registry: Registry) -> None:
    office = registry.office
    async with office.stand.mounted.sessions() as session:
        before = await verify(session, "members", witnesses={})
        await seal_one(session, "members", before=local_date(real_now() + timedelta(days=2)), fact=None)
    await registry.erased(CITIZEN)
    async with office.stand.mounted.sessions() as session:
        after = await verify(session, "members", witnesses={})
        rows = await session.all(select(AUDIT))
    assert (before.faults, after.faults, after.days) == ([], [], 1)
    assert after.rows > before.rows
    held = repr(rows)
    for value in (number(CITIZEN), PHONE, ADDRESS, "王样"):
        assert value not in held
