"""That somebody asked for a certain grade, as the persons served say: what a veto of the unit's quarter may rest on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.clock import SHANGHAI
from chassis.tables import Instant
from contracts.feedback import GradeAskedFor
from services.feedback.cases.model import CaseRecord
from services.feedback.tables import Table


class GradePressure(Table, table=True):
    """It was said of one round, by unit and quarter; not who said it, nor which grade they gave. Nobody confirmed it.

    Whoever handles a veto looks at these rows and at what came of the complaint that each of them is in `tasks`.
    """

    __tablename__ = "grade_pressure"
    __table_args__ = (Index("grade_pressure_unit", "quarter", "division_code"),)

    id: UUID = Field(primary_key=True)  # of the invitation
    request_id: UUID
    round: int
    division_code: str = Field(max_length=12)  # of the village
    organization_id: UUID | None  # with which the case lay
    quarter: str = Field(max_length=7)  # local, of the saying: 2023-Q2
    named_at: datetime = Field(sa_type=Instant)

    @classmethod
    def begin(cls, told: GradeAskedFor, *, invitation_id: UUID, case: CaseRecord) -> "GradePressure":
        """What is kept of the saying."""
        day = told.named_at.astimezone(SHANGHAI)
        return cls(
            id=invitation_id,
            request_id=told.request_id,
            round=told.round,
            division_code=case.division_code,
            organization_id=case.organization_id,
            quarter=f"{day.year}-Q{(day.month + 2) // 3}",
            named_at=told.named_at,
        )
