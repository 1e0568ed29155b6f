"""A household, and the citizens who belong to it."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.tables import text_of
from contracts.members import HouseholdListed
from services.members.persons import Person
from services.members.tables import Table
from services.members.words import HouseholdTie


class Household(Table, table=True):
    """One household of a village or community."""

    __tablename__ = "household"
    __table_args__ = (
        UniqueConstraint("code", name="household_code"),
        Index("household_area", "township_code", "division_code", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    code: str = Field(max_length=40)
    generated: bool
    ended_on: date | None  # the last local day on which it was one: everybody moved away, died, or joined another

    def listed(self) -> HouseholdListed:
        """The fact of how it stands now."""
        return HouseholdListed(household_id=self.id, division_code=self.division_code, ended_on=self.ended_on)


class Citizen(Person, table=True):
    """One person of a household."""

    __tablename__ = "citizen"
    __table_args__ = (
        UniqueConstraint("citizen_number_index", name="citizen_citizen_number"),
        Index("citizen_phone", "phone_index"),
        Index("citizen_household", "township_code", "household_id"),
        Index("citizen_area", "township_code", "division_code", "id"),
    )

    household_id: UUID = Field(foreign_key="household.id")
    tie: HouseholdTie = Field(sa_type=text_of(HouseholdTie))
