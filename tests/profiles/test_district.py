"""The generated district: its figures, its rules, its marks, and its way through the users' door."""

from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest
import xlwt

from chassis.identifiers import birth_date, citizen_number_fault, is_male
from chassis.sheets.headings import SheetKind
from chassis.sheets.reading import read_workbook
from profiles.district.generate import AS_OF, District, generate, write_households, write_roster
from services.members.imports.checking import Known, check
from services.members.imports.headings import KINDS, ORGANIZATIONS, POSTS, ROLL
from services.members.imports.rows import Checked
from services.members.imports.sizes import size_faults
from services.members.imports.writing import AnyRow, text_for
from services.members.words import DivisionKind, HouseholdTie, MemberStage, PostKind, Sex, Tier

SEED = 20_260_105


@pytest.fixture(scope="module")
def district() -> District:
    return generate(SEED)


def test_it_has_the_figures_of_the_second_seed(district: District) -> None:
    assert len(district.organizations) == 782
    assert len(district.members) == 18_224
    assert len({row.household_code for row in district.citizens}) == 20_000
    assert len(district.citizens) == 60_000
    assert {row.stage for row in district.members} == set(MemberStage)


def test_the_same_seed_gives_the_same_district_and_another_one_does_not(district: District) -> None:
    assert generate(SEED) == district
    assert generate(SEED + 1).members != district.members


@pytest.mark.parametrize("seed", [SEED, 1, 2])
def test_every_size_rule_is_kept(seed: int) -> None:
    other = generate(seed)
    assert size_faults(other.organizations, other.members) == []


def test_only_branches_hold_members_and_each_leads_up_to_the_district(district: District) -> None:
    by_code = {row.code: row for row in district.organizations}
    assert {by_code[row.organization_code].tier for row in district.members} == {Tier.BRANCH}
    for row in district.organizations:
        steps = 0
        above = row
        while above.superior_code is not None:
            above = by_code[above.superior_code]
            steps += 1
        assert (above.code, steps <= 4) == (district.organizations[0].code, True)


def test_every_village_has_an_organisation_of_its_own_under_its_township(district: District) -> None:
    kinds = {row.code: row for row in district.divisions}
    by_code = {row.code: row for row in district.organizations}
    tops = defaultdict(list)
    for row in district.organizations:
        division = kinds[row.division_code or ""]
        if division.kind in {DivisionKind.VILLAGE, DivisionKind.COMMUNITY}:
            superior = by_code[row.superior_code or ""]
            if superior.division_code != row.division_code:
                assert superior.division_code == division.superior_code
                tops[division.code].append(row)
    assert len(tops) == 168
    assert {len(rows) for rows in tops.values()} == {1}


def test_every_person_is_marked_and_nobody_has_a_number_or_phone_that_could_be_real(district: District) -> None:
    people = {row.citizen_number: row for row in (*district.members, *district.citizens)}
    assert len(people) > 60_000
    for number, row in people.items():
        assert citizen_number_fault(number) is None
        assert number.startswith("999999")
        assert (row.generated, "样" in row.name, (row.phone or "154").startswith("154")) == (True, True, True)
        assert (row.sex is Sex.MALE) == is_male(number)
        assert birth_date(number) <= AS_OF
    for rows in (district.members, district.citizens):
        assert len({row.citizen_number for row in rows}) == len(rows)
    assert all(row.generated for row in (*district.organizations, *district.posts))
    assert len({row.phone for row in people.values() if row.phone}) == sum(bool(row.phone) for row in people.values())


def test_one_person_has_one_name(district: District) -> None:
    names = {row.citizen_number: row.name for row in district.members}
    both = [row for row in district.citizens if row.citizen_number in names]
    assert len(both) > 5_000
    assert all(names[row.citizen_number] == row.name for row in both)


def test_every_village_has_agents_and_one_stand_in_who_is_somebody_else(district: District) -> None:
    holders: dict[str | None, Counter[PostKind]] = defaultdict(Counter)
    persons = defaultdict(list)
    for row in district.posts:
        if row.division_code:
            holders[row.division_code][row.kind] += 1
            persons[row.division_code].append(row.citizen_number)
    for division in district.divisions:
        held = holders[division.code]
        if division.kind in {DivisionKind.VILLAGE, DivisionKind.COMMUNITY}:
            assert held[PostKind.PROXY_AGENT] >= 1
            assert held[PostKind.STAND_IN] == 1
        elif division.kind is not DivisionKind.DISTRICT:
            assert held[PostKind.TOWNSHIP_CADRE] >= 1
            assert held[PostKind.SUPERVISOR] >= 1
            assert held[PostKind.DISCIPLINE_INSPECTOR] == 1
        else:
            assert held[PostKind.DISCIPLINE_INSPECTOR] >= 1
            assert min(held[PostKind.SUPERVISOR], held[PostKind.COUNTY_OPERATOR], held[PostKind.AUDITOR]) >= 1
        assert len(set(persons[division.code])) == len(persons[division.code])
    secretaries = [row.organization_code for row in district.posts if row.kind is PostKind.SECRETARY]
    assert sorted(map(str, secretaries)) == sorted(row.code for row in district.organizations)


