"""A rectification: what was found wanting, who puts it right by when, and who else found it put right."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Forbidden
from chassis.tables import Instant, Sealed, text_of
from contracts.tasks import RectificationOpened, RectificationVerified
from services.tasks.tables import Table


class RectificationStage(StrEnum):
    """How far a rectification has come."""

    OPENED = "opened"
    PLANNED = "planned"
    DONE = "done"
    VERIFIED = "verified"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"opened": "待制定方案", "planned": "整改中", "done": "待复核", "verified": "已复核"}[self]


class Cause(StrEnum):
    """What opened it; a grade is not told, only that the round was found wanting."""

    NOT_SOLVED = "not_solved"
    FOUND_WANTING = "found_wanting"
    APPEAL_UPHELD = "appeal_upheld"


LIFECYCLE = Lifecycle(
    {
        "plan": ({RectificationStage.OPENED, RectificationStage.PLANNED}, RectificationStage.PLANNED),
        "report": ({RectificationStage.PLANNED}, RectificationStage.DONE),
        "return": ({RectificationStage.DONE}, RectificationStage.PLANNED),
        "verify": ({RectificationStage.DONE}, RectificationStage.VERIFIED),
    }
)


class NotResponsible(Forbidden):
    """Somebody else answers for this rectification."""

    title_zh = "这项整改不由您负责。"


class VerifierInvolved(Forbidden):
    """Who did the work cannot verify it."""

    title_zh = "承办人和整改责任人不能复核自己的工作，请由上级组织的其他人员复核。"


class Rectification(Table, table=True):
    """One rectification of one round of one case."""

    __tablename__ = "rectification"

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="service_request.id", index=True)
    round: int  # that was found wanting
    cause: Cause = Field(sa_type=text_of(Cause))
    stage: RectificationStage = Field(sa_type=text_of(RectificationStage))
    organization_id: UUID
    responsible_id: UUID | None  # none while every post above is vacant
    responsible_name: str | None
    opened_at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant)
    plan: bytes | None = Field(sa_type=Sealed)
    planned_at: datetime | None = Field(sa_type=Instant)
    note: bytes | None = Field(sa_type=Sealed)
    done_at: datetime | None = Field(sa_type=Instant)
    acted_by: UUID | None  # who planned or reported it for the responsible person, who was away
    acted_by_name: str | None
    verified_by: UUID | None
    verified_at: datetime | None = Field(sa_type=Instant)

    def opened(self) -> RectificationOpened:
        """What is told when it opens."""
        return RectificationOpened(
            rectification_id=self.id,
            request_id=self.request_id,
            round=self.round,
            organization_id=self.organization_id,
            responsible_id=self.responsible_id,
            opened_at=self.opened_at,
            due_at=self.due_at,
        )

    def make_plan(self, by: UUID, plan: bytes, *, at: datetime, acting_name: str | None) -> None:
        """Say how it will be put right; until it is reported done, a plan may be replaced."""
        self._is_with(by, acting_name=acting_name)
        self.stage = LIFECYCLE.after("plan", self.stage)
        self.plan, self.planned_at = plan, at

    def report(self, by: UUID, note: bytes, *, at: datetime, acting_name: str | None) -> None:
        """Say that it is put right."""
        self._is_with(by, acting_name=acting_name)
        self.stage = LIFECYCLE.after("report", self.stage)
        self.note, self.done_at = note, at

    def give_back(self, by: UUID, *, handler_id: UUID | None) -> None:
        """Find that it is not put right; the work goes on under the same date."""
        self._is_not_with(by, handler_id)
        self.stage = LIFECYCLE.after("return", self.stage)
        self.done_at = None

    def verify(self, by: UUID, *, handler_id: UUID | None, at: datetime) -> RectificationVerified:
        """Find that it is put right; by somebody who did neither the work nor the rectification."""
        self._is_not_with(by, handler_id)
        self.stage = LIFECYCLE.after("verify", self.stage)
        self.verified_by, self.verified_at = by, at
        return RectificationVerified(
            rectification_id=self.id,
            request_id=self.request_id,
            round=self.round,
            verified_by=by,
            verified_at=at,
            in_time=self.done_at is not None and self.done_at < self.due_at,
        )

    def history(self) -> list[tuple[datetime, str, UUID | None]]:
        """What happened to it: when, what (for the screen), and by whom."""
        told: list[tuple[datetime, str, UUID | None]] = [
            (
                self.opened_at,
                f"群众不满意，第 {self.round} 轮整改开始，责任人 {self.responsible_name or '（空缺）'}",
                None,
            )
        ]
        if self.planned_at is not None:
            told.append((self.planned_at, "整改方案已定", self.responsible_id))
        if self.done_at is not None:
            acted = f"（{self.acted_by_name}代{self.responsible_name}）" if self.acted_by_name else ""
            told.append((self.done_at, f"整改报告完成{acted}", self.acted_by or self.responsible_id))
        if self.verified_at is not None:
            told.append((self.verified_at, "另一人复核通过，再次请群众评判", self.verified_by))
        return told

    def _is_with(self, person_id: UUID, *, acting_name: str | None) -> None:
        """This person answers for it, or acts under this name for who does."""
        if acting_name is not None:
            self.acted_by, self.acted_by_name = person_id, acting_name
        elif self.responsible_id != person_id:
            raise NotResponsible()

    def _is_not_with(self, person_id: UUID, handler_id: UUID | None) -> None:
        if person_id in {self.responsible_id, self.acted_by, handler_id}:
            raise VerifierInvolved()
