"""A call that the next level owes, and the draw of a month; neither says whether anybody graded anything."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.tables import Digest, Instant, new_id, text_of
from services.tasks.requests.model import ServiceRequest
from services.tasks.tables import Table


class OwedStage(StrEnum):
    """How far a call has come."""

    WAITING = "waiting"  # while the case is being put right
    DUE = "due"
    ANSWERED = "answered"
    UNREACHED = "unreached"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"waiting": "整改后回访", "due": "待回访", "answered": "已回访", "unreached": "多次未能问到"}[self]


OPEN = (OwedStage.WAITING, OwedStage.DUE)
LIFECYCLE = Lifecycle(
    {
        "hold_back": ({OwedStage.WAITING, OwedStage.DUE}, OwedStage.WAITING),
        "fall_due": ({OwedStage.WAITING, OwedStage.DUE}, OwedStage.DUE),
        "answer": ({OwedStage.DUE}, OwedStage.ANSWERED),
        "give_up": (set(OPEN), OwedStage.UNREACHED),
    }
)


class RecheckDraw(Table, table=True):
    """What was drawn in a month of the cases that the units below an organisation handled."""

    __tablename__ = "recheck_draw"
    __table_args__ = (UniqueConstraint("organization_id", "month", name="recheck_draw_month"),)

    id: UUID = Field(primary_key=True)
    organization_id: UUID  # that owes the calls
    month: str = Field(max_length=7, index=True)  # in which they were handled, local: 2026-11
    share: int  # in percent
    seed: bytes = Field(sa_type=Digest)  # made at the draw
    cases_digest: bytes = Field(sa_type=Digest)
    handled: int
    drawn: int
    at: datetime = Field(sa_type=Instant)


class OwedCall(Table, table=True):
    """One call about one case; whichever it is owed for, or both, there is one open at a time."""

    __tablename__ = "owed_call"
    __table_args__ = (
        Index("owed_call_case", "request_id", "stage"),
        Index("owed_call_organization", "organization_id", "stage", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    request_id: UUID = Field(foreign_key="service_request.id")
    round: int  # that is asked about
    stage: OwedStage = Field(sa_type=text_of(OwedStage))
    organization_id: UUID  # one level above the unit
    for_grade: bool  # a round of it was graded badly in the citizen's own name
    draw_id: UUID | None = Field(foreign_key="recheck_draw.id", index=True)
    at: datetime = Field(sa_type=Instant)
    due_at: datetime | None = Field(sa_type=Instant)  # none while the case is being put right
    call_back_id: UUID | None = Field(foreign_key="call_back.id")  # the last attempt
    over_at: datetime | None = Field(sa_type=Instant)

    @classmethod
    def begin(
        cls, request: ServiceRequest, *, organization_id: UUID, for_grade: bool, draw_id: UUID | None, at: datetime
    ) -> "OwedCall":
        """A call that is owed; when it is due is said next."""
        return cls(
            id=new_id(),
            township_code=request.township_code,
            request_id=request.id,
            round=request.round,
            stage=OwedStage.WAITING,
            organization_id=organization_id,
            for_grade=for_grade,
            draw_id=draw_id,
            at=at,
            due_at=None,
            call_back_id=None,
            over_at=None,
        )

    def hold_back(self) -> None:
        """Wait until the case was put right."""
        self.stage = LIFECYCLE.after("hold_back", self.stage)
        self.due_at = None

    def fall_due(self, of_round: int, *, due_at: datetime) -> None:
        """Be made about a round by an instant."""
        self.stage = LIFECYCLE.after("fall_due", self.stage)
        self.round, self.due_at = of_round, due_at

    def end(self, name: str, *, call_back_id: UUID | None, at: datetime) -> None:
        """Be answered, or given up: after as many attempts as there are to be, or since nobody is left to ask."""
        self.stage = LIFECYCLE.after(name, self.stage)
        self.call_back_id, self.over_at = call_back_id, at
