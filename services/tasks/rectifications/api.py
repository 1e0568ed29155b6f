"""Rectifications over HTTP."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import bindparam, or_
from sqlalchemy import select as columns
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.words import Input, Output, Words
from services.tasks.rectifications import actions, views
from services.tasks.rectifications.model import Ground, Rectification
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.scope import ORDINARY
from services.tasks.roster.duty import ACTED_FOR, ACTED_FOR_IN

router = APIRouter(prefix="/rectifications", tags=["整改"], route_class=Route)

_person = bindparam("person", type_=Rectification.__table__.c.responsible_id.type)  # type: ignore[attr-defined]
MINE = (
    select(Rectification)
    .join(ServiceRequest, col(ServiceRequest.id) == col(Rectification.request_id))
    .where(
        col(Rectification.responsible_id).in_(columns(_person).union_all(ACTED_FOR)),
        or_(
            col(Rectification.responsible_id) == _person,
            ORDINARY & col(Rectification.organization_id).in_(ACTED_FOR_IN),
        ),
        or_(col(ServiceRequest.about_person_id).is_(None), col(ServiceRequest.about_person_id) != _person),
        col(Rectification.id) < bindparam("before"),
    )
    .order_by(col(Rectification.id).desc())
    .limit(bindparam("limit"))
)


class RectificationView(Output):
    """A rectification as its people see it."""

    id: UUID
    request_id: UUID
    round: int
    cause: str
    cause_zh: str
    ground: str | None
    ground_zh: str | None
    stage: str
    stage_zh: str
    organization_id: UUID
    responsible_id: UUID | None
    responsible_name: str | None
    opened_at: datetime
    due_at: datetime
    planned_at: datetime | None
    done_at: datetime | None
    verified_at: datetime | None
    lifted_at: datetime | None
    lifted_from_name: str | None
    leave_asked_at: datetime | None
    leave_granted: bool | None


class ToldView(Output):
    """A rectification with what was planned, done and proved."""

    rectification: RectificationView
    plan: str | None
    note: str | None
    evidence: list[UUID]
    acted_by_name: str | None


class WholeView(ToldView):
    """A rectification, and every earlier one of its case, the first first."""

    earlier: list[ToldView]


class RectificationPage(Output):
    """Rectifications from new to old."""

    items: list[RectificationView]
    next: str | None


class Planned(Input):
    """On what ground, and how it will be put right."""

    ground: Ground
    words: Words


class PutRight(Input):
    """What was done, and the files that prove it."""

    words: Words
    evidence: tuple[UUID, ...] = Field((), max_length=20)


class Leave(Input):
    """Whether it may take as long as its ground is given."""

    granted: bool


class Verdict(Input):
    """Whether it was put right."""

    put_right: bool


@router.get("")
async def rectifications(
    session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25
) -> RectificationPage:
    """Those that you answer for, or a colleague for whom you act."""
    today = local_date(session.now)
    found = await session.all(MINE, person=actor.person_id, today=today, before=place(cursor), limit=limit)
    return RectificationPage(items=[view(one) for one in found], next=cursor_of_next(found, limit=limit))


@router.get("/{rectification_id}")
async def rectification(rectification_id: UUID, session: Transaction, actor: SignedIn) -> WholeView:
    """One that you answer for or that lies below you, with every earlier one of its case. Refusals: `not-found`."""
    mending, earlier = await views.whole(session, rectification_id, by=actor)
    return WholeView(
        **_told(session, mending).model_dump(),
        earlier=[_told(session, one) for one in earlier],
    )


@router.post("/{rectification_id}/plan")
async def plan(rectification_id: UUID, said: Planned, session: Transaction, actor: SignedIn) -> RectificationView:
    """Say on what ground and how it will be put right; a longer limit waits for the next level's leave.

    Refusals: `not-found`, `not-responsible`, `not-allowed-now`.
    """
    return view(await actions.plan(session, rectification_id, by=actor, words=said.words, ground=said.ground))


@router.post("/{rectification_id}/leave")
async def decide_leave(rectification_id: UUID, said: Leave, session: Transaction, actor: SignedIn) -> RectificationView:
    """Let it take as long as its ground is given, or not; somebody above who had no part in it decides.

    Refusals: `not-found`, `verifier-involved`, `no-leave-asked`, `limit-over-already`.
    """
    return view(await actions.decide_leave(session, rectification_id, by=actor, granted=said.granted))


@router.post("/{rectification_id}/report")
async def report_put_right(
    rectification_id: UUID, said: PutRight, session: Transaction, actor: SignedIn
) -> RectificationView:
    """Say that it is put right, with files that prove it; somebody else will verify it.

    Refusals: `not-found`, `not-responsible`, `not-allowed-now`, `evidence-missing`, `no-such-attachment`.
    """
    done = await actions.report(session, rectification_id, by=actor, words=said.words, evidence=said.evidence)
    return view(done)


@router.post("/{rectification_id}/verification")
async def verify(rectification_id: UUID, said: Verdict, session: Transaction, actor: SignedIn) -> RectificationView:
    """Find it put right, or give it back. Refusals: `verifier-involved`, `not-allowed-now`."""
    return view(await actions.verify(session, rectification_id, by=actor, put_right=said.put_right))


def view(one: Rectification) -> RectificationView:
    """The rectification for the screen."""
    return RectificationView(
        id=one.id,
        request_id=one.request_id,
        round=one.round,
        cause=one.cause.value,
        cause_zh=one.cause.title_zh,
        ground=one.ground.value if one.ground else None,
        ground_zh=one.ground.title_zh if one.ground else None,
        stage=one.stage.value,
        stage_zh=one.stage.title_zh,
        organization_id=one.organization_id,
        responsible_id=one.responsible_id,
        responsible_name=one.responsible_name,
        opened_at=one.opened_at,
        due_at=one.due_at,
        planned_at=one.planned_at,
        done_at=one.done_at,
        verified_at=one.verified_at,
        lifted_at=one.lifted_at,
        lifted_from_name=one.lifted_from_name,
        leave_asked_at=one.leave_asked_at,
        leave_granted=one.leave_granted,
    )


def _told(session: Session, one: Rectification) -> ToldView:
    return ToldView(
        rectification=view(one),
        plan=views.opened(session, one, "plan"),
        note=views.opened(session, one, "note"),
        evidence=[UUID(name) for name in one.evidence or ()],
        acted_by_name=one.acted_by_name,
    )
