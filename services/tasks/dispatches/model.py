"""A dispatch: one giving of a request to a named person, why to this one, and how it ended if it was wrong."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from chassis.tables import Instant, Sealed, text_of
from services.tasks.tables import Table


class Way(StrEnum):
    """By which rule somebody was chosen."""

    AGENT = "agent"  # an agent of the area, the one with the fewest open cases
    STAND_IN = "stand_in"  # no agent is in office there
    GRID_WORKER = "grid_worker"  # nor a stand-in
    DEPARTMENT = "department"  # the county has taken the duty back
    LEAD = "lead"  # the county's department leads, others help
    SUPERVISION = "supervision"  # past somebody complained of
    DISCIPLINE = "discipline"  # what is said of money, gifts or revenge
    BY_HAND = "by_hand"
    BY_CHAIR = "by_chair"  # decided, and binding
    TAKEN_UP = "taken_up"  # by the chair themselves
    EARLIER = "earlier"  # before the way was noted


class ReturnCode(StrEnum):
    """Why a dispatch was wrong."""

    NOT_OUR_DUTY = "not_our_duty"
    NOT_OUR_AREA = "not_our_area"
    OTHERS_LEAD = "others_lead"
    PERSONALLY_INVOLVED = "personally_involved"
    UNCLEAR = "unclear"
    OTHER = "other"

    @property
    def title_zh(self) -> str:
        """The reason on the screen."""
        return _CODES[self]


_CODES = {
    ReturnCode.NOT_OUR_DUTY: "不属于本岗位、本部门职责",
    ReturnCode.NOT_OUR_AREA: "不在本辖区",
    ReturnCode.OTHERS_LEAD: "应由其他部门牵头",
    ReturnCode.PERSONALLY_INVOLVED: "与本人有关，需要回避",
    ReturnCode.UNCLEAR: "职责不清，需要协调",
    ReturnCode.OTHER: "其他原因",
}


@dataclass(frozen=True, slots=True)
class Why:
    """Why this person: the rule, and the figures that it went by."""

    way: Way
    open_cases: int | None = None  # of theirs, where the fewest decided
    among: int | None = None  # so many who could have had it


BY_HAND = Why(Way.BY_HAND)


class Dispatch(Table, table=True):
    """One giving of a request to a named person, and how it ended if it was wrong."""

    __tablename__ = "dispatch"

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="service_request.id", index=True)
    turn: int
    post_id: UUID
    person_id: UUID
    person_name: str
    organization_id: UUID
    division_code: str
    acting_for_post_id: UUID | None  # of the absent colleague whose turn it was
    acting_for_name: str | None
    dispatched_at: datetime = Field(sa_type=Instant)
    dispatched_by: UUID | None  # none for the automatic one
    way: Way = Field(sa_type=text_of(Way), sa_column_kwargs={"server_default": Way.EARLIER.value})
    open_cases: int | None
    among: int | None
    duty_entry_id: UUID | None  # the line of the duty list that it went by
    return_by: datetime = Field(sa_type=Instant)  # the first instant at which it is too late to give it back
    returned_at: datetime | None = Field(sa_type=Instant)
    return_code: ReturnCode | None = Field(sa_type=text_of(ReturnCode))
    return_reason: bytes | None = Field(sa_type=Sealed)
