"""Merging over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body
from pydantic import Field

from chassis.http import Route, SignedIn, Transaction
from chassis.session import Session
from chassis.words import Input, Output
from services.tasks.merges import actions, views
from services.tasks.requests import policy
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage
from services.tasks.requests.views import named_person, seen

router = APIRouter(prefix="/requests", tags=["并单"], route_class=Route)


class Parts(Input):
    """The same matter of others, to be done together with this one."""

    request_ids: tuple[UUID, ...] = Field(min_length=1, max_length=50)


class Nothing(Input):
    """Nothing is to be said."""


class TogetherView(Output):
    """What a case is done together with; a sentence for whoever asked.

    Which cases the others are is said to those alone who reach them.
    """

    id: UUID
    stage: str
    stage_zh: str
    merged: bool
    others: int
    lead_id: UUID | None
    part_ids: list[UUID]
    named_person: str | None
    lead_promised_on: date | None
    says_zh: str


@router.post("/{request_id}/parts")
async def merge_requests(request_id: UUID, body: Parts, session: Transaction, actor: SignedIn) -> TogetherView:
    """Have the same matter of others done together with this one; everybody keeps their limits and judgement.

    Refusals: `not-found`, `may-not-merge`, `with-itself`, `leads-others`, `merged-elsewhere`, `lead-is-done`,
    `not-the-same-matter`, `not-allowed-now`.
    """
    lead = await actions.merge(session, request_id, list(body.request_ids), by=actor)
    return await _view(session, lead, shows_others=True)


@router.post("/{request_id}/parting")
async def part_request(
    request_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> TogetherView:
    """Undo the merge of one case: it stands where and with whom it stood. Refusals: `may-not-merge`, `not-merged`."""
    return await _view(session, await actions.part(session, request_id, by=actor), shows_others=True)


@router.get("/{request_id}/together")
async def show_together(request_id: UUID, session: Transaction, actor: SignedIn) -> TogetherView:
    """Whether a case is done together with others, by whom, and by which promised date."""
    request = await seen(session, request_id)
    await policy.check_may_see(session, actor, request)
    return await _view(session, request, shows_others=actor.person_id != request.requester_id)


async def _view(session: Session, request: ServiceRequest, *, shows_others: bool) -> TogetherView:
    lead = await views.lead_of(session, request)
    parts = await views.parts_of(session, lead.id)
    merged = request.stage is Stage.MERGED
    others = len(parts)
    return TogetherView(
        id=request.id,
        stage=request.stage.value,
        stage_zh=request.stage.title_zh,
        merged=merged,
        others=others,
        lead_id=lead.id if merged and shows_others else None,
        part_ids=[one.request_id for one in parts] if shows_others else [],
        named_person=await named_person(session, lead.id),
        lead_promised_on=lead.promised_on,
        says_zh=_says(others, lead.promised_on),
    )


def _says(others: int, promised_on: date | None) -> str:
    if not others:
        return "该事项单独办理。"
    promise = f"承办人承诺 {promised_on} 前办结。" if promised_on else ""
    return f"您的事项与另外 {others} 件相同事项一并办理，您的时限和评价不变。{promise}"
