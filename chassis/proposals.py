"""Proposals over HTTP: what waits for a second person, and their word on it; the same routes in every service."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body

from chassis import two_persons
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.two_persons import Proposal, ProposalStage, TwoPersons
from chassis.words import Input, Output


class Nothing(Input):
    """A body without a field: the address says it all."""


class ProposalView(Output):
    """What another person put forward, and why."""

    id: UUID
    kind: str
    title_zh: str
    about: UUID
    reason: str
    words: str | None
    proposed_by: UUID
    proposed_at: datetime
    expires_at: datetime


class ProposalPage(Output):
    """What waits for your confirmation, from new to old."""

    items: list[ProposalView]
    next: str | None


class DecidedView(Output):
    """A proposal that was decided just now."""

    id: UUID
    about: UUID
    stage: ProposalStage


def routes() -> APIRouter:
    """The routes of one service; it uses `TwoPersons`."""
    router = APIRouter(prefix="/proposals", tags=["两人确认"], route_class=Route)

    @router.get("")
    async def proposals(
        session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25
    ) -> ProposalPage:
        """What waits for your confirmation. Raises `WrongCursor`."""
        found = await two_persons.waiting(session, actor, before=place(cursor), most=limit)
        following = cursor_of_next(found, limit=limit)
        return ProposalPage(items=[_view(session, one) for one in found], next=following)

    @router.post("/{proposal_id}/confirmation")
    async def confirm_proposal(
        proposal_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
    ) -> DecidedView:
        """Confirm it; it is done with this. Refusals: `same-person`, `proposal-over`, and those of the act itself."""
        done = await two_persons.confirm(session, proposal_id, by=actor)
        return DecidedView(id=done.id, about=done.about, stage=ProposalStage.CONFIRMED)

    @router.post("/{proposal_id}/refusal")
    async def refuse_proposal(
        proposal_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
    ) -> DecidedView:
        """Refuse it, or take back your own; nothing is done. Refusals: `proposal-over`."""
        done = await two_persons.refuse(session, proposal_id, by=actor)
        return DecidedView(id=done.id, about=done.about, stage=ProposalStage.REFUSED)

    return router


def _view(session: Session, proposal: Proposal) -> ProposalView:
    words = proposal.words
    return ProposalView(
        id=proposal.id,
        kind=proposal.kind,
        title_zh=session.use(TwoPersons).act(proposal.kind).title_zh,
        about=proposal.about,
        reason=proposal.reason,
        words=session.use(Vault).open(words, place=place_of("proposal", "words", proposal.id)) if words else None,
        proposed_by=proposal.proposed_by,
        proposed_at=proposal.proposed_at,
        expires_at=proposal.expires_at,
    )