def test_every_household_has_one_head_and_fitting_ages(district: District) -> None:
    heads = {row.household_code: row for row in district.citizens if row.tie is HouseholdTie.HEAD}
    assert len(heads) == 20_000
    for row in district.citizens:
        head = heads[row.household_code]
        younger_by = birth_date(row.citizen_number).year - birth_date(head.citizen_number).year
        if row.tie in {HouseholdTie.SON, HouseholdTie.DAUGHTER}:
            assert younger_by >= 20
        if row.tie is HouseholdTie.PARENT:
            assert younger_by <= -20


def known_of(district: District) -> Known:
    return Known(divisions=frozenset(row.code for row in district.divisions))


def test_the_written_workbooks_come_back_row_for_row_without_a_fault(tmp_path: Path, district: District) -> None:
    write_roster(tmp_path / "roster.xlsx", district)
    write_households(tmp_path / "households.xlsx", district)
    roster = check(read_workbook(tmp_path / "roster.xlsx"), today=AS_OF, known=known_of(district))
    assert (roster.faults, roster.warnings, roster.unread) == ([], [], [])
    assert roster.organizations == district.organizations
    assert roster.members == district.members
    assert roster.posts == district.posts
    households = check(read_workbook(tmp_path / "households.xlsx"), today=AS_OF, known=known_of(district))
    assert households.faults == []
    assert households.citizens == district.citizens


def texts(kind: SheetKind, rows: list[AnyRow]) -> list[list[str]]:
    fields = [name for name in rows[0].__slots__ if name != "row"]
    values = ([getattr(row, name) for name in fields] for row in rows)
    lines = [["" if value is None or value is False else text_for(value) for value in line] for line in values]
    return [[column.heading for column in kind.columns], *lines]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_the_organisations_come_back_through_text(tmp_path: Path, district: District, encoding: str) -> None:
    path = tmp_path / "organisations.csv"
    lines = texts(ORGANIZATIONS, [*district.organizations])
    path.write_text("\n".join(",".join(line) for line in lines), encoding=encoding)
    result = check(read_workbook(path), today=AS_OF, known=known_of(district))
    assert (result.faults, result.organizations) == ([], district.organizations)


def test_the_roll_comes_back_through_gb18030(tmp_path: Path, district: District) -> None:
    path = tmp_path / "roll.csv"
    path.write_text("\n".join(",".join(line) for line in texts(ROLL, [*district.members])), encoding="gb18030")
    known = Known(organizations={row.code: row.tier for row in district.organizations})
    result = check(read_workbook(path), today=AS_OF, known=known)
    assert (result.faults, result.members) == ([], district.members)


def test_a_slice_comes_back_through_an_old_workbook(tmp_path: Path, district: District) -> None:
    organizations, members = district.organizations, district.members[:2_000]
    numbers = {row.citizen_number for row in members}
    posts = [row for row in district.posts if row.citizen_number in numbers]
    old = xlwt.Workbook(encoding="utf-8")
    slices: list[tuple[SheetKind, list[AnyRow]]] = [
        (ORGANIZATIONS, [*organizations]),
        (ROLL, [*members]),
        (POSTS, [*posts]),
    ]
    for kind, rows in slices:
        sheet = old.add_sheet(kind.title)
        for number, line in enumerate(texts(kind, rows)):
            for place, cell in enumerate(line):
                sheet.write(number, place, cell)
    old.save(str(tmp_path / "slice.xls"))
    result: Checked = check(read_workbook(tmp_path / "slice.xls"), today=AS_OF, known=known_of(district))
    assert result.faults == []
    assert (result.organizations, result.members, result.posts) == (organizations, members, posts)


def test_nothing_in_it_is_later_than_its_day() -> None:
    early = generate(3, as_of=date(2020, 6, 1))
    days = [row.admitted_on for row in early.members] + [row.held_from for row in early.posts]
    assert max(day for day in days if day) <= date(2020, 6, 1)
    assert len(KINDS) == 4
