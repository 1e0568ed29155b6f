"""One edition of a disclosure: written, looked over by another person, public from then on, replaced with a reason."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from chassis.clock import local_date, midnight
from chassis.divisions import township_of
from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Forbidden, Invalid
from chassis.tables import Instant, text_of
from contracts.feedback import DisclosureFoundMissing
from services.feedback.disclosures.schedule import Beat
from services.feedback.tables import Table


class EditionStage(StrEnum):
    """How far an edition has come."""

    WAITING = "waiting"
    PUBLIC = "public"
    SENT_BACK = "sent_back"
    REPLACED = "replaced"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"waiting": "待监督确认", "public": "已公开", "sent_back": "已退回", "replaced": "已更正"}[self]


LIFECYCLE = Lifecycle(
    {
        "confirm": ({EditionStage.WAITING}, EditionStage.PUBLIC),
        "send_back": ({EditionStage.WAITING}, EditionStage.SENT_BACK),
        "replace": ({EditionStage.PUBLIC}, EditionStage.REPLACED),
    }
)


class Shown(StrEnum):
    """What people see of a disclosure on a day."""

    AHEAD = "ahead"
    MISSING = "missing"
    PUBLIC = "public"
    PUBLIC_LATE = "public_late"

    @property
    def title_zh(self) -> str:
        """In words."""
        return {"ahead": "未到期", "missing": "应公开未公开", "public": "已按期公开", "public_late": "已公开（逾期）"}[
            self
        ]


class MayNotDisclose(Forbidden):
    """The village's secretary or first secretary writes its disclosures."""

    title_zh = "村务公开由本村（社区）书记或第一书记填写，请联系他们。"


class MayNotSupervise(Forbidden):
    """Whoever supervises the village looks its disclosures over."""

    title_zh = "公开前由村务监督、督查或乡镇（街道）干部确认，请联系他们。"


class WriterMayNotConfirm(Forbidden):
    """Whoever wrote an edition cannot let it out; another person has to."""

    title_zh = "填写人不能自己确认公开，请由另一位负责监督的人员确认。"


class EditionWaits(Conflict):
    """An edition of this disclosure waits to be looked over."""

    title_zh = "这一项已有一版正在等待监督确认，请等确认或退回后再填。"


class CorrectionNeedsReason(Invalid):
    """What is public already is corrected with a reason."""

    title_zh = "这一项已经公开，更正须写明理由，请填写后重新提交。"


class FiguresMissing(Invalid):
    """This kind of disclosure needs figures, not words alone."""

    title_zh = "这一项须列出数字，请逐行填写名目、数量和单位后重新提交。"


class SaysWhoSomebodyIs(Invalid):
    """Words for the public hold no telephone, citizen number or e-mail address."""

    title_zh = "公开的文字不得含手机号码、身份证号或邮箱，请删去后重新提交。"


class NoSuchDisclosureKind(Invalid):
    """There is no kind of disclosure of this code that is made public at once."""

    title_zh = "公开目录里没有这类随时公开的事项，请从列表中选择。"


class EventAhead(Invalid):
    """What is disclosed at once has happened already."""

    title_zh = "事项发生日期应为今天或以前，请核对后重填。"


class EventKnown(Conflict):
    """This event of this day is on the village's list already."""

    title_zh = "这一天的这件事已经列入公开清单，请在清单里填写。"


NOT_PUBLIC = text("published_at IS NULL")


class Disclosure(Table, table=True):
    """What one village has to make public for one period, or after one event; there before anybody wrote a word."""

    __tablename__ = "disclosure"
    __table_args__ = (
        UniqueConstraint("kind_code", "first_on", "division_code", "event", name="disclosure_once"),
        Index("disclosure_village", "division_code", "id"),
        Index("disclosure_missing", "division_code", "due_on", sqlite_where=NOT_PUBLIC, postgresql_where=NOT_PUBLIC),
    )

    id: UUID = Field(primary_key=True)
    division_code: str = Field(max_length=12)
    kind_code: str = Field(max_length=32)
    title: str = Field(max_length=60)
    beat: Beat = Field(sa_type=text_of(Beat))
    event: str = Field(max_length=100)  # of what is made public at once; else empty
    first_on: date
    last_on: date
    due_on: date
    listed_at: datetime = Field(sa_type=Instant)
    listed_by: UUID | None  # none if the schedule did
    published_at: datetime | None = Field(sa_type=Instant)  # the first edition
    edition: int  # the public one; 0 if there is none
    written: int  # editions, those that were sent back included
    waiting: bool  # one of them waits to be looked over

    def shown(self, today: date) -> Shown:
        """How it stands on a local day."""
        if self.published_at is None:
            return Shown.MISSING if self.due_on < today else Shown.AHEAD
        return Shown.PUBLIC_LATE if local_date(self.published_at) > self.due_on else Shown.PUBLIC

    @property
    def late_from(self) -> datetime:
        """The first instant at which it is missing unless it is public (UTC)."""
        return midnight(self.due_on + timedelta(days=1))

    def found_missing(self, *, at: datetime) -> DisclosureFoundMissing:
        """The fact by which who has to publish it, and those above, are told."""
        return DisclosureFoundMissing(
            disclosure_id=self.id,
            township_code=township_of(self.division_code),
            division_code=self.division_code,
            due_on=self.due_on,
            found_at=at,
        )


class DisclosureEdition(Table, table=True):
    """What was written for a disclosure; every edition is kept."""

    __tablename__ = "disclosure_edition"
    __table_args__ = (UniqueConstraint("disclosure_id", "number", name="disclosure_edition_number"),)

    id: UUID = Field(primary_key=True)
    disclosure_id: UUID = Field(foreign_key="disclosure.id")
    number: int
    words: str
    figures: str  # JSON: a list of name, amount and unit
    files: str  # JSON: a list of title and digest
    book_month: str | None = Field(max_length=7)  # whose statement of the village's ledger belongs to it
    reason: str | None  # of a correction
    stage: EditionStage = Field(sa_type=text_of(EditionStage))
    written_at: datetime = Field(sa_type=Instant)
    written_by: UUID
    writer: str  # the office-holder's name and post, as the public reads them
    decided_at: datetime | None = Field(sa_type=Instant)
    decided_by: UUID | None
    decider: str | None
    remark: str | None  # why it was sent back

    def confirm(self, *, by: UUID, named: str, at: datetime) -> None:
        """Be public from now on. Raises `NotAllowedNow`, `WriterMayNotConfirm`."""
        stage = LIFECYCLE.after("confirm", self.stage)
        if by == self.written_by:
            raise WriterMayNotConfirm()
        self.stage, self.decided_by, self.decider, self.decided_at = stage, by, named, at

    def send_back(self, remark: str, *, by: UUID, named: str, at: datetime) -> None:
        """Not be let out, and why. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("send_back", self.stage)
        self.decided_by, self.decider, self.decided_at, self.remark = by, named, at, remark

    def give_way(self) -> None:
        """Be replaced by a newer edition; it stays readable."""
        self.stage = LIFECYCLE.after("replace", self.stage)
