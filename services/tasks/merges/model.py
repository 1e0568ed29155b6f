"""A merge: which case is done together with which, how it stood before, and how the merge ended."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from chassis.problems import Conflict, Forbidden
from chassis.tables import Instant, Listed, text_of
from services.tasks.requests.stages import Stage
from services.tasks.tables import Table

GOING_ON = text("ended_at IS NULL")


class MergeEnd(StrEnum):
    """How a merge ended."""

    FOLLOWED = "followed"  # the lead case was handled, and this one with it
    UNDONE = "undone"


class MayNotMerge(Forbidden):
    """Only those above the organisation that has the cases, or on duty at the desk of their area, merge them."""

    title_zh = "只有上级组织的工作人员或本辖区值班受理人员可以并单，请与他们联系。"


class WithItself(Conflict):
    """A case cannot be merged with itself; choose the others."""

    title_zh = "不能与自身并单，请另选相同事项。"


class LeadsOthers(Conflict):
    """This case leads others already: choose it as the lead instead."""

    title_zh = "该事项已带着其他相同事项，请把它选作主办件，或先撤销它的并单。"


class MergedElsewhere(Conflict):
    """This case is merged with another already; undo that first."""

    title_zh = "该事项已与另一件事项并单，请先撤销原来的并单。"


class LeadIsDone(Conflict):
    """The lead case has been handled already: there is nothing left to be done together."""

    title_zh = "主办件已经办结，不能再并入；请把其余事项照常办理。"


class NotTheSameMatter(Conflict):
    """A complaint about somebody is merged with complaints about the same person alone."""

    title_zh = "反映工作人员的事项只能与反映同一人的事项并单。"


class NotMerged(Conflict):
    """This case is not merged with another, or was handled with it already."""

    title_zh = "该事项没有并单，或已随主办件办结，无需撤销。"


class Merge(Table, table=True):
    """One case's time as part of another, with how it stood before, so that it can stand so again."""

    __tablename__ = "case_merge"
    __table_args__ = (
        Index("case_merge_part", "request_id", unique=True, sqlite_where=GOING_ON, postgresql_where=GOING_ON),
        Index("case_merge_lead", "lead_id", "ended_at"),
        Index("case_merge_of", "request_id", "merged_at"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    lead_id: UUID = Field(foreign_key="service_request.id")
    request_id: UUID = Field(foreign_key="service_request.id")
    merged_at: datetime = Field(sa_type=Instant)
    merged_by: UUID
    stage_before: Stage = Field(sa_type=text_of(Stage))
    working_person_before: UUID | None
    working_organization_before: UUID | None
    clocks_met: list[str] = Field(sa_type=Listed)  # ids of those that the lead's signature met
    ended_at: datetime | None = Field(sa_type=Instant)
    end: MergeEnd | None = Field(sa_type=text_of(MergeEnd))
    ended_by: UUID | None


APART = {
    Stage.RECEIVED: "part_new",
    Stage.RETURNED: "part_waiting",
    Stage.DISPATCHED: "part_unsigned",
    Stage.ACCEPTED: "part_accepted",
    Stage.CONTACTED: "part_contacted",
    Stage.HANDLING: "part_signed",
    Stage.EXTENDED: "part_extended",
}
"""By which move a part goes back to the stage at which it was."""
