"""Writing the organisations of a roster, superiors first."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from chassis.divisions import township_of
from chassis.problems import Invalid
from chassis.session import Session
from chassis.tables import new_id
from services.members.divisions.model import Division
from services.members.imports.intake import Intake, Progress, Tally
from services.members.imports.rows import OrganizationRow
from services.members.organizations.model import Organization

EVERY_ORGANIZATION = select(Organization).order_by(col(Organization.code))
DISTRICTS = select(Division.code).where(col(Division.superior_code).is_(None)).limit(2)


class OrganizationWithoutDivision(Invalid):
    """This organisation and all above it name no division, and there is not just one district."""

    title_zh = "有党组织没有区划代码，上级也没有：请先导入行政区划，或在党组织表中填写区划代码。"


@dataclass(frozen=True, slots=True)
class Seat:
    """An organisation as the rows below refer to it."""

    organization_id: UUID
    division_code: str


async def take_in_organizations(
    session: Session, rows: list[OrganizationRow], *, progress: Progress
) -> tuple[dict[str, Seat], Tally]:
    """Write organisations; returns where each code sits, of those that were there before as well.

    An organisation without a division takes its superior's, and the top one the district. Raises
    `OrganizationWithoutDivision`.
    """
    held = {organization.code: organization for organization in await session.all(EVERY_ORGANIZATION)}
    seats = {code: Seat(each.id, each.division_code) for code, each in held.items()}
    districts = await session.all(DISTRICTS)
    district = districts[0] if len(districts) == 1 else None
    async with Intake(session, Organization, total=len(rows), progress=progress) as intake:
        for row in superiors_first(rows):
            superior = seats[row.superior_code] if row.superior_code else None
            division = row.division_code or (superior.division_code if superior else district)
            if division is None:
                raise OrganizationWithoutDivision(organization=row.code, row=row.row)
            before = held.get(row.code)
            organization = Organization(
                id=before.id if before else new_id(),
                township_code=township_of(division),
                division_code=division,
                code=row.code,
                name=row.name,
                tier=row.tier,
                superior_id=superior.organization_id if superior else None,
                founded_on=row.founded_on,
                term_ends_on=row.term_ends_on,
                generated=row.generated,
            )
            seats[row.code] = Seat(organization.id, division)
            await intake.take(organization, before, lambda changed: session.publish(changed.recorded()))
    return seats, intake.tally


def superiors_first(rows: Iterable[OrganizationRow]) -> list[OrganizationRow]:
    """The organisations in an order in which each comes after its superior, if that is among them."""
    by_code = {row.code: row for row in rows}
    ordered: dict[str, OrganizationRow] = {}
    for row in by_code.values():
        chain: list[OrganizationRow] = []
        step: OrganizationRow | None = row
        while step is not None and step.code not in ordered and step not in chain:
            chain.append(step)
            step = by_code.get(step.superior_code or "")
        ordered.update((each.code, each) for each in reversed(chain))
    return list(ordered.values())
