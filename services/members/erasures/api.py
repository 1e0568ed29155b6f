"""Erasure over HTTP: a person asks, the operator puts it forward, an auditor confirms under `/proposals`."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.words import Input, Output, Words
from services.members.erasures import actions, policy, views
from services.members.erasures.model import Erasure, ErasureStage, Kept

router = APIRouter(tags=["个人信息"], route_class=Route)
KEPT = {one.value: one.zh for one in Kept}


class ErasureView(Output):
    """A wish to be erased, how far it has come, and what stays."""

    id: UUID
    person_id: UUID
    asked_at: datetime
    stage: ErasureStage
    stage_zh: str
    kept_zh: list[str]
    erased_at: datetime | None


class ErasurePage(Output):
    """Wishes that wait, from new to old."""

    items: list[ErasureView]
    next: str | None


class PuttingForward(Input):
    """What the operator has seen to: that it is the person's own wish, and that nothing stands against it."""

    words: Words


class PutForward(Output):
    """The proposal that an auditor has to confirm."""

    proposal_id: UUID
    expires_at: datetime


@router.post("/me/erasure", status_code=201)
async def ask_for_erasure(session: Transaction, actor: SignedIn) -> ErasureView:
    """Ask that what is held about you be taken away. Refusals: `not-found`, `erasure-asked`."""
    return _view(await actions.ask(session, by=actor))


@router.get("/me/erasure")
async def my_erasure(session: Transaction, actor: SignedIn) -> ErasureView:
    """Your newest wish. Raises `NotFound` if there is none."""
    return _view(await views.newest_of(session, actor.person_id))


@router.get("/erasures")
async def erasures(session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25) -> ErasurePage:
    """The wishes of your area that wait. Raises `Forbidden` for all but the county's operator, and `WrongCursor`."""
    areas = await policy.operators_areas(session, actor)
    found = await views.waiting_in(session, areas, before=place(cursor), most=limit)
    return ErasurePage(items=[_view(one) for one in found], next=cursor_of_next(found, limit=limit))


@router.post("/erasures/{erasure_id}/proposal")
async def propose_erasure(erasure_id: UUID, body: PuttingForward, session: Transaction, actor: SignedIn) -> PutForward:
    """Put a wish before the auditor. Refusals: `forbidden`, `not-found`, `not-allowed-now`."""
    proposal = await actions.put_forward(session, erasure_id, words=body.words, by=actor)
    return PutForward(proposal_id=proposal.id, expires_at=proposal.expires_at)


def _view(erasure: Erasure) -> ErasureView:
    return ErasureView(
        id=erasure.id,
        person_id=erasure.person_id,
        asked_at=erasure.asked_at,
        stage=erasure.stage,
        stage_zh=erasure.stage.zh,
        kept_zh=[KEPT[one] for one in erasure.kept],
        erased_at=erasure.erased_at,
    )
