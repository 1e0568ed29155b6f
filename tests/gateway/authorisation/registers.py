"""The county of the matrix as `members` knows it: everybody on the roll or among the citizens, in their posts."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from services.members.divisions.actions import list_divisions
from services.members.divisions.reading import DivisionRow
from services.members.households.model import Citizen
from services.members.imports.actions import import_roster
from services.members.imports.rows import Checked, CitizenRow, MemberRow, OrganizationRow, PostRow
from services.members.organizations.model import Organization
from services.members.posts.model import Post
from services.members.roll.model import Member
from services.members.words import DivisionKind, HouseholdTie, MemberStage, PostKind, Sex, Tier
from tests.gateway.authorisation.columns import OTHER, PERSONS
from tests.members.imports.books import number
from tests.mounting import Stand
from tests.tasks.conftest import DISTRICT, TOWNSHIP, VILLAGE

FAR_TOWNSHIP, FAR_VILLAGE = "430702200000", "430702200201"
KINDS = {
    "agent": PostKind.PROXY_AGENT,
    "cadre": PostKind.TOWNSHIP_CADRE,
    "operator": PostKind.COUNTY_OPERATOR,
}
SPARE = ("newcomer", "leaver")  # on the roll, without a post, and in no column
NEAR = {"operator": DISTRICT, "guide": TOWNSHIP, "cadre": TOWNSHIP, "supervisor": TOWNSHIP, "auditor": TOWNSHIP}
FAR = {TOWNSHIP: FAR_TOWNSHIP, VILLAGE: FAR_VILLAGE, DISTRICT: DISTRICT}

DIVISIONS = [
    DivisionRow(DISTRICT, "区", DivisionKind.DISTRICT, None),
    DivisionRow(TOWNSHIP, "镇", DivisionKind.TOWNSHIP, DISTRICT),
    DivisionRow(VILLAGE, "村", DivisionKind.VILLAGE, TOWNSHIP),
    DivisionRow(FAR_TOWNSHIP, "远镇", DivisionKind.TOWNSHIP, DISTRICT),
    DivisionRow(FAR_VILLAGE, "远村", DivisionKind.VILLAGE, FAR_TOWNSHIP),
]


async def fill(stand: Stand) -> tuple[dict[str, UUID], dict[str, str]]:
    """Who stands in which column, and the ids of what is there: organisations, posts, persons."""
    columns = [*PERSONS, *SPARE]
    serials = {column: 2 * serial for serial, column in enumerate(columns, start=10)}  # even ones are women's
    officers = [column for column in columns if not column.startswith("citizen")]
    async with stand.mounted.sessions() as session:
        await list_divisions(session, DIVISIONS)
        checked = Checked(
            list(_organizations()),
            [_member(column, serials[column]) for column in officers],
            [_post(column, serials[column]) for column in officers if column not in SPARE],
            [_citizen(column, serials[column]) for column in columns if column.startswith("citizen")],
            [],
            [],
            [],
        )
        await import_roster(session, checked)
    async with stand.mounted.sessions() as session:
        named = await session.all(select(col(Member.name), col(Member.id)))
        named += await session.all(select(col(Citizen.name), col(Citizen.id)))
        people = {column: found for name, found in named if (column := name.removeprefix("样")) in columns}
        codes = dict(await session.all(select(col(Organization.code), col(Organization.id))))
        posts = dict(await session.all(select(col(Post.person_id), col(Post.id))))
    things = {
        "branch": codes[f"M{VILLAGE}"],
        "township": codes[f"M{TOWNSHIP}"],
        **{spare: people.pop(spare) for spare in SPARE},
        "officer": people["stand_in"],
        "agency": posts[people["agent"]],
        "standby": posts[people["stand_in"]],
    }
    return people, {name: str(found) for name, found in things.items()}


def _organizations() -> Iterable[OrganizationRow]:
    above = {TOWNSHIP: DISTRICT, FAR_TOWNSHIP: DISTRICT, VILLAGE: TOWNSHIP, FAR_VILLAGE: FAR_TOWNSHIP}
    for division in DIVISIONS:
        code, superior = division.code, above.get(division.code)
        tier = Tier.BRANCH if division.kind is DivisionKind.VILLAGE else Tier.COMMITTEE
        yield OrganizationRow(
            f"M{code}", f"组织{code}", tier, f"M{superior}" if superior else None, code, None, None, generated=True
        )


def _area(column: str) -> str:
    near = NEAR.get(column.removesuffix(OTHER), VILLAGE)
    return FAR[near] if column.endswith(OTHER) else near


def _member(column: str, serial: int) -> MemberRow:
    return MemberRow(
        citizen_number=number(serial),
        name=f"样{column}",
        sex=Sex.FEMALE,
        ethnic_group="汉族",
        organization_code=f"M{_area(column)}",
        stage=MemberStage.FULL,
        admitted_on=date(2010, 7, 1),
        confirmed_on=date(2011, 7, 1),
        phone=f"15400{serial:06}",
        address=None,
        division_code=_area(column),
        generated=True,
    )


def _post(column: str, serial: int) -> PostRow:
    role = column.removesuffix(OTHER)
    kind = KINDS.get(role) or PostKind(role)
    area = _area(column)
    guided = {TOWNSHIP: VILLAGE, FAR_TOWNSHIP: FAR_VILLAGE}[area] if role == "guide" else area
    since = date(2020, 1, 1)
    return PostRow(number(serial), f"样{column}", kind, f"M{area}", guided, since, None, generated=True)


def _citizen(column: str, serial: int) -> CitizenRow:
    return CitizenRow(
        household_code=f"H{serial}",
        citizen_number=number(serial),
        name=f"样{column}",
        sex=Sex.FEMALE,
        division_code=_area(column),
        address=None,
        phone=f"15400{serial:06}",
        tie=HouseholdTie.HEAD,
        generated=True,
    )
