"""One item in one person's name: signed for, reported, accepted by somebody else, struck off the list."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Forbidden
from chassis.tables import Digest, Instant, Sealed, text_of
from contracts.tasks import (
    AssignmentAccepted,
    AssignmentClosedOut,
    AssignmentExtended,
    AssignmentHandedOver,
    AssignmentMissed,
    AssignmentPledged,
    AssignmentProgressed,
    AssignmentReported,
    AssignmentReturned,
    AssignmentWithdrawn,
)
from services.tasks.tables import Table


class AssignmentStage(StrEnum):
    """How far an assignment has come."""

    ISSUED = "issued"
    PLEDGED = "pledged"
    REPORTED = "reported"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    CLOSED_OUT = "closed_out"
    WITHDRAWN = "withdrawn"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {
            "issued": "待签收",
            "pledged": "办理中",
            "reported": "已报结，待验收",
            "returned": "退回重办",
            "accepted": "已验收，待销号",
            "closed_out": "已销号",
            "withdrawn": "已撤回",
        }[self]


LIFECYCLE = Lifecycle(
    {
        "pledge": ({AssignmentStage.ISSUED}, AssignmentStage.PLEDGED),
        "report": ({AssignmentStage.PLEDGED, AssignmentStage.RETURNED}, AssignmentStage.REPORTED),
        "accept": ({AssignmentStage.REPORTED}, AssignmentStage.ACCEPTED),
        "return": ({AssignmentStage.REPORTED}, AssignmentStage.RETURNED),
        "close_out": ({AssignmentStage.ACCEPTED}, AssignmentStage.CLOSED_OUT),
        "hand_over": (
            {AssignmentStage.ISSUED, AssignmentStage.PLEDGED, AssignmentStage.RETURNED},
            AssignmentStage.ISSUED,
        ),
        "withdraw": (
            {
                AssignmentStage.ISSUED,
                AssignmentStage.PLEDGED,
                AssignmentStage.RETURNED,
                AssignmentStage.REPORTED,
            },
            AssignmentStage.WITHDRAWN,
        ),
    }
)

IN_HAND = frozenset({AssignmentStage.ISSUED, AssignmentStage.PLEDGED, AssignmentStage.RETURNED})
"""Stages at which it is the assignee's turn."""

DONE = frozenset({AssignmentStage.ACCEPTED, AssignmentStage.CLOSED_OUT})
"""Stages that count as done."""

DUE = text("missed_at IS NULL AND stage IN ('issued', 'pledged', 'returned')")


class NotYourAssignment(Forbidden):
    """This item was given to somebody else."""

    title_zh = "这件事项不是交办给您的，请由责任人办理。"


class PledgeTooLate(Conflict):
    """The promised date is after the date that the list allows."""

    title_zh = "承诺日期晚于清单时限，请改为时限以内的日期；确有困难的，请申请延期。"


class NotSignedYet(Conflict):
    """An item is signed for before it is worked on."""

    title_zh = "请先签收并承诺办结日期，再填报进展。"


