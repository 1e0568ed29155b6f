"""The person served sees what they are asked, and grades it. No route here answers anybody else."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from services.feedback.ratings import actions, views
from services.feedback.ratings.counting import rounds_below
from services.feedback.ratings.model import WHO_SEES_IT, InvitationStage, Rating, Reason
from services.feedback.ratings.policy import check_counts
from services.feedback.scorecards import units
from services.feedback.scorecards.api import Code, Month, UnitKind

router = APIRouter(prefix="/invitations", tags=["评价"], route_class=Route)


COUNTS_ZH = "只有件数，不显示谁评了、谁没评；到期未评价不算满意也不算不满意；您本人承办的事项不在此列。"


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


class UnitCounts(BaseModel):
    """The rounds of one unit's cases: asked is the sum of the four that follow."""

    code: str
    name: str
    asked: int
    rated: int
    open: int
    expired: int  # silence, which is neither a good grade nor a bad one
    over: int  # gave way to a newer round
    response_percent: str | None  # rated of asked, with two decimals
    asked_for_a_grade: int  # rounds of which it was said that somebody asked for a certain grade; not confirmed


class Counts(BaseModel):
    """The units right below one, by code, which is no order of merit."""

    month: str
    notice: str
    items: list[UnitCounts]


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


@router.get("/counts")
async def count_invitations(session: Transaction, actor: SignedIn, unit: UnitKind, code: Code, month: Month) -> Counts:
    """How many of those asked graded, of each unit right below one that you oversee; never who.

    Of the cases of a month of submission; those that you handled are left out. Refusals: `no-such-unit`,
    `may-not-count-invitations`.
    """
    found = await (units.area if unit is UnitKind.DIVISION else units.organization)(session, code)
    await check_counts(session, actor, found)
    return Counts(
        month=month,
        notice=COUNTS_ZH,
        items=[
            UnitCounts(
                code=one.code,
                name=one.name,
                asked=one.asked,
                rated=one.rated,
                open=one.open,
                expired=one.expired,
                over=one.over,
                response_percent=one.percent,
                asked_for_a_grade=one.asked_for_a_grade,
            )
            for one in await rounds_below(session, found, by=actor, month=month)
        ],
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

    Raises `NotFound`, `AgentMayNotRate`, `HandlerMayNotRate`, `HandlersPostMayNotRate`, `HandlersDeviceMayNotRate`,
    `AlreadyRated`, `RatingRoundOver`, `InvitationExpired`.
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
