"""Rectifications over HTTP."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import bindparam, or_
from sqlalchemy import select as columns
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.words import Input, Output, Words
from services.tasks.rectifications import actions
from services.tasks.rectifications.model import Rectification
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


class RectificationPage(Output):
    """Rectifications from new to old."""

    items: list[RectificationView]
    next: str | None


class Said(Input):
    """A plan, or what was done."""

    words: Words


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


@router.post("/{rectification_id}/plan")
async def plan(rectification_id: UUID, said: Said, session: Transaction, actor: SignedIn) -> RectificationView:
    """Say how it will be put right. Refusals: `not-responsible`, `not-allowed-now`."""
    return view(await actions.plan(session, rectification_id, by=actor, words=said.words))


@router.post("/{rectification_id}/report")
async def report_put_right(
    rectification_id: UUID, said: Said, session: Transaction, actor: SignedIn
) -> RectificationView:
    """Say that it is put right; somebody else will verify it."""
    return view(await actions.report(session, rectification_id, by=actor, words=said.words))


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
    )
