"""Reading the list of divisions."""

from pydantic import BaseModel, ConfigDict
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.session import Session
from services.members.divisions.model import Division
from services.members.words import DivisionKind

IN_ORDER = (
    select(Division)
    .where(col(Division.code) > bindparam("after"))
    .order_by(col(Division.code))
    .limit(bindparam("most"))
)
TOPS = IN_ORDER.where(col(Division.superior_code).is_(None))
BELOW = IN_ORDER.where(col(Division.superior_code) == bindparam("superior"))


class DivisionView(BaseModel):
    """A division as anybody signed in may see it."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    name: str
    kind: DivisionKind
    superior_code: str | None


async def divisions_below(session: Session, superior_code: str | None, *, after: str, most: int) -> list[Division]:
    """The divisions directly below one, by code, behind a code; the districts below none."""
    if superior_code is None:
        return await session.all(TOPS, after=after, most=most)
    return await session.all(BELOW, superior=superior_code, after=after, most=most)
