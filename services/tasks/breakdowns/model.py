"""Breaking items down: to which areas, what it would write, and what is written by hand."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from chassis.problems import Conflict, Invalid
from services.tasks.checklists.model import ChecklistItem, Level
from services.tasks.roster.model import Division, Organization, Post

MOST = 25_000
"""Items that one breaking down may write."""


class NothingToBreakDown(Invalid):
    """There is no such area or household below the list's, or every one of them has these items already."""

    title_zh = "没有可分解的单位或农户：请确认清单所在区域的下级单位、在册的户和所选事项；已分解过的不会重复分解。"


class TooMuchAtOnce(Invalid):
    """One breaking down writes so many items at most."""

    title_zh = "一次分解的事项过多，请分批选择事项或区域。"


class PartsTooLate(Invalid):
    """A part of an item is due no later than the item."""

    title_zh = "分解后的时限不能晚于原事项的时限，请改为原时限以内的日期。"


class NotThisBreakdown(Conflict):
    """What would be written is not what the preview showed: somebody took office, or the list was changed."""

    title_zh = "清单、岗位或区划在预览之后有变动，请重新预览再确认分解。"


@dataclass(frozen=True, slots=True)
class Target:
    """One area below, or one household of it: its organisation, and who answers there or, where nobody does, above."""

    division: Division
    organization: Organization
    post: Post
    vacant: bool  # the post is vacant: whoever stands above has it meanwhile
    household_id: UUID | None = None
    paired: bool = False  # the post is that of the household's own helper

    @property
    def place(self) -> str | UUID:
        """What it is told apart by."""
        return self.household_id or self.division.code


@dataclass(slots=True)
class Breakdown:
    """What breaking down would write."""

    level: Level
    due_on: date | None  # for those below, where it is earlier than the item's
    items: list[ChecklistItem]
    targets: list[Target]
    between: list[Target]  # townships through which items go down to villages
    leaves: list[tuple[ChecklistItem, list[Target]]]  # items of the list, and for which areas or households
    there: int = 0  # that were broken down before
    nobody: list[str] = field(default_factory=list)  # names of areas in which nobody can be named
    known: dict[tuple[UUID, str], UUID] = field(
        default_factory=dict
    )  # items of townships from before, by item and code
    numbers: dict[tuple[UUID, str], str] = field(default_factory=dict)
    """The number of an item in the list of an area, where that is not the item's own."""
    token: str = ""

    def number(self, item: ChecklistItem, code: str) -> str:
        """The number of an item in the list of an area."""
        return self.numbers.get((item.id, code), item.number) if self.numbers else item.number

    @property
    def count(self) -> int:
        """How many assignments there will be."""
        return sum(len(targets) for _, targets in self.leaves)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an item as it is written by hand: whose, and for which household, if for one."""

    post: Post
    title: str | None
    due_on: date | None
    household_id: UUID | None
