"""What is asked and shown of a desk's lists."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from chassis.words import Output
from services.tasks.search.filters import CaseFilter, Order


class ListAsked(CaseFilter):
    """A filter with its order and the place in the list, as it stands in an address."""

    model_config = ConfigDict(extra="ignore")

    order: Order = Field(Order.NEWEST, description="newest 按提出先后，从新到旧；limit 按办结时限，只列未办结的")
    cursor: Annotated[str, Field(max_length=64)] | None = Field(None, description="上一页给出的位置；第一页不填")
    limit: Annotated[int, Field(ge=1, le=100)] = Field(25, description="每页条数，最多 100")


class FilterAsked(CaseFilter):
    """A filter as it stands in an address."""

    model_config = ConfigDict(extra="ignore")


class CaseLine(Output):
    """One line of a desk's list. Nobody is named but whoever has the case."""

    id: UUID
    title_zh: str
    kind: str
    urgency: str
    urgency_zh: str
    item_code: str | None
    stage: str
    stage_zh: str
    division_code: str
    channel: str
    channel_zh: str
    submitted_at: datetime
    finish_due_at: datetime
    finish_provisional: bool  # it counts working days of a year without a published calendar
    overdue: bool  # its limit has ended and it is still to be done
    promised_on: date | None
    round: int
    colour: str | None  # the warning in force, as the rule pack names it
    organization_id: UUID | None
    named_person: str | None


class CaseLines(Output):
    """A page of a desk's list."""

    items: list[CaseLine]
    next: str | None


class ChipView(Output):
    """How many cases of a list are at a stage or have a colour."""

    code: str
    title_zh: str
    count: int
    shown_zh: str  # 37, or 1000+


class CountsView(Output):
    """What the chips of a list say: each counts what the list would show with this stage or colour in place of the one
    that is chosen."""

    stages: list[ChipView]
    colours: list[ChipView]
    overdue: ChipView
