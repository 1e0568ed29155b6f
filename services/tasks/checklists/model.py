"""A list and its items: a plan's, broken down along organisations and areas; a problem's, a rectification's."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Invalid
from chassis.tables import Instant, text_of
from services.tasks.tables import Table


class ChecklistKind(StrEnum):
    """What a list holds; the four of them refer to each other item by item."""

    TASK = "task"
    RESPONSIBILITY = "responsibility"
    PROBLEM = "problem"
    RECTIFICATION = "rectification"

    @property
    def title_zh(self) -> str:
        """The kind's name on the screen."""
        return {
            "task": "任务清单",
            "responsibility": "责任清单",
            "problem": "问题清单",
            "rectification": "整改清单",
        }[self]


class ChecklistStage(StrEnum):
    """How far a list has come."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"draft": "草案", "published": "已下发", "closed": "已结束"}[self]


class Level(StrEnum):
    """How far down items are broken."""

    TOWNSHIP = "township"
    VILLAGE = "village"
    HOUSEHOLD = "household"

    @property
    def title_zh(self) -> str:
        """The level's name on the screen."""
        return {"township": "乡镇（街道）", "village": "村（社区）", "household": "户"}[self]


class Origin(StrEnum):
    """What an item arose from."""

    LIST = "list"  # written on the list itself
    ITEM = "item"  # another item: a problem met in doing it, or the rectification of a problem
    FINDING = "finding"  # of an inspection
    MEETING = "meeting"  # a coordination meeting
    CASE = "case"  # a citizen's request
    VISIT = "visit"  # a need that a household named
    SURVEY = "survey"
    RESOLUTION = "resolution"  # of a village

    @property
    def title_zh(self) -> str:
        """The origin's name on the screen."""
        return {
            "list": "清单列入",
            "item": "由清单事项产生",
            "finding": "督查发现",
            "meeting": "会议议定",
            "case": "群众诉求",
            "visit": "走访收集",
            "survey": "测评反映",
            "resolution": "村民决议",
        }[self]


LIFECYCLE = Lifecycle(
    {
        "publish": ({ChecklistStage.DRAFT}, ChecklistStage.PUBLISHED),
        "close": ({ChecklistStage.PUBLISHED}, ChecklistStage.CLOSED),
        "reopen": ({ChecklistStage.CLOSED}, ChecklistStage.PUBLISHED),
    }
)


class ListClosed(Conflict):
    """A list that has ended takes no more items and no more work."""

    title_zh = "该清单已结束，不能再改；需要继续的，请先重新启用清单。"


class ListNotPublished(Conflict):
    """Items are broken down and given to persons once the list is published."""

    title_zh = "清单还是草案，请先下发清单，再分解或交办。"


class NumberTaken(Conflict):
    """Another item of the list has this number."""

    title_zh = "清单中已有这个编号，请换一个编号。"


class ItemWithdrawn(Conflict):
    """The item was taken off the list."""

    title_zh = "该事项已撤出清单，不能再办理。"


class PeriodBackwards(Invalid):
    """A list ends on or after the day on which it begins, and its items fall due within."""

    title_zh = "日期先后不对：清单的结束日期不早于开始日期，事项时限应在清单期限之内。"


class Checklist(Table, table=True):
    """A list of one organisation for one area and period. Those broken down from it say which they came from."""

    __tablename__ = "checklist"
    __table_args__ = (
        Index("checklist_township", "township_code", "id"),
        Index("checklist_organization", "organization_id", "kind", "id"),
        Index("checklist_plan", "plan_id", "division_code"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    kind: ChecklistKind = Field(sa_type=text_of(ChecklistKind))
    stage: ChecklistStage = Field(sa_type=text_of(ChecklistStage))
    title: str = Field(max_length=120)
    template_code: str | None = Field(max_length=40)  # of the template that it was begun with
    organization_id: UUID
    division_code: str = Field(max_length=12)
    plan_id: UUID  # the list that it came from in the end; itself, where it came from none
    from_on: date
    to_on: date
    version: int  # rises with every change of its items; what was seen before is not changed unseen
    made_by: UUID
    made_at: datetime = Field(sa_type=Instant)
    published_at: datetime | None = Field(sa_type=Instant)
    closed_at: datetime | None = Field(sa_type=Instant)

    def move(self, name: str) -> None:
        """Make a move of the table above. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(name, self.stage)

    def check_open(self) -> None:
        """Raises `ListClosed`."""
        if self.stage is ChecklistStage.CLOSED:
            raise ListClosed()


class ChecklistItem(Table, table=True):
    """One line of a list: done by those below it, or, at the end, by the one named person to whom it was given."""

    __tablename__ = "checklist_item"
    __table_args__ = (
        UniqueConstraint("checklist_id", "number", name="checklist_item_number"),
        Index("checklist_item_place", "checklist_id", "position", "id"),
        Index("checklist_item_superior", "superior_id"),
        Index("checklist_item_origin", "origin_id"),
        Index("checklist_item_township", "township_code", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    checklist_id: UUID = Field(foreign_key="checklist.id")
    plan_id: UUID
    superior_id: UUID | None  # the item that was broken down into this one, of this list or of the one above
    number: str = Field(max_length=40)
    position: int
    title: str = Field(max_length=200)
    measure: str | None = Field(max_length=200)  # what has to be there for it to be done, in words or a number
    organization_id: UUID
    division_code: str = Field(max_length=12)
    household_id: UUID | None
    due_on: date
    evidence: bool  # whether the rule asks for evidence when it is reported done
    parted: bool  # done by the items below it
    assignment_id: UUID | None  # in whose name it is, or was until it was broken down
    origin: Origin = Field(sa_type=text_of(Origin))
    origin_id: UUID | None
    duty_entry_id: UUID | None  # the line of the township's duty list by which it goes down
    budget_line_id: UUID | None  # what pays for it
    assessment_line: str | None = Field(max_length=40)  # the line of the assessment that it counts for
    withdrawn_at: datetime | None = Field(sa_type=Instant)
