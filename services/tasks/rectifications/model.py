"""A rectification: what was found wanting, who puts it right by when, and who else found it put right."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Forbidden
from chassis.tables import Instant, Listed, Sealed, text_of
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

    @property
    def title_zh(self) -> str:
        """What opened it, on the screen."""
        return {
            "not_solved": "群众回答未解决或部分解决",
            "found_wanting": "群众给了差评",
            "appeal_upheld": "群众的申诉成立",
        }[self]


class Ground(StrEnum):
    """Why somebody was not content, as whoever puts it right finds; how much time there is follows from it."""

    NOT_TRUE = "not_true"
    SIMPLE = "simple"
    COMPLEX = "complex"
    OTHERS_DUTY = "others_duty"
    POLICY = "policy"

    @property
    def title_zh(self) -> str:
        """The ground on the screen."""
        return {
            "not_true": "反映的情况与事实不符，当面说明",
            "simple": "能马上改好",
            "complex": "情况复杂，需要时间",
            "others_duty": "属其他单位职责，衔接办理",
            "policy": "政策不允许，讲清依据和替代办法",
        }[self]


LIFECYCLE = Lifecycle(
    {
        "plan": ({RectificationStage.OPENED, RectificationStage.PLANNED}, RectificationStage.PLANNED),
        "report": ({RectificationStage.PLANNED}, RectificationStage.DONE),
        "return": ({RectificationStage.DONE}, RectificationStage.PLANNED),
        "verify": ({RectificationStage.DONE}, RectificationStage.VERIFIED),
    }
)


IN_WORK = (RectificationStage.OPENED, RectificationStage.PLANNED)
"""Stages in which somebody has to do something by its date."""


class NotResponsible(Forbidden):
    """Somebody else answers for this rectification."""

    title_zh = "这项整改不由您负责。"


class VerifierInvolved(Forbidden):
    """Who did the work cannot verify it."""

    title_zh = "承办人和整改责任人不能复核自己的工作，请由上级组织的其他人员复核。"


class NoLeaveAsked(Conflict):
    """Nobody waits for leave to take longer."""

    title_zh = "这项整改没有等待同意的加长时限申请，请刷新后查看。"


class LimitOverAlready(Conflict):
    """What is late cannot be made to be in time."""

    title_zh = "整改时限已过，不能再加长；请督促尽快整改，并如实说明原因。"


class Rectification(Table, table=True):
    """One rectification of one round of one case."""

    __tablename__ = "rectification"
    __table_args__ = (Index("rectification_due", "stage", "due_at", "id"),)

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
    ground: Ground | None = Field(sa_type=text_of(Ground))  # none before the first plan
    evidence: list[str] | None = Field(sa_type=Listed)  # ids of attachments; none before the first report
    leave_asked_at: datetime | None = Field(sa_type=Instant)  # since the ground would make the running limit longer
    leave_granted: bool | None  # by the next level; none while nobody asked, or nobody decided
    leave_by: UUID | None
    leave_at: datetime | None = Field(sa_type=Instant)
    lifted_at: datetime | None = Field(sa_type=Instant)  # when it was late, and went one level up
    lifted_from: UUID | None  # who answered for it before
    lifted_from_name: str | None

    def late(self, now: datetime) -> bool:
        """Whether its time is over and it is not reported done; what waits for its verification is not late by that."""
        return self.stage in IN_WORK and self.due_at <= now

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

    def make_plan(self, by: UUID, plan: bytes, ground: Ground, *, at: datetime, acting_name: str | None) -> None:
        """Say on what ground and how it will be put right; until it is reported done, a plan may be replaced."""
        self._is_with(by, acting_name=acting_name)
        self.stage = LIFECYCLE.after("plan", self.stage)
        self.plan, self.planned_at, self.ground = plan, at, ground

    def report(self, by: UUID, note: bytes, evidence: list[str], *, at: datetime, acting_name: str | None) -> None:
        """Say that it is put right, and by what that is proved."""
        self._is_with(by, acting_name=acting_name)
        self.stage = LIFECYCLE.after("report", self.stage)
        self.note, self.done_at, self.evidence = note, at, evidence

    def ask_leave(self, asked: bool, *, at: datetime) -> None:
        """Wait for the next level's leave to take longer, or wait for it no more."""
        self.leave_asked_at = at if asked else None
        self.leave_granted = self.leave_by = self.leave_at = None

    def decide_leave(self, by: UUID, *, handler_id: UUID | None, granted: bool, at: datetime) -> None:
        """Let it take longer, or not. Raises `VerifierInvolved`, `NoLeaveAsked`, `LimitOverAlready`."""
        self._is_not_with(by, handler_id)
        if self.leave_asked_at is None or self.leave_granted is not None:
            raise NoLeaveAsked()
        if granted and at >= self.due_at:
            raise LimitOverAlready()
        self.leave_granted, self.leave_by, self.leave_at = granted, by, at

    def lift(self, owner: UUID, *, responsible_id: UUID | None, name: str | None, at: datetime) -> None:
        """Be late and go one level up: who answered for it before neither goes on with it nor verifies it."""
        self.lifted_at, self.lifted_from, self.lifted_from_name = at, self.responsible_id, self.responsible_name
        self.organization_id, self.responsible_id, self.responsible_name = owner, responsible_id, name

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
        first = self.responsible_name if self.lifted_at is None else self.lifted_from_name
        told: list[tuple[datetime, str, UUID | None]] = [
            (
                self.opened_at,
                f"群众不满意，第 {self.round} 轮整改开始，责任人 {first or '（空缺）'}",
                None,
            )
        ]
        if self.lifted_at is not None:
            told.append((self.lifted_at, f"整改逾期，提级由 {self.responsible_name or '（空缺）'} 负责", None))
        if self.planned_at is not None:
            why = f"（{self.ground.title_zh}）" if self.ground else ""
            told.append((self.planned_at, f"整改方案已定{why}", self.responsible_id))
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
        if person_id in {self.responsible_id, self.lifted_from, self.acted_by, handler_id}:
            raise VerifierInvolved()
