"""A duty of a post in one period: by when, and whether it was done or skipped; missed is what is open past its day."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Forbidden, Invalid
from chassis.tables import Instant, Sealed, text_of
from contracts.tasks import RecurringDutyDone, RecurringDutyMissed, RecurringDutyReturned, RecurringDutySkipped
from services.tasks.recurring_duties.rules import Asks
from services.tasks.tables import Table


class DutyStage(StrEnum):
    """How far a duty has come."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"open": "待完成", "done": "已完成", "skipped": "本期不办"}[self]


LIFECYCLE = Lifecycle(
    {
        "do": ({DutyStage.OPEN}, DutyStage.DONE),
        "return": ({DutyStage.DONE}, DutyStage.OPEN),
        "skip": ({DutyStage.OPEN}, DutyStage.SKIPPED),
    }
)


class SkipReason(StrEnum):
    """Why a period may be left out."""

    MERGED = "merged"
    REORGANIZED = "reorganized"
    DISASTER = "disaster"
    NOT_APPLICABLE = "not_applicable"

    @property
    def title_zh(self) -> str:
        """In words."""
        return {
            "merged": "与其他会议合并进行",
            "reorganized": "组织正在调整",
            "disaster": "抢险救灾等紧急情况",
            "not_applicable": "本期没有此项工作",
        }[self]


class NotYourDuty(Forbidden):
    """This duty belongs to another post; its holder does it, or whoever acts for them."""

    title_zh = "这项职责由该岗位的在岗人员或代行人完成，请由他们办理。"


class MayNotReturnDuty(Forbidden):
    """Those above the organisation send a duty back, and never who did it."""

    title_zh = "只有上级组织的工作人员可以退回，完成人不能自己退回。"


class DoneOutsideItsPeriod(Invalid):
    """A duty is done between the first day of its period and today."""

    title_zh = "完成日期应在本期开始之后、今天或以前，请核对后重填。"


class DutyHasEnded(Conflict):
    """This duty is done or skipped already, or its skipping waits for a second person."""

    title_zh = "这项职责已经完成、已定为本期不办，或正等第二人确认，请刷新后查看。"


class RecurringPeriod(Table, table=True):
    """One period of one rule, and how far its duties were made and told of, so that a restart goes on where it was."""

    __tablename__ = "recurring_period"
    __table_args__ = (UniqueConstraint("rule_code", "first_on", name="recurring_period_once"),)

    id: UUID = Field(primary_key=True)
    rule_code: str = Field(max_length=32)
    first_on: date
    last_on: date
    due_on: date
    made_to: UUID | None  # the last organisation that was looked at
    made_at: datetime | None = Field(sa_type=Instant)  # when all duties were there
    reminded_to: UUID | None  # the last duty whose holder was reminded
    missed_to: UUID | None  # the last duty whose holder was told that it was missed


OPEN = text("stage = 'open'")


class RecurringDuty(Table, table=True):
    """One duty of one post in one period."""

    __tablename__ = "recurring_duty"
    __table_args__ = (
        UniqueConstraint("rule_code", "first_on", "organization_id", name="recurring_duty_once"),
        Index("recurring_duty_township", "township_code", "id"),
        Index("recurring_duty_organization", "organization_id", "id"),
        Index("recurring_duty_open", "period_id", "id", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: UUID = Field(primary_key=True)
    period_id: UUID = Field(foreign_key="recurring_period.id")
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    organization_id: UUID
    post: str = Field(max_length=32)  # the kind of post that has it
    rule_code: str = Field(max_length=32)
    title: str = Field(max_length=100)
    asks: Asks = Field(sa_type=text_of(Asks))
    first_on: date
    last_on: date
    due_on: date
    provisional: bool  # the calendar of the due day's year was not published when it was made
    stage: DutyStage = Field(sa_type=text_of(DutyStage))
    done_on: date | None
    done_by: UUID | None

    def do(self, *, on: date, today: date, by: UUID) -> RecurringDutyDone:
        """Be done. Raises `DoneOutsideItsPeriod`, `NotAllowedNow`."""
        stage = LIFECYCLE.after("do", self.stage)
        if not self.first_on <= on <= today:
            raise DoneOutsideItsPeriod(first_on=self.first_on.isoformat(), today=today.isoformat())
        self.stage, self.done_on, self.done_by = stage, on, by
        return RecurringDutyDone(
            duty_id=self.id,
            rule_code=self.rule_code,
            organization_id=self.organization_id,
            division_code=self.division_code,
            due_on=self.due_on,
            done_on=on,
            in_time=on <= self.due_on,
        )

    def miss(self, *, at: datetime) -> RecurringDutyMissed:
        """Let its day have gone by; it stays open, since that says it already."""
        return RecurringDutyMissed(
            duty_id=self.id,
            rule_code=self.rule_code,
            organization_id=self.organization_id,
            division_code=self.division_code,
            due_on=self.due_on,
            missed_at=at,
        )

    def send_back(self, *, today: date, at: datetime) -> RecurringDutyReturned:
        """Be open again. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("return", self.stage)
        self.done_on = self.done_by = None
        return RecurringDutyReturned(
            duty_id=self.id,
            rule_code=self.rule_code,
            organization_id=self.organization_id,
            division_code=self.division_code,
            due_on=self.due_on,
            missed=self.missed(today),
            returned_at=at,
        )

    def skip(self, reason: str, *, at: datetime) -> RecurringDutySkipped:
        """Be left out. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("skip", self.stage)
        return RecurringDutySkipped(
            duty_id=self.id,
            rule_code=self.rule_code,
            organization_id=self.organization_id,
            division_code=self.division_code,
            due_on=self.due_on,
            reason=reason,
            skipped_at=at,
        )

    def missed(self, today: date) -> bool:
        """Whether it is open past its day."""
        return self.stage is DutyStage.OPEN and self.due_on < today


class RecurringStep(Table, table=True):
    """One thing that was done with a duty, and the words with it."""

    __tablename__ = "recurring_step"
    __table_args__ = (Index("recurring_step_duty", "duty_id", "id"),)

    id: UUID = Field(primary_key=True)
    duty_id: UUID = Field(foreign_key="recurring_duty.id")
    township_code: str = Field(max_length=12)
    move: str = Field(max_length=16)
    at: datetime = Field(sa_type=Instant)
    by: UUID
    by_name: str
    reason: str | None = Field(max_length=32)  # a code
    words: bytes | None = Field(sa_type=Sealed)
