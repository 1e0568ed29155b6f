"""A person on the roll."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.tables import text_of
from services.members.persons import Person
from services.members.words import MemberStage


class Member(Person, table=True):
    """A person on the roll, at whatever stage."""

    __tablename__ = "member"
    __table_args__ = (
        UniqueConstraint("citizen_number_index", name="member_citizen_number"),
        Index("member_phone", "phone_index"),
        Index("member_organization", "township_code", "organization_id"),
        Index("member_area", "township_code", "division_code", "id"),
    )

    organization_id: UUID = Field(foreign_key="organization.id")
    stage: MemberStage = Field(sa_type=text_of(MemberStage))
    admitted_on: date | None
    confirmed_on: date | None
    ethnic_group: str = Field(max_length=16)
