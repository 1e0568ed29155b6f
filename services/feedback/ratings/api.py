"""The person served sees what they are asked, and grades it. No route here answers anybody else."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from services.feedback.ratings import actions, views
from services.feedback.ratings.model import WHO_SEES_IT, InvitationStage, Rating, Reason

router = APIRouter(prefix="/invitations", tags=["评价"], route_class=Route)


def _each_once(reasons: list[Reason]) -> list[Reason]:
    if len(set(reasons)) < len(reasons):
        raise ValueError("a reason is named twice")
    return reasons


class RatingGiven(BaseModel):
    """A grade, and what it is about; free text is left out on purpose."""

    model_config = ConfigDict(extra="forbid")

    rating: Rating
    reasons: Annotated[list[Reason], Field(max_length=len(Reason)), AfterValidator(_each_once)]


class InvitationView(BaseModel):
    """One round of one case that the caller is, or was, asked to grade."""

    id: UUID
    request_id: UUID
    round: int
    kind: str
    item_code: str | None
    asked_at: datetime
    expires_at: datetime  # from this instant (UTC) no grade of this round is taken
    stage: InvitationStage
    stage_zh: str
    rated_at: datetime | None
    rating: Rating | None
    reasons: list[str] | None


class InvitationPage(BaseModel):
    """The caller's invitations, open ones first; the notice is to be shown before anybody grades."""

    notice: str
    items: list[InvitationView]
    next_cursor: str | None


class RatingKept(BaseModel):
    """The grade as it was kept, and who will see it."""

    notice: str
    id: UUID
    request_id: UUID
    round: int
    rating: Rating
    reasons: list[Reason]


class RatingChoice(BaseModel):
    """One of the five grades, with its words."""

    rating: Rating
    title_zh: str


class ReasonChoice(BaseModel):
    """One of the reasons, with its words."""

    reason: Reason
    title_zh: str
    note_zh: str | None  # to be shown before it is chosen: what then becomes of it


class Choices(BaseModel):
    """The five grades, and the reasons that may go with one."""

    notice: str
    ratings: list[RatingChoice]
    reasons: list[ReasonChoice]


@router.get("")
async def list_invitations(
    session: Transaction,
    actor: SignedIn,
    *,
    request_id: Annotated[UUID | None, Query(description="只看这一件事项的")] = None,
    open_only: Annotated[bool, Query(description="只看还没有评价的")] = False,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> InvitationPage:
    """What you are asked to grade, open rounds first, then from new to old. Raises `WrongCursor`."""
    rows = await views.asked_of(
        session, actor.person_id, request_id=request_id, open_only=open_only, before=place(cursor), limit=limit
    )
    return InvitationPage(
        notice=WHO_SEES_IT,
        items=[InvitationView(**row._asdict(), stage_zh=row.stage.title_zh) for row in rows],
        next_cursor=cursor_of_next(rows, limit=limit),
    )


@router.get("/choices")
async def list_choices(_: SignedIn) -> Choices:
    """The words of the grades and reasons, for the screen."""
    return Choices(
        notice=WHO_SEES_IT,
        ratings=[RatingChoice(rating=rating, title_zh=rating.title_zh) for rating in Rating],
        reasons=[ReasonChoice(reason=reason, title_zh=reason.title_zh, note_zh=reason.note_zh) for reason in Reason],
    )


@router.post("/{invitation_id}/rating")
async def rate(invitation_id: UUID, body: RatingGiven, session: Transaction, actor: SignedIn) -> RatingKept:
    """Grade the round you are asked about, once.

    Raises `NotFound`, `AgentMayNotRate`, `HandlerMayNotRate`, `AlreadyRated`, `RatingRoundOver`, `InvitationExpired`.
    """
    invitation = await actions.rate(session, invitation_id, by=actor, rating=body.rating, reasons=body.reasons)
    return RatingKept(
        notice=WHO_SEES_IT,
        id=invitation.id,
        request_id=invitation.request_id,
        round=invitation.round,
        rating=body.rating,
        reasons=body.reasons,
    )
