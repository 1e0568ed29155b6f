"""A small roster for towns that tests play in: real places, and in each just the people that a story needs."""

from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

from profiles.district.persons import Registry
from services.members.divisions.reading import WULING, DivisionRow, read_divisions
from services.members.imports.headings import CITIZENS, ORGANIZATIONS, POSTS, ROLL
from services.members.imports.rows import CitizenRow, MemberRow, OrganizationRow, PostRow
from services.members.imports.writing import write_sheets
from services.members.words import HouseholdTie, MemberStage, PostKind, Sex, Tier

DISTRICT = "430702000000"
TOWNSHIPS = (  # a village for each journey
    *("430702102000", "430702200000", "430702204000"),
    *("430702100000", "430702001000", "430702002000", "430702003000"),
)
CITIZENS_OF_A_VILLAGE = 4
IN_OFFICE_SINCE = date(2024, 1, 1)


class _Draft:
    """The rows of the four sheets while they are being made up."""

    def __init__(self, seed: int, households: int) -> None:
        self._households = households
        self.organizations: list[OrganizationRow] = []
        self.members: list[MemberRow] = []
        self.posts: list[PostRow] = []
        self.citizens: list[CitizenRow] = []
        self._registry = Registry(Random(seed))

    def organization(self, place: DivisionRow, tier: Tier, *, superior: str | None) -> None:
        self.organizations.append(
            OrganizationRow(
                code=f"T{place.code}",
                name=f"{place.name}样例组织",
                tier=tier,
                superior_code=f"T{superior}" if superior else None,
                division_code=place.code,
                founded_on=date(1990, 7, 1),
                term_ends_on=date(2027, 7, 1),
                generated=True,
            )
        )

    def office(self, place: DivisionRow, *kinds: PostKind) -> None:
        """One person for each post, on the roll of the place's own organisation."""
        for kind in kinds:
            person = self._registry.make(sex=Sex.FEMALE, youngest=date(1990, 1, 1), oldest=date(1970, 1, 1))
            self.members.append(
                MemberRow(
                    citizen_number=person.citizen_number,
                    name=person.name,
                    sex=person.sex,
                    ethnic_group=person.ethnic_group,
                    organization_code=f"T{place.code}",
                    stage=MemberStage.FULL,
                    admitted_on=date(2012, 7, 1),
                    confirmed_on=date(2013, 7, 1),
                    phone=person.phone,
                    address=f"{place.name}样例路1号",
                    division_code=place.code,
                    generated=True,
                )
            )
            number, since = person.citizen_number, IN_OFFICE_SINCE
            self.posts.append(
                PostRow(number, person.name, kind, f"T{place.code}", place.code, since, None, generated=True)
            )

    def citizens_of(self, place: DivisionRow) -> None:
        """One of each household."""
        for number in range(self._households):
            person = self._registry.make(sex=Sex.MALE, youngest=date(1995, 1, 1), oldest=date(1960, 1, 1))
            self.citizens.append(
                CitizenRow(
                    household_code=f"{place.code}-{number}",
                    citizen_number=person.citizen_number,
                    name=person.name,
                    sex=person.sex,
                    division_code=place.code,
                    address=f"{place.name}样例组{number}号",
                    phone=person.phone,
                    tie=HouseholdTie.HEAD,
                    generated=True,
                )
            )


def villages() -> list[str]:
    """The codes of the villages and communities that have people."""
    return [row.code for row in read_divisions(WULING) if row.superior_code in TOWNSHIPS]


def secrets_of(workbook: Path) -> list[str]:
    """What a written roster holds that no log and no fact may: every citizen number, telephone number and address."""
    rows = _rows(seed=int(workbook.stem.rpartition("-")[2]))
    people = [*rows.members, *rows.citizens]
    return [text for one in people for text in (one.citizen_number, one.phone, one.address) if text]


def citizen_with_a_telephone(village: str, *, seed: int) -> CitizenRow:
    """Somebody of a village whose telephone number nobody else in the roster has."""
    rows = _rows(seed=seed)
    phones = Counter(person.phone for person in (*rows.members, *rows.citizens))
    return next(row for row in rows.citizens if row.division_code == village and row.phone and phones[row.phone] == 1)


def write_small_roster(directory: Path, *, seed: int, households: int = CITIZENS_OF_A_VILLAGE) -> Path:
    """Write a workbook for `lianxin import roster`: some townships with everybody above them."""
    rows = _rows(seed=seed, households=households)
    path = directory / f"roster-{seed}.xlsx"
    write_sheets(
        path,
        [
            (ORGANIZATIONS, rows.organizations),
            (ROLL, rows.members),
            (POSTS, rows.posts),
            (CITIZENS, rows.citizens),
        ],
    )
    return path


def _rows(*, seed: int, households: int = CITIZENS_OF_A_VILLAGE) -> _Draft:
    places = {row.code: row for row in read_divisions(WULING)}
    draft = _Draft(seed, households)
    draft.organization(places[DISTRICT], Tier.COMMITTEE, superior=None)
    draft.office(places[DISTRICT], PostKind.SECRETARY, PostKind.SUPERVISOR, PostKind.COUNTY_OPERATOR)
    for township in TOWNSHIPS:
        draft.organization(places[township], Tier.COMMITTEE, superior=DISTRICT)
        draft.office(places[township], PostKind.SECRETARY, PostKind.TOWNSHIP_CADRE, PostKind.SUPERVISOR)
    for code in villages():
        draft.organization(places[code], Tier.BRANCH, superior=places[code].superior_code)
        draft.office(places[code], PostKind.SECRETARY, PostKind.PROXY_AGENT, PostKind.STAND_IN)
        draft.citizens_of(places[code])
    return draft
