"""A township's duty list: a draft, then in force from a date, then replaced by the next; every version is kept."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict
from chassis.tables import Digest, Instant, Listed, text_of
from services.tasks.tables import Table


class DutyKind(StrEnum):
    """Whose duty a line of the list is."""

    BASIC = "basic"  # the township's own
    COOPERATING = "cooperating"  # the county's, with the township helping
    TAKEN_BACK = "taken_back"  # the county's alone

    @property
    def title_zh(self) -> str:
        """The kind's name on the screen."""
        return {"basic": "基本履职", "cooperating": "配合履职", "taken_back": "上级收回"}[self]


class ListStage(StrEnum):
    """How far a version of the list has come."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    REPLACED = "replaced"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"draft": "草案", "in_force": "施行", "replaced": "已有新版替代"}[self]


LIFECYCLE = Lifecycle(
    {
        "put_in_force": ({ListStage.DRAFT}, ListStage.IN_FORCE),
        "replace": ({ListStage.IN_FORCE}, ListStage.REPLACED),
        "take_back": ({ListStage.IN_FORCE}, ListStage.DRAFT),
        "reinstate": ({ListStage.REPLACED}, ListStage.IN_FORCE),
    }
)


class ListBeginsTooEarly(Conflict):
    """A version begins after the one that it replaces, and not in the past where another held."""

    title_zh = "新清单的施行日期应晚于现行清单，且不早于今天，请改日期后重新导入。"


class ListHasBegun(Conflict):
    """A version by which cases may have been dispatched is not taken back; put a new one in force."""

    title_zh = "该清单已经施行，不能撤回；如有修改，请导入新清单并确定施行日期。"


class DutyList(Table, table=True):
    """One version of one township's list."""

    __tablename__ = "duty_list"
    __table_args__ = (UniqueConstraint("township_code", "version"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    version: int  # 1, 2, … in the order of import
    stage: ListStage = Field(sa_type=text_of(ListStage))
    title: str  # what the document is called
    example: bool  # shipped to try with, and nobody's lawful list
    from_on: date  # the first local day on which it holds
    to_on: date | None  # the last one, once the next version's first is known
    digest: bytes = Field(sa_type=Digest)  # of its lines, so that the same file twice is found to be the same
    imported_at: datetime = Field(sa_type=Instant)
    decided_by: UUID | None  # who put it in force
    decided_at: datetime | None = Field(sa_type=Instant)

    def put_in_force(self, by: UUID, *, at: datetime, today: date, replaced: "DutyList | None") -> None:
        """Have it hold from its first day, and the one before it end on the day before."""
        if replaced is not None:
            if self.from_on <= replaced.from_on or self.from_on < today:
                raise ListBeginsTooEarly(from_on=self.from_on.isoformat(), in_force_from=replaced.from_on.isoformat())
            replaced.stage = LIFECYCLE.after("replace", replaced.stage)
            replaced.to_on = date.fromordinal(self.from_on.toordinal() - 1)
        self.stage = LIFECYCLE.after("put_in_force", self.stage)
        self.decided_by, self.decided_at = by, at

    def take_back(self, *, today: date, replaced: "DutyList | None") -> None:
        """Be a draft again, while its first day lies ahead; the one before it holds on."""
        if self.from_on <= today:
            raise ListHasBegun(from_on=self.from_on.isoformat())
        self.stage = LIFECYCLE.after("take_back", self.stage)
        self.decided_by = self.decided_at = None
        if replaced is not None:
            replaced.stage = LIFECYCLE.after("reinstate", replaced.stage)
            replaced.to_on = None

    def title_on(self, today: date) -> str:
        """Its stage in words, as it is on this local day."""
        if self.stage is ListStage.DRAFT:
            return "草案，待县级确定施行"
        if today < self.from_on:
            return f"自 {self.from_on.isoformat()} 起施行"
        if self.to_on is not None and self.to_on < today:
            return f"已于 {self.to_on.isoformat()} 后失效"
        return "现行" if self.to_on is None else f"现行，施行至 {self.to_on.isoformat()}"


class DutyEntry(Table, table=True):
    """One line of a version; it never changes once its version is in force."""

    __tablename__ = "duty_entry"
    __table_args__ = (UniqueConstraint("list_id", "number"), Index("duty_entry_list", "list_id", "position"))

    id: UUID = Field(primary_key=True)
    list_id: UUID = Field(foreign_key="duty_list.id")
    township_code: str = Field(max_length=12)
    position: int  # where it stands in the list, from 1
    number: str = Field(max_length=40)  # as printed
    name: str
    category: str | None
    kind: DutyKind = Field(sa_type=text_of(DutyKind))
    department: str | None  # the county's, that has it or leads
    lead_organization_id: UUID | None  # the same, where it is an organisation that we know
    county_part: str | None  # what the county's department does
    township_part: str | None  # what the township does to help, or how a matter taken back is worked on
    helping: list[str] = Field(sa_type=Listed)  # codes of organisations that help
    legal_basis: str | None
    keywords: list[str] = Field(sa_type=Listed)
    item_codes: list[str] = Field(sa_type=Listed)  # of the catalogue
    searched: str  # what a search by words looks through, in small letters

    @property
    def shown(self) -> str:
        """The line as a sentence names it."""
        return f"{self.kind.title_zh}事项第 {self.number} 项“{self.name}”"
