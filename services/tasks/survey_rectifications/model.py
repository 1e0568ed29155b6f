"""The rectification of a survey: of which subject, which item of a list it is, and what the next survey said."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.tables import Instant
from contracts.feedback import SurveyFellShort, SurveyJudgedAgain
from services.tasks.tables import Table


class SurveyRectification(Table, table=True):
    """What is to be put right about a subject of surveys: the work is an item of a list, the people's word is here."""

    __tablename__ = "survey_rectification"
    __table_args__ = (Index("survey_rectification_subject", "subject_key"),)

    id: UUID = Field(primary_key=True)  # of the survey below the line
    township_code: str = Field(max_length=12)
    organization_id: UUID
    subject_key: str = Field(max_length=160)
    closed_on: date
    item_id: UUID = Field(foreign_key="checklist_item.id", index=True)
    next_survey_id: UUID | None
    above_line: bool | None  # the next survey, or a later one; none while none was published
    judged_at: datetime | None = Field(sa_type=Instant)

    @classmethod
    def begin(cls, event: SurveyFellShort, *, item_id: UUID) -> "SurveyRectification":
        """The one rectification of a survey."""
        return cls(
            id=event.survey_id,
            township_code=event.township_code,
            organization_id=event.organization_id,
            subject_key=subject_of(event),
            closed_on=event.closed_on,
            item_id=item_id,
            next_survey_id=None,
            above_line=None,
            judged_at=None,
        )

    def judge(self, event: SurveyJudgedAgain) -> None:
        """Take in what the next survey said; one that was found put right stays so."""
        if self.above_line:
            return
        self.next_survey_id, self.above_line, self.judged_at = event.next_survey_id, event.above_line, event.judged_at


def subject_of(event: SurveyFellShort) -> str:
    """By which the surveys of one subject among the same people are found."""
    return f"{event.audience}:{event.organization_id}:{event.post_id or ''}:{event.item_code or ''}"
