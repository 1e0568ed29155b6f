"""Writing a roster: once, only what is new or changed, nothing or all good rows, and nothing readable at rest."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import col, select

from chassis.sheets.faults import RowFault
from contracts.members import DivisionListed, HouseholdListed, OrganizationRecorded, PostHeld
from services.members.divisions.actions import Listed, list_divisions
from services.members.households.model import Citizen
from services.members.imports.actions import Imported, RosterFaulty, import_roster
from services.members.imports.intake import Tally
from services.members.imports.places import OrganizationWithoutDivision
from services.members.imports.views import known
from services.members.organizations.model import Organization
from services.members.persons import in_clear
from services.members.posts.model import Post
from services.members.roll.model import Member
from services.members.words import Tier
from tests.members.imports.books import number
from tests.members.village import (
    ADDRESS,
    DISTRICT,
    DIVISIONS,
    PHONE,
    RARE,
    VILLAGE,
    Office,
    citizen,
    member,
    organization,
    post,
    roster,
    village_roster,
)

pytestmark = pytest.mark.asyncio

FAULT = RowFault("党员名册", 7, "姓名", "不是姓名", "2至60个汉字", "?")


async def member_named(office: Office, name: str) -> Member:
    """The one member of this name."""
    async with office.stand.mounted.sessions() as session:
        [found] = await session.all(select(Member).where(col(Member.name) == name))
    return found


async def test_the_first_import_writes_every_row_and_tells_what_others_need(either_office: Office) -> None:
    office = either_office
    imported = await office.take_in(village_roster())
    assert imported == Imported(
        organizations=Tally(new=2),
        members=Tally(new=3),
        posts=Tally(new=2),
        households=Tally(new=2),
        citizens=Tally(new=2),
    )
    told = [record.type for record in await office.told()]
    assert sorted(told) == sorted([HouseholdListed.type] * 2 + [OrganizationRecorded.type] * 2 + [PostHeld.type] * 2)
    audits = [row for row in await office.rows("audit") if "import_roster" in row]
    assert len(audits) == 2 + 3 + 2 + 2 + 2


async def test_the_facts_say_how_things_stand(office: Office) -> None:
    await office.take_in(village_roster())
    records = await office.told()
    recorded = {f.code: f for f in (OrganizationRecorded.read(r.body) for r in records if "organization" in r.type)}
    assert recorded["A2"].superior_id == recorded["A1"].organization_id
    assert (recorded["A1"].tier, recorded["A1"].division_code) == ("committee", DISTRICT)
    held = {f.kind: f for f in (PostHeld.read(r.body) for r in records if r.type == PostHeld.type)}
    agent = held["proxy_agent"]
    assert (agent.name, agent.division_code, agent.from_on, agent.to_on) == (RARE, VILLAGE, date(2024, 1, 1), None)
    assert agent.organization_id == recorded["A2"].organization_id
    assert agent.person_id == (await member_named(office, RARE)).id
    assert held["secretary"].to_on == date(2025, 12, 31)


async def test_importing_twice_changes_nothing(either_office: Office) -> None:
    office = either_office
    await office.take_in(village_roster())
    await office.told()
    before = await office.everything()

    imported = await office.take_in(village_roster())

    assert (imported.members, imported.posts) == (Tally(unchanged=3), Tally(unchanged=2))
    assert (imported.households, imported.citizens) == (Tally(unchanged=2), Tally(unchanged=2))
    assert imported.organizations == Tally(unchanged=2)
    assert await office.told() == []
    assert await office.everything() == before


async def test_a_changed_telephone_is_sealed_anew_and_nothing_else_is_touched(either_office: Office) -> None:
    office = either_office
    first = village_roster()
    await office.take_in(first)
    await office.told()
    before, audits = await member_named(office, RARE), len(await office.rows("audit"))
    changed = replace(first.members[0], phone="15400099999")

    imported = await office.take_in(replace(first, members=[changed, *first.members[1:]]))

    assert imported.members == Tally(changed=1, unchanged=2)
    after = await member_named(office, RARE)
    assert in_clear(await office.own(after), after, "phone") == "15400099999"
    assert after.phone_index != before.phone_index
    kept = {"citizen_number", "citizen_number_index", "address", "id", "stage", "organization_id"}
    assert {name: getattr(after, name) for name in kept} == {name: getattr(before, name) for name in kept}
    assert len(await office.rows("audit")) == audits + 1
    assert await office.told() == []


async def test_what_is_no_longer_said_of_a_person_is_gone(office: Office) -> None:
    await office.take_in(village_roster())
    silent = replace(village_roster().members[0], phone=None, address=None)
    await office.take_in(roster(organizations=village_roster().organizations, members=[silent]))
    after = await member_named(office, RARE)
    assert (after.phone, after.phone_index, after.address) == (None, None, None)


async def test_a_changed_organisation_and_a_changed_post_are_told_once_each(office: Office) -> None:
    first = village_roster()
    await office.take_in(first)
    await office.told()
    organizations = [replace(first.organizations[0], name="组织改名"), first.organizations[1]]
    posts = [replace(first.posts[0], held_until=date(2026, 12, 31)), first.posts[1]]

    imported = await office.take_in(replace(first, organizations=organizations, posts=posts))

    assert (imported.organizations, imported.posts) == (Tally(changed=1, unchanged=1), Tally(changed=1, unchanged=1))
    told = await office.told()
    assert [r.type for r in told] == [OrganizationRecorded.type, PostHeld.type]
    assert OrganizationRecorded.read(told[0].body).name == "组织改名"
    assert PostHeld.read(told[1].body).to_on == date(2026, 12, 31)


async def test_a_holder_who_goes_by_another_name_is_told_of_again(either_office: Office) -> None:
    office = either_office
    first = village_roster()
    await office.take_in(first)
    await office.told()
    renamed = replace(first.members[0], name="王样·新")

    await office.take_in(roster(organizations=first.organizations, members=[renamed]))

    [told] = await office.told()
    assert PostHeld.read(told.body).name == "王样·新"


async def test_a_post_without_an_organisation_stays_the_same_post_when_its_holder_moves(office: Office) -> None:
    first = village_roster()
    await office.take_in(first)
    [before] = [row for row in await office.rows(Post) if "proxy_agent" in map(str, row)]
    await office.told()
    moved = replace(first.members[0], organization_code="A1")

    imported = await office.take_in(replace(first, members=[moved, *first.members[1:]]))

    assert imported.posts == Tally(changed=1, unchanged=1)
    [told] = await office.told()
    assert PostHeld.read(told.body).post_id == before[0]


async def test_a_person_in_both_registers_is_one_person(either_office: Office) -> None:
    office = either_office
    await office.take_in(village_roster())  # 2 is a member first
    await office.take_in(roster(organizations=[organization("A1")], members=[member(4, "A1")]))  # 4 a citizen first
    members = {row[0] for row in await office.rows(Member)}
    citizens = {row[0] for row in await office.rows(Citizen)}
    assert len(members & citizens) == 2
    assert len(members | citizens) == 4


async def test_each_register_keeps_its_own_telephone(office: Office) -> None:
    first = village_roster()
    await office.take_in(first)
    other = replace(first.citizens[0], phone="15400077777")
    changed = replace(first, citizens=[other, first.citizens[1]])
    await office.take_in(changed)
    before = await office.everything()
    imported = await office.take_in(changed)
    assert (imported.members, imported.citizens) == (Tally(unchanged=3), Tally(unchanged=2))
    assert await office.everything() == before


async def test_with_a_fault_nothing_goes_in(either_office: Office) -> None:
    office = either_office
    before = await office.everything()
    with pytest.raises(RosterFaulty) as refusal:
        await office.take_in(replace(village_roster(), faults=[FAULT]))
    assert refusal.value.details == {"faults": 1, "rows": 1}
    assert await office.everything() == before


async def test_all_good_rows_go_in_where_that_is_asked(office: Office) -> None:
    imported = await office.take_in(replace(village_roster(), faults=[FAULT]), leave_out_faulty=True)
    assert imported.members == Tally(new=3)


async def test_an_import_that_breaks_off_leaves_nothing(either_office: Office) -> None:
    office = either_office
    before = await office.everything()

    def break_off(table: str, _done: int, _total: int) -> None:
        if table == "citizen":
            raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        async with office.stand.mounted.sessions() as session:
            await import_roster(session, village_roster(), progress=break_off)
    assert await office.told() == []
    assert await office.everything() == before


async def test_an_import_that_breaks_while_rows_are_under_way_leaves_nothing(either_office: Office) -> None:
    office = either_office
    before = await office.everything()
    members = [replace(member(1), citizen_number=number(serial), phone=None) for serial in range(1, 999)]
    born = [replace(member(1), citizen_number=number(serial, born="19840229")) for serial in range(1, 999)]
    broken = [replace(member(1), citizen_number=number(serial, born="19760229")) for serial in range(1, 99)]
    broken[20] = replace(broken[20], organization_code="nowhere")
    rows = roster(organizations=[organization("A1")], members=members + born + broken)
    with pytest.raises(KeyError):
        await office.take_in(rows)
    assert await office.everything() == before
    assert (await office.take_in(village_roster())).members == Tally(new=3)


async def test_thousands_of_rows_go_in_and_change_by_chunks(either_office: Office) -> None:
    office = either_office
    serials = [(serial, f"19{year}0229") for serial in range(100, 1000) for year in ("60", "64", "80")]
    members = [replace(member(1, "A1"), citizen_number=number(serial, born=born)) for serial, born in serials]
    seen: list[tuple[str, int, int]] = []
    for name, expected in (("王样〇一", Tally(new=2700)), ("王样〇二", Tally(changed=2700))):
        rows = roster(organizations=[organization("A1")], members=[replace(row, name=name) for row in members])
        async with office.stand.mounted.sessions() as session:
            imported = await import_roster(session, rows, progress=lambda *step: seen.append(step))
        assert imported.members == expected
    of_members = [step[1:] for step in seen if step[0] == "member"]
    assert of_members == [(2000, 2700), (2700, 2700)] * 2
    assert {row[3] for row in await office.rows(Member)} == {"王样〇二"}


async def test_organisations_come_in_any_order_and_inherit_their_division(office: Office) -> None:
    await office.take_in(
        roster(
            organizations=[
                organization("C", "B"),
                organization("B", "A", division=VILLAGE),
                replace(organization("A"), tier=Tier.COMMITTEE),
            ]
        )
    )
    async with office.stand.mounted.sessions() as session:
        found = dict(await session.all(select(Organization.code, Organization.division_code)))
    assert found == {"A": DISTRICT, "B": VILLAGE, "C": VILLAGE}


async def test_without_any_division_an_organisation_is_refused(office: Office) -> None:
    async with office.stand.mounted.sessions() as session:
        await list_divisions(session, [replace(DIVISIONS[0], code="430703000000", name="鼎城区")])
    await office.told()
    before = await office.everything()
    with pytest.raises(OrganizationWithoutDivision):
        await office.take_in(roster(organizations=[organization("A1")]))
    assert await office.everything() == before


async def test_nothing_secret_is_readable_at_rest_or_on_the_log(office: Office, tmp_path: Path) -> None:
    await office.take_in(village_roster())
    records = await office.told()
    await office.token("citizen")
    raw = b"".join(file.read_bytes() for file in tmp_path.glob("members.db*"))
    assert RARE.encode() in raw  # the search would find what is there in the clear
    secrets = [number(1), number(2), number(4), number(3, area="430702"), PHONE, ADDRESS]
    for secret in secrets:
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            assert secret.encode(encoding) not in raw
            assert secret.encode(encoding).hex().encode() not in raw
        assert not [record for record in records if secret in record.body]


async def test_nothing_secret_is_readable_in_postgres(office_on_postgres: Office) -> None:
    await office_on_postgres.take_in(village_roster())
    raw = repr(await office_on_postgres.everything())
    assert RARE in raw
    for secret in (number(1), number(4), PHONE, ADDRESS):
        assert secret not in raw
        assert repr(secret.encode())[2:-1] not in raw


async def test_equal_telephones_of_two_people_are_sealed_differently(office: Office) -> None:
    await office.take_in(village_roster())
    async with office.stand.mounted.sessions() as session:
        sealed = await session.all(select(Member.phone))
        indexes = await session.all(select(Member.phone_index))
    assert len(set(sealed)) == len(sealed)
    assert len(set(indexes)) == 1


async def test_rare_characters_come_back_as_they_went_in(either_office: Office) -> None:
    office = either_office
    await office.take_in(
        roster(
            organizations=[organization("A1")],
            members=[replace(member(1), name=RARE, address="𠮷庄·东头👍1号")],
        )
    )
    found = await member_named(office, RARE)
    assert in_clear(await office.own(found), found, "address") == "𠮷庄·东头👍1号"
    assert in_clear(await office.own(found), found, "citizen_number") == number(1)


async def test_the_check_is_told_what_is_there(either_office: Office) -> None:
    office = either_office
    await office.take_in(village_roster())
    async with office.stand.mounted.sessions() as session:
        found = await known(session)
    assert found.organizations == {"A1": Tier.COMMITTEE, "A2": Tier.BRANCH}
    assert found.divisions == {division.code for division in DIVISIONS}
    assert found.members.get(number(1)) == RARE
    assert found.members.get(number(99)) is None


async def test_divisions_are_told_only_when_new_or_changed(either_office: Office) -> None:
    office = either_office
    renamed = [*DIVISIONS[:2], replace(DIVISIONS[2], name="坪湖社区")]
    async with office.stand.mounted.sessions() as session:
        assert await list_divisions(session, renamed) == Listed(new=0, changed=1, unchanged=2)
    [told] = await office.told()
    assert DivisionListed.read(told.body).name == "坪湖社区"


async def test_an_import_of_citizens_alone_leaves_the_roll_alone(office: Office) -> None:
    await office.take_in(village_roster())
    imported = await office.take_in(roster(citizens=[citizen(6, "H3")]))
    assert (imported.members, imported.citizens) == (Tally(), Tally(new=1))


async def test_a_member_who_holds_a_post_already_takes_a_second_one(office: Office) -> None:
    await office.take_in(village_roster())
    later = replace(post(1), held_from=date(2026, 1, 1))
    imported = await office.take_in(roster(posts=[later]))
    assert imported.posts == Tally(new=1)
    assert len(await office.rows(Post)) == 3
