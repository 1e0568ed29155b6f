"""A clock: one running time limit of one case, with the rule that it runs by."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.tables import Instant, text_of
from contracts.tasks import LimitMissed
from services.tasks.clocks.life import What
from services.tasks.clocks.limits import Amount, Unit
from services.tasks.tables import Table


class ClockKind(StrEnum):
    """What has to happen before the clock ends."""

    ACCEPT = "accept"
    CONTACT = "contact"
    FINISH = "finish"
    RECTIFY = "rectify"
    CALL_BACK = "call_back"
    APPEAL = "appeal"

    @property
    def title_zh(self) -> str:
        """The clock's name on the screen."""
        return _NAMES[self]


_NAMES = {
    ClockKind.ACCEPT: "签收",
    ClockKind.CONTACT: "首次联系",
    ClockKind.FINISH: "办结",
    ClockKind.RECTIFY: "整改",
    ClockKind.CALL_BACK: "回访",
    ClockKind.APPEAL: "申诉复查",
}


class Clock(Table, table=True):
    """A time limit as it was set: a later change of the rules does not move it."""

    __tablename__ = "clock"

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="service_request.id", index=True)
    kind: ClockKind = Field(sa_type=text_of(ClockKind))
    turn: int  # of the dispatch for ACCEPT and CONTACT, 1 for FINISH, of the round for the others
    started_at: datetime = Field(sa_type=Instant)
    warn_at: datetime = Field(sa_type=Instant)
    look_at: datetime | None = Field(sa_type=Instant)  # when its timer comes next
    due_at: datetime = Field(sa_type=Instant)  # the first instant that is too late
    provisional: bool  # working days of a year without a published calendar were counted
    rule: str  # the rule's or the catalogue item's id
    rule_version: str
    amount: int | None  # of the rule; none of a clock that is older than the keeping of it
    unit: Unit | None = Field(sa_type=text_of(Unit))
    rule_name: str | None  # as it was shown when the clock started
    rule_source: str | None
    rule_confidence: str | None = Field(max_length=1)
    calendar_version: str | None = Field(max_length=16)  # by which it was counted at its start
    met_at: datetime | None = Field(sa_type=Instant)
    warned_at: datetime | None = Field(sa_type=Instant)
    missed_at: datetime | None = Field(sa_type=Instant)  # the minute it ended, whenever that was noticed
    level: int  # how many organisations up it has climbed
    paused_at: datetime | None = Field(sa_type=Instant)  # while it is paused
    counts_from: datetime | None = Field(sa_type=Instant)  # its start as if its pauses lay before it

    @property
    def running(self) -> bool:
        """Whether what it waits for has not happened yet, and time is counted for it."""
        return self.met_at is None and self.paused_at is None

    def base(self) -> Amount | None:
        """The rule's amount, where it is known."""
        return None if self.amount is None or self.unit is None else Amount(value=self.amount, unit=self.unit)

    def meet(self, at: datetime) -> bool:
        """Note that it happened; returns whether in time."""
        if self.met_at is None:
            self.met_at = at
        return self.met_at < self.due_at

    def climb(self, *, organization_id: UUID | None) -> LimitMissed:
        """Go one level up, the first time at the minute at which the limit ended."""
        if self.missed_at is None:
            self.missed_at = self.due_at
        self.level += 1
        return LimitMissed(
            request_id=self.request_id,
            clock_id=self.id,
            clock=self.kind.value,
            due_at=self.due_at,
            level=self.level,
            organization_id=organization_id,
        )


class ClockFact(Table, table=True):
    """One thing that happened to a clock between its start and its end, and how its limit moved by it.

    The columns of the clock are what came of its start and of these rows; `moving.course_of` has them worked out again.
    """

    __tablename__ = "clock_fact"
    __table_args__ = (Index("clock_fact_clock", "clock_id", "id"),)

    id: UUID = Field(primary_key=True)
    clock_id: UUID = Field(foreign_key="clock.id")
    request_id: UUID = Field(foreign_key="service_request.id", index=True)
    what: What = Field(sa_type=text_of(What))
    at: datetime = Field(sa_type=Instant)
    amount: int | None  # of an extension, or of an order
    unit: Unit | None = Field(sa_type=text_of(Unit))
    calendar_version: str | None = Field(max_length=16)  # by which it is counted from now on
    rule: str | None  # under which it happened
    rule_version: str | None
    rule_source: str | None
    rule_confidence: str | None = Field(max_length=1)
    due_before: datetime = Field(sa_type=Instant)
    due_after: datetime = Field(sa_type=Instant)
    about_id: UUID | None  # the pause, the extension
    by: UUID | None  # nobody, where it was a timer or a command
    cause: str | None = Field(max_length=64)  # a code
