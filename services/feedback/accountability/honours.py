"""Praises over HTTP: posted for objections, and the roll of units."""

from uuid import UUID

from fastapi import APIRouter

from chassis.http import Route, SignedIn, Transaction, public
from chassis.paging import Cursor, Limit, cursor_of_next, place
from services.feedback.accountability import appeals, showing, views
from services.feedback.accountability.api import AccountabilityWords
from services.feedback.accountability.showing import ObjectionView, PraisePage

router = APIRouter(prefix="/honours", tags=["表彰公示"], route_class=Route)


@router.get("")
@public
async def honour_roll(session: Transaction, cursor: Cursor = None, limit: Limit = 25) -> PraisePage:
    """Units that are praised now, from new to old; persons stand on no roll."""
    found = await views.roll(session, before=place(cursor), limit=limit)
    return PraisePage(
        items=[await showing.praise(session, one) for one in found],
        next=cursor_of_next(found, limit=limit),
        hint_zh=None if found or cursor else showing.NOTHING_ZH,
    )


@router.get("/notices")
async def posted_praises(session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25) -> PraisePage:
    """Praises that are posted for objections now, of units and of people in office."""
    found = await views.posted(session, before=place(cursor), limit=limit)
    return PraisePage(
        items=[await showing.praise(session, one) for one in found],
        next=cursor_of_next(found, limit=limit),
        hint_zh=None if found or cursor else "现在没有公示中的表彰。",
    )


@router.post("/notices/{accountability_id}/objections", status_code=201)
async def object_to_praise(
    accountability_id: UUID, body: AccountabilityWords, session: Transaction, actor: SignedIn
) -> ObjectionView:
    """Say what you have against a praise that is posted; those above answer before they decide.

    Whoever is praised reads the words, and not whose they are. Refusals: `not-found`, `not-a-praise`,
    `objected-already`.
    """
    made = await appeals.object_to(session, accountability_id, by=actor, words=body.words)
    return showing.objection(session, made, named=True)
