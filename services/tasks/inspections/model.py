"""A form of an inspection, in versions, and an inspection of one unit as its team sent it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.tables import Instant, Listed, Sealed
from services.tasks.tables import Table


class InspectionForm(Table, table=True):
    """One version of a form; it is never changed, and what was filled by it stays readable."""

    __tablename__ = "inspection_form"
    __table_args__ = (
        UniqueConstraint("organization_id", "code", "version", name="inspection_form_version"),
        Index("inspection_form_township", "township_code", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    organization_id: UUID
    code: str = Field(max_length=32)
    version: int
    title: str = Field(max_length=100)
    questions: str  # JSON: `services.tasks.inspections.questions.Question`, in order
    made_by: UUID
    made_at: datetime = Field(sa_type=Instant)


class Inspection(Table, table=True):
    """One visit of one unit. Its id is made where it was filled; the same id with another body is refused."""

    __tablename__ = "inspection"
    __table_args__ = (
        Index("inspection_unit", "township_code", "organization_id", "id"),
        Index("inspection_plan_of", "plan_id", "id"),
    )

    id: UUID = Field(primary_key=True)  # made by the phone
    township_code: str = Field(max_length=12)
    plan_id: UUID = Field(foreign_key="inspection_plan.id")
    unit_id: UUID = Field(foreign_key="inspection_plan_unit.id")
    organization_id: UUID  # the unit
    organization_name: str
    team_id: UUID = Field(foreign_key="inspection_team.id")
    form_id: UUID = Field(foreign_key="inspection_form.id")
    visited_on: date
    answers: bytes = Field(sa_type=Sealed)  # JSON by the questions' codes
    sent_by: UUID
    sent_by_name: str
    sent_at: datetime = Field(sa_type=Instant)
    recorded: list[str] = Field(sa_type=Listed)  # the marks of what was sent (`chassis.offline`)
