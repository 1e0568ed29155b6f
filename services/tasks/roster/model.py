"""Areas, organisations and posts as `members` last told them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.divisions import lies_in
from chassis.tables import Instant, Listed
from services.tasks.tables import Table

AGENTS = ("proxy_agent", "stand_in")
"""Posts that take requests in, the first before the second."""

OVERSEERS = ("secretary", "first_secretary", "supervisor", "township_cadre", "county_operator")
"""Posts that see, dispatch and verify the work of the organisations below theirs."""

READERS = (*OVERSEERS, "auditor")
"""Posts that see the cases of their organisation and of those below; an auditor sees and does nothing."""

DISCIPLINE = "discipline_inspector"
"""Looks into what somebody in office is said to have taken or done in revenge; sees nothing else by this post."""

GUIDE = "guide"
"""Sees the cases of the area that they guide, and does nothing."""

TAKE_IN = (*AGENTS, "grid_worker", "township_cadre", "county_operator")
"""Posts that send a request in for somebody of their area who asked by word of mouth or on paper."""

HEADS = ("secretary", "first_secretary", "supervisor", "township_cadre")
"""Posts that answer for an organisation, the first before the others."""


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
    code: str
    name: str
    tier: str
    superior_id: UUID | None
    division_code: str = Field(index=True, max_length=12)


class Post(Table, table=True):
    """An office or role, held from a local date to a local date (included)."""

    __tablename__ = "post"

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    name: str
    kind: str
    organization_id: UUID = Field(index=True)
    division_code: str = Field(index=True, max_length=12)
    from_on: date
    to_on: date | None
    ended_at: datetime | None = Field(sa_type=Instant)  # by order, before the end of its last day

    def held_on(self, today: date) -> bool:
        """Whether it is held on this local date."""
        return self.ended_at is None and self.from_on <= today and (self.to_on is None or self.to_on >= today)

    def covers(self, code: str) -> bool:
        """Whether its area is this one or lies around it."""
        return lies_in(code, self.division_code)


class Absence(Table, table=True):
    """Local days (both included) on which the holder of another post acts for the holder of this one."""

    __tablename__ = "absence"

    id: UUID = Field(primary_key=True)
    post_id: UUID = Field(index=True)
    person_id: UUID
    organization_id: UUID
    stand_in_post_id: UUID
    stand_in_person_id: UUID = Field(index=True)
    from_on: date
    to_on: date
    ended_at: datetime | None = Field(sa_type=Instant)


class ApiClient(Table, table=True):
    """A system of an organisation that asks by itself, for an area."""

    __tablename__ = "api_client"

    id: UUID = Field(primary_key=True)
    organization_id: UUID
    division_code: str = Field(max_length=12)
    scopes: list[str] = Field(sa_type=Listed)


class Household(Table, table=True):
    """A household of a village or community; who they are and where they live, `members` alone knows."""

    __tablename__ = "household"
    __table_args__ = (Index("household_area", "township_code", "division_code", "id"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    ended_on: date | None  # the last local day on which it was one


class HouseholdPerson(Table, table=True):
    """A person of a household that somebody is paired with: they read what is written of it."""

    __tablename__ = "household_person"
    __table_args__ = (
        Index("household_person_household", "township_code", "household_id"),
        Index("household_person_person", "person_id"),
    )

    id: UUID = Field(primary_key=True)  # made of the two, so that a fact that comes twice makes the same row
    township_code: str = Field(max_length=12)
    household_id: UUID
    person_id: UUID


class Pairing(Table, table=True):
    """Who answers for which household, organisation or, where neither is named, village."""

    __tablename__ = "pairing"
    __table_args__ = (
        Index("pairing_area", "township_code", "division_code", "id"),
        Index("pairing_household", "township_code", "household_id"),
        Index("pairing_person", "helper_person_id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    kind: str = Field(max_length=32)
    helper_person_id: UUID | None
    helper_post_id: UUID | None
    helper_organization_id: UUID | None
    household_id: UUID | None
    organization_id: UUID | None
    from_on: date
    to_on: date | None  # the last local day

    def runs_on(self, day: date) -> bool:
        """Whether it runs on a local date."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


class BoundAccount(Table, table=True):
    """An account that is a person's now, and speaks for nobody any more."""

    __tablename__ = "bound_account"

    id: UUID = Field(primary_key=True)
    person_id: UUID
