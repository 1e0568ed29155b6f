"""Who looked at a case, as the one it is about sees it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col

from chassis.session import Session
from chassis.words import Output
from services.tasks.readings.model import CaseReading
from services.tasks.roster.model import Organization

OF_CASE = (
    columns(
        col(CaseReading.reader_id),
        col(CaseReading.reader_name),
        col(CaseReading.post_kind),
        col(Organization.name),
        col(CaseReading.read_on),
        col(CaseReading.read_at),
    )
    .join_from(CaseReading, Organization, col(Organization.id) == col(CaseReading.organization_id), isouter=True)
    .where(col(CaseReading.request_id) == bindparam("request"))
    .order_by(col(CaseReading.read_at).desc())
    .limit(1000)
)


class ReadingLine(Output):
    """Somebody in office looked at the case on this day; their names are public."""

    reader_name: str | None
    post_kind: str | None
    organization_name: str | None
    read_on: date
    first_read_at: datetime


async def of_case(session: Session, request_id: UUID) -> list[ReadingLine]:
    """Who looked at a case on which day, the newest first; two first looks at the same moment are one."""
    found = dict[tuple[UUID, date], ReadingLine]()
    for reader_id, name, post_kind, organization, on, at in await session.all(OF_CASE, request=request_id):
        line = ReadingLine(
            reader_name=name, post_kind=post_kind, organization_name=organization, read_on=on, first_read_at=at
        )
        found[reader_id, on] = line
    return list(found.values())
