"""Areas, organisations and posts as `members` last told them."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

from chassis.tables import Instant
from services.feedback.tables import Table

AGENTS = ("proxy_agent", "stand_in")
"""Posts that run errands for citizens."""

OVERSEERS = ("secretary", "first_secretary", "supervisor", "township_cadre", "county_operator")
"""Posts that see the work of their organisation and of those below."""


READERS = (*OVERSEERS, "auditor")
"""Posts that open the cases behind a figure of their organisation and of those below."""

GUIDE = "guide"
"""Opens the cases behind a figure of the area that they guide."""


class Division(Table, table=True):
    """An administrative area."""

    __tablename__ = "division"

    code: str = Field(primary_key=True, max_length=12)
    name: str
    kind: str
    superior_code: str | None


class Organization(Table, table=True):
    """An organisation of the tree."""

    __tablename__ = "organization"

    id: UUID = Field(primary_key=True)
    code: str = Field(index=True)
    name: str
    tier: str
    superior_id: UUID | None = Field(index=True)
    division_code: str = Field(max_length=12)


class Post(Table, table=True):
    """An office or role, held from a local date to a local date (included)."""

    __tablename__ = "post"

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    name: str
    kind: str
    organization_id: UUID
    division_code: str = Field(max_length=12)
    from_on: date
    to_on: date | None
    ended_at: datetime | None = Field(sa_type=Instant)  # by order, before the end of its last day


class BoundAccount(Table, table=True):
    """An account that is a person's now; facts of before, still on their way, speak of the account."""

    __tablename__ = "bound_account"

    id: UUID = Field(primary_key=True)
    person_id: UUID