class Assignment(Table, table=True):
    """One item in the name of one person; the first promise is kept whatever comes later."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index("assignment_person", "assignee_id", "stage", "id"),
        Index("assignment_item", "item_id"),
        Index("assignment_list", "checklist_id", "due_on"),
        Index("assignment_organization", "organization_id", "stage", "id"),
        Index("assignment_township", "township_code", "stage", "id"),
        Index("assignment_due", "due_on", "id", sqlite_where=DUE, postgresql_where=DUE),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    item_id: UUID = Field(foreign_key="checklist_item.id")
    checklist_id: UUID
    plan_id: UUID
    organization_id: UUID
    division_code: str = Field(max_length=12)
    assignee_id: UUID
    assignee_name: str
    post_id: UUID
    stage: AssignmentStage = Field(sa_type=text_of(AssignmentStage))
    due_on: date
    share: int  # per cent
    promised_on: date | None
    first_promised_on: date | None
    issued_by: UUID
    issued_at: datetime = Field(sa_type=Instant)
    pledged_at: datetime | None = Field(sa_type=Instant)
    text_digest: bytes | None = Field(sa_type=Digest)  # of what was signed for
    rule_version: str | None
    reported_at: datetime | None = Field(sa_type=Instant)
    reported_by: UUID | None
    in_time: bool | None  # reported on the day that it was due, or before
    accepted_at: datetime | None = Field(sa_type=Instant)
    accepted_by: UUID | None
    returns: int
    closed_at: datetime | None = Field(sa_type=Instant)
    missed_at: datetime | None = Field(sa_type=Instant)

    def pledge(self, *, promised_on: date, digest: bytes, rule_version: str, at: datetime) -> AssignmentPledged:
        """Take it on, with a finishing date no later than the list's. Raises `PledgeTooLate`, `NotAllowedNow`."""
        if promised_on > self.due_on:
            raise PledgeTooLate(due_on=self.due_on.isoformat())
        self.stage = LIFECYCLE.after("pledge", self.stage)
        self.promised_on, self.pledged_at = promised_on, at
        self.first_promised_on = self.first_promised_on or promised_on
        self.text_digest, self.rule_version = digest, rule_version
        return AssignmentPledged(
            assignment_id=self.id,
            item_id=self.item_id,
            person_id=self.assignee_id,
            pledged_at=at,
            promised_on=promised_on,
        )

    def progress(self, share: int, *, at: datetime) -> AssignmentProgressed:
        """Say how much of it is done. Raises `NotSignedYet`, `NotAllowedNow`."""
        if self.stage is AssignmentStage.ISSUED:
            raise NotSignedYet()
        LIFECYCLE.after("report", self.stage)
        self.share = share
        return AssignmentProgressed(assignment_id=self.id, item_id=self.item_id, share=share, progressed_at=at)

    def report(self, by: UUID, *, on: date, at: datetime) -> AssignmentReported:
        """Say that it is done. Raises `NotAllowedNow`."""
        if self.stage is AssignmentStage.ISSUED:
            raise NotSignedYet()
        self.stage = LIFECYCLE.after("report", self.stage)
        self.reported_at, self.reported_by, self.share = at, by, 100
        self.in_time = on <= self.due_on
        return AssignmentReported(assignment_id=self.id, item_id=self.item_id, reported_at=at)

    def accept(self, by: UUID, *, at: datetime) -> AssignmentAccepted:
        """Find it done. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("accept", self.stage)
        self.accepted_at, self.accepted_by = at, by
        return AssignmentAccepted(
            assignment_id=self.id, item_id=self.item_id, accepted_at=at, accepted_by=by, in_time=bool(self.in_time)
        )

    def return_(self, by: UUID, *, at: datetime) -> AssignmentReturned:
        """Find it not done, and give it back. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("return", self.stage)
        self.returns += 1
        return AssignmentReturned(assignment_id=self.id, item_id=self.item_id, returned_at=at, returned_by=by)

    def close_out(self, by: UUID, *, at: datetime) -> AssignmentClosedOut:
        """Strike it off the list. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("close_out", self.stage)
        self.closed_at = at
        return AssignmentClosedOut(assignment_id=self.id, item_id=self.item_id, closed_at=at, closed_by=by)

    def hand_over(
        self, *, to: UUID, name: str, post_id: UUID, organization_id: UUID, at: datetime, due_on: date | None = None
    ) -> AssignmentHandedOver:
        """Give it to another person, who signs for it anew, with a day of their own if so. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("hand_over", self.stage)
        before, self.assignee_id = self.assignee_id, to
        self.assignee_name, self.post_id, self.organization_id = name, post_id, organization_id
        self.promised_on = self.pledged_at = self.text_digest = self.rule_version = None
        self.due_on = due_on or self.due_on
        return AssignmentHandedOver(
            assignment_id=self.id,
            item_id=self.item_id,
            from_person_id=before,
            to_person_id=to,
            organization_id=organization_id,
            handed_over_at=at,
            due_on=self.due_on,
        )

    def extend(self, due_on: date, by: UUID, *, at: datetime) -> AssignmentExtended:
        """Let it fall due later; a limit that went by stays missed."""
        self.due_on = due_on
        return AssignmentExtended(
            assignment_id=self.id, item_id=self.item_id, due_on=due_on, granted_by=by, extended_at=at
        )

    def miss(self, *, at: datetime) -> AssignmentMissed:
        """Let its day have gone by."""
        self.missed_at = at
        return AssignmentMissed(assignment_id=self.id, item_id=self.item_id, due_on=self.due_on, missed_at=at)

    def withdraw(self, *, broken_down: bool, at: datetime) -> AssignmentWithdrawn:
        """Take it from whoever has it. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("withdraw", self.stage)
        return AssignmentWithdrawn(
            assignment_id=self.id, item_id=self.item_id, broken_down=broken_down, withdrawn_at=at
        )


class AssignmentStep(Table, table=True):
    """One thing that was done with an assignment, in whose name, and with which words."""

    __tablename__ = "assignment_step"
    __table_args__ = (Index("assignment_step_of", "assignment_id", "id"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    assignment_id: UUID = Field(foreign_key="assignment.id")
    move: str = Field(max_length=16)
    at: datetime = Field(sa_type=Instant)
    by: UUID | None  # none where time itself did it
    by_name: str | None
    words: bytes | None = Field(sa_type=Sealed)
    share: int | None
    on: date | None  # the date that it is about: promised, granted, missed


class ExtensionRequest(Table, table=True):
    """A later date that was asked for, and what was decided."""

    __tablename__ = "assignment_extension"
    __table_args__ = (Index("assignment_extension_of", "assignment_id", "id"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    assignment_id: UUID = Field(foreign_key="assignment.id")
    due_on: date  # as it was when it was asked
    wanted_on: date
    asked_by: UUID
    asked_at: datetime = Field(sa_type=Instant)
    granted: bool | None
    decided_by: UUID | None
    decided_at: datetime | None = Field(sa_type=Instant)


class Assisting(Table, table=True):
    """Somebody of a department who helps with an item."""

    __tablename__ = "assisting"
    __table_args__ = (
        Index("assisting_of", "assignment_id", "id"),
        Index("assisting_person", "person_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    assignment_id: UUID = Field(foreign_key="assignment.id")
    organization_id: UUID
    person_id: UUID
    person_name: str
    asked_by: UUID
    asked_at: datetime = Field(sa_type=Instant)
    answered_at: datetime | None = Field(sa_type=Instant)
