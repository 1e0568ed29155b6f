"""Taking pairings in from a spreadsheet: all of it, or what has no fault; repeated, it changes nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col, select

from chassis import audit
from chassis.clock import local_date
from chassis.divisions import township_of
from chassis.problems import Invalid
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.tables import new_id
from services.members.divisions.model import Division
from services.members.households.model import Household
from services.members.organizations.model import Organization
from services.members.pairings.actions import lasting, tell_people
from services.members.pairings.model import Pairing, PairingStage
from services.members.pairings.rows import Checked, Ends, Known
from services.members.persons import NUMBER_INDEX
from services.members.roll.model import Member
from services.members.rules.pack import MemberRules, RuleId
from services.members.words import DivisionKind

PERSONS = columns(col(Member.citizen_number_index), col(Member.id))
ORGANIZATIONS = columns(col(Organization.code), col(Organization.id), col(Organization.division_code))
HOUSEHOLDS = select(Household).where(col(Household.ended_on).is_(None))
VILLAGES = columns(col(Division.code)).where(col(Division.kind).in_([DivisionKind.VILLAGE, DivisionKind.COMMUNITY]))
RUNNING = select(Pairing).where(*lasting())
PAIRED = (
    select(Household)
    .where(
        col(Household.id).in_(
            select(col(Pairing.household_id)).where(
                col(Pairing.household_id).is_not(None), col(Pairing.stage) == PairingStage.RUNNING
            )
        ),
        col(Household.id) > bindparam("after"),
    )
    .order_by(col(Household.id))
    .limit(500)
)


class PairingsFaulty(Invalid):
    """Some rows are not right, and nothing was taken in."""

    title_zh = "结对名单中有错误，没有导入任何内容：请按报告改正后重新导入，或选择只导入正确的行。"


class _ByNumber(Mapping[str, UUID]):
    """Persons on the roll by citizen number, found by blind index."""

    def __init__(self, found: Mapping[bytes, UUID], vault: Vault) -> None:
        self._found = found
        self._vault = vault

    def __getitem__(self, number: str) -> UUID:
        return self._found[self._vault.index(number, place=NUMBER_INDEX)]

    def __iter__(self) -> Iterator[str]:
        raise TypeError("the numbers on the roll are sealed")

    def __len__(self) -> int:
        return len(self._found)


@dataclass(frozen=True, slots=True)
class Imported:
    """How many pairings are new, and how many ran already."""

    new: int
    unchanged: int


async def known(session: Session) -> Known:
    """What a file may refer to."""
    today = local_date(session.now)
    rules = session.use(MemberRules)
    return Known(
        persons=_ByNumber(dict(await session.all(PERSONS)), session.use(Vault)),
        organizations={code: found for code, found, _ in await session.all(ORGANIZATIONS)},
        households={one.code: one.id for one in await session.all(HOUSEHOLDS)},
        villages=frozenset(code for (code,) in await session.all(VILLAGES)),
        running=frozenset(_ends(one) for one in await session.all(RUNNING, first=today)),
        most_households=rules.rule(RuleId.HOUSEHOLDS_MOST, on=today).value,
        most_departments=rules.rule(RuleId.DEPARTMENTS_MOST, on=today).value,
    )


async def import_pairings(session: Session, checked: Checked, *, leave_out_faulty: bool = False) -> Imported:
    """Write the good rows; with a fault nothing, unless the faulty ones are to be left out. Raises `PairingsFaulty`."""
    if checked.faults and not leave_out_faulty:
        raise PairingsFaulty(faults=len(checked.faults), rows=len({(one.sheet, one.row) for one in checked.faults}))
    areas = {found: division for _, found, division in await session.all(ORGANIZATIONS)}
    households = {one.id: one for one in await session.all(HOUSEHOLDS)}
    for row in checked.rows:
        ends = row.ends
        household = households[ends.household_id] if ends.household_id else None
        area = household.division_code if household else ends.village_code or areas[ends.organization_id or UUID(int=0)]
        pairing = Pairing(
            id=new_id(),
            township_code=township_of(area),
            division_code=area,
            kind=ends.kind,
            helper_person_id=ends.person_id,
            helper_post_id=None,
            helper_organization_id=ends.department_id,
            household_id=ends.household_id,
            organization_id=ends.organization_id,
            from_on=row.from_on,
            to_on=row.to_on,
            stage=PairingStage.RUNNING,
            end_reason=None,
            succeeded_by=None,
            made_at=session.now,
        )
        session.add(pairing)
        session.publish(pairing.made())
        audit.record(session, actor_id=None, action="import_pairings", about=pairing.id)
        if household is not None:
            await tell_people(session, household)
    return Imported(new=len(checked.rows), unchanged=checked.unchanged)


async def tell_people_of(session: Session, household_ids: set[UUID]) -> None:
    """Tell anew who belongs to those of these households with whom somebody is paired."""
    after = UUID(int=0)
    while household_ids and (paired := await session.all(PAIRED, after=after)):
        for household in paired:
            if household.id in household_ids:
                await tell_people(session, household)
        after = paired[-1].id


def _ends(one: Pairing) -> Ends:
    village = one.division_code if one.household_id is None and one.organization_id is None else None
    return Ends(
        one.kind,
        one.helper_person_id,
        one.helper_organization_id,
        one.household_id,
        village,
        one.organization_id,
    )
