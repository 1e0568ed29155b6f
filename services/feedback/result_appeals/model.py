"""An appeal against a result: a frozen report, a grade or a veto; decided once, by two who had no part in it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Forbidden, Invalid
from chassis.tables import Instant, Sealed, text_of
from services.feedback.grades.words import Grade
from services.feedback.tables import Table


class ResultKind(StrEnum):
    """What is appealed against."""

    REPORT = "report"
    GRADE = "grade"
    VETO = "veto"

    @property
    def title_zh(self) -> str:
        """Its name on the screen."""
        return {"report": "考核报告", "grade": "等次", "veto": "一票否决"}[self]


class ResultAppealStage(StrEnum):
    """How far an appeal has come."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"open": "复核中", "upheld": "申诉成立", "dismissed": "维持原结果"}[self]


LIFECYCLE = Lifecycle(
    {
        "uphold": ({ResultAppealStage.OPEN}, ResultAppealStage.UPHELD),
        "dismiss": ({ResultAppealStage.OPEN}, ResultAppealStage.DISMISSED),
    }
)


class NotYoursToContest(Forbidden):
    """A result is appealed against by whom it is about; of a unit, by its secretary."""

    title_zh = "只有本人，或该单位的书记，可以对结果申诉。"


class ResultContestedAlready(Conflict):
    """A result is appealed against once."""

    title_zh = "对这个结果已经申诉过，请在申诉列表中查看。"


class ContestedTooLate(Conflict):
    """The days within which the result could be appealed against are over."""

    title_zh = "对这个结果的申诉期已过；发现记录有错的，请上级按规定更正记录、重新发布报告。"


class GradeMissing(Invalid):
    """Whoever upholds an appeal against a grade says which it is to be, and on which grounds; for others nothing."""

    title_zh = "等次申诉成立的，请写明改为什么等次和依据；其他申诉不用填等次。"


class ResultAppeal(Table, table=True):
    """What somebody says against a result, and what two others decided."""

    __tablename__ = "result_appeal"
    __table_args__ = (
        UniqueConstraint("about_id", name="result_appeal_once"),
        Index("result_appeal_unit", "organization_id", "id"),
        Index("result_appeal_person", "person_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    division_code: str = Field(max_length=12)
    organization_id: UUID  # the unit, or that of the person
    kind: ResultKind = Field(sa_type=text_of(ResultKind))
    about_id: UUID
    person_id: UUID  # who appeals: for themselves, or for the unit
    words: bytes | None = Field(sa_type=Sealed)
    made_at: datetime = Field(sa_type=Instant)
    stage: ResultAppealStage = Field(sa_type=text_of(ResultAppealStage))
    proposal_id: UUID | None
    grade: Grade | None = Field(sa_type=text_of(Grade))  # that two persons gave instead
    draft: bytes | None = Field(sa_type=Sealed)  # while it waits for the second person
    outcome: bytes | None = Field(sa_type=Sealed)
    decided_by: UUID | None
    confirmed_by: UUID | None
    decided_at: datetime | None = Field(sa_type=Instant)
