"""Breaking items down: to which areas, what it would write, and what is written by hand."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from chassis.problems import Conflict, Invalid
from services.tasks.checklists.model import ChecklistItem
from services.tasks.roster.model import Division, Organization, Post

MOST = 25_000
"""Items that one breaking down may write."""


class Level(StrEnum):
    """How far down items are broken."""

    TOWNSHIP = "township"
    VILLAGE = "village"

    @property
    def title_zh(self) -> str:
        """The level's name on the screen."""
        return {"township": "乡镇（街道）", "village": "村（社区）"}[self]


class NothingToBreakDown(Invalid):
    """There is no such area below the list's, or every one of them has these items already."""

    title_zh = "没有可分解的单位：请确认清单所在区域的下级单位和所选事项；已分解过的单位不会重复分解。"


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
    """One area below: its organisation, and who answers there or, where nobody does, next above."""

    division: Division
    organization: Organization
    post: Post
    vacant: bool  # the post is vacant: whoever stands above has it meanwhile


@dataclass(slots=True)
class Breakdown:
    """What breaking down would write."""

    level: Level
    due_on: date | None  # for those below, where it is earlier than the item's
    items: list[ChecklistItem]
    targets: list[Target]
    between: list[Target]  # townships through which items go down to villages
    leaves: list[tuple[ChecklistItem, Target]]  # item of the list, and for which area
    there: int = 0  # that were broken down before
    nobody: list[str] = field(default_factory=list)  # names of areas in which nobody can be named
    token: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an item as it is written by hand: whose, and for which household, if for one."""

    post: Post
    title: str | None
    due_on: date | None
    household_id: UUID | None
