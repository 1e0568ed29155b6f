"""A change of a case's urgency: from what to what, why, and whether its finishing limit moved by it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.problems import Conflict, Forbidden
from chassis.tables import Instant, Sealed, text_of
from services.tasks.rules.pack import Urgency
from services.tasks.tables import Table


class MayNotSayUrgency(Forbidden):
    """Only a cadre of the township, the county's operator or whoever is on duty at the desk says how urgent it is."""

    title_zh = "紧急程度由值班受理人员或乡镇（街道）、县（区）工作人员选定，请如实描述情况。"


class UrgencyTooLate(Conflict):
    """What was handled already has no urgency any more."""

    title_zh = "该事项已经办理，不能再改紧急程度；未解决的请按整改流程办理。"


class SameUrgency(Conflict):
    """The case has this urgency already."""

    title_zh = "该事项已经是这一紧急程度，无需更改。"


class UrgencyChange(Table, table=True):
    """One change; the reason is for those who may see the case."""

    __tablename__ = "urgency_change"
    __table_args__ = (Index("urgency_change_case", "request_id", "id"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    request_id: UUID = Field(foreign_key="service_request.id")
    before: Urgency = Field(sa_type=text_of(Urgency))
    after: Urgency = Field(sa_type=text_of(Urgency))
    reason: bytes | None = Field(sa_type=Sealed)
    moved: bool  # its finishing limit; what was promised stays
    at: datetime = Field(sa_type=Instant)
    by: UUID
