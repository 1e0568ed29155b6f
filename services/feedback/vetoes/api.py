"""Vetoes over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.words import Input, Output, Words
from services.feedback.accountability.views import name_of
from services.feedback.grades.words import ReviewKind
from services.feedback.grounds.api import Grounds, GroundView, given, shown
from services.feedback.rules.consequences import ConsequenceRules
from services.feedback.vetoes import actions, views
from services.feedback.vetoes.model import Veto

router = APIRouter(tags=["一票否决"], route_class=Route)

Year = Annotated[int, Field(ge=2020, le=2100)]


class VetoProposed(Input):
    """Which item of the list, of which unit and year, on which grounds."""

    organization_id: UUID
    year: Year
    item_code: Annotated[str, Field(pattern=r"^[a-z_]{3,48}$")]
    grounds: Grounds
    words: Words


class VetoItemView(Output):
    """An item of the list, with the rule that it is of."""

    id: str
    name: str
    best_zh: str
    source: str
    confidence: str


class VetoItems(Output):
    """The list as it holds today."""

    items: list[VetoItemView]


class VetoView(Output):
    """A veto."""

    id: UUID
    organization_id: UUID
    organization_name: str
    year: int
    item_code: str
    best: str
    best_zh: str
    grounds: list[GroundView]
    words: str | None
    stage: str
    stage_zh: str
    proposed_at: datetime
    settled_at: datetime | None


class VetoPage(Output):
    """From new to old."""

    items: list[VetoView]
    next: str | None


@router.get("/veto-items")
async def veto_items(session: Transaction, actor: SignedIn) -> VetoItems:
    """What lets a unit have no better grade than is said, with its source."""
    found = session.use(ConsequenceRules).vetoes(on=local_date(session.now))
    return VetoItems(
        items=[
            VetoItemView(
                id=one.id,
                name=one.name,
                best_zh=one.best.title_zh(ReviewKind.UNITS),
                source=one.source,
                confidence=one.confidence.value,
            )
            for one in found
        ]
    )


@router.post("/vetoes", status_code=201)
async def propose_veto(body: VetoProposed, session: Transaction, actor: SignedIn) -> VetoView:
    """Propose a veto for a unit below yours; it holds once a second person confirms it.

    Refusals: `not-found`, `nobody-above`, `may-not-hold-to-account`, `no-such-veto-item`, `year-to-come`,
    `ground-not-in-record`.
    """
    made = await actions.bring(
        session,
        by=actor,
        organization_id=body.organization_id,
        year=body.year,
        item_code=body.item_code,
        grounds=given(body.grounds),
        words=body.words,
    )
    return await _view(session, made)


@router.get("/vetoes")
async def vetoes(session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25) -> VetoPage:
    """Vetoes of units below yours; of the unit whose secretary you are, those that were confirmed."""
    found = await views.seen(session, actor, before=place(cursor), limit=limit)
    return VetoPage(items=[await _view(session, one) for one in found], next=cursor_of_next(found, limit=limit))


async def _view(session: Session, one: Veto) -> VetoView:
    words = session.use(Vault).open(one.words, place=place_of("veto", "words", one.id)) if one.words else None
    return VetoView(
        id=one.id,
        organization_id=one.organization_id,
        organization_name=await name_of(session, one.organization_id),
        year=one.year,
        item_code=one.item_code,
        best=one.best.value,
        best_zh=one.best.title_zh(ReviewKind.UNITS),
        grounds=shown(one.grounds),
        words=words,
        stage=one.stage.value,
        stage_zh=one.stage.title_zh,
        proposed_at=one.proposed_at,
        settled_at=one.settled_at,
    )
