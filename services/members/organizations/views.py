"""Reading the tree of organisations."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.session import Session
from services.members.organizations.model import Organization
from services.members.words import Tier

IN_ORDER = (
    select(Organization)
    .where(col(Organization.code) > bindparam("after"))
    .order_by(col(Organization.code))
    .limit(bindparam("most"))
)
TOPS = IN_ORDER.where(col(Organization.superior_id).is_(None))
BELOW = IN_ORDER.where(col(Organization.superior_id) == bindparam("superior"))


class OrganizationView(BaseModel):
    """An organisation as anybody signed in may see it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    code: str
    name: str
    tier: Tier
    superior_id: UUID | None
    division_code: str
    founded_on: date | None
    term_ends_on: date | None
    generated: bool


async def organizations_below(
    session: Session, superior_id: UUID | None, *, after: str, most: int
) -> list[Organization]:
    """The organisations directly below one, by code, behind a code; those without a superior below none."""
    if superior_id is None:
        return await session.all(TOPS, after=after, most=most)
    return await session.all(BELOW, superior=superior_id, after=after, most=most)
