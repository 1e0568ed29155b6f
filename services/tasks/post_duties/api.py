"""Post duties over HTTP."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query
from pydantic import Field, StringConstraints
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import span_of
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.problems import NotFound
from chassis.proposals import Nothing
from chassis.words import PLAIN, DivisionCode, Input, Output, Words
from services.tasks.opinions.views import OpinionsView, opinions_of
from services.tasks.pledges.policy import NotYourOrganisation, check_may_run
from services.tasks.post_duties import actions
from services.tasks.post_duties.model import ClaimStage, PostDuty, PostDutyClaim

router = APIRouter(tags=["设岗定责"], route_class=Route)

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60, pattern=PLAIN)]

IN_AREA = (
    select(PostDuty)
    .where(
        col(PostDuty.division_code).between(bindparam("first"), bindparam("last")),
        col(PostDuty.ended_at).is_(None),
        col(PostDuty.to_on) >= bindparam("today"),
        col(PostDuty.id) < bindparam("before"),
    )
    .order_by(col(PostDuty.id).desc())
    .limit(bindparam("limit"))
)
MY_CLAIMS = (
    select(PostDutyClaim)
    .where(col(PostDutyClaim.person_id) == bindparam("person"), col(PostDutyClaim.id) < bindparam("before"))
    .order_by(col(PostDutyClaim.id).desc())
    .limit(bindparam("limit"))
)


class NewPostDuty(Input):
    """What the post is, what its holders do, how many there may be, and between which local days."""

    organization_id: UUID
    title: Title
    duties: Words
    places: Annotated[int, Field(ge=1, le=50)]
    from_on: date
    to_on: date


class ClaimDecision(Input):
    """Whether the organisation agrees, and why not."""

    agreed: bool
    words: Words | None = None


class Leaving(Input):
    """Why a claim ends, if anything is to be said."""

    words: Words | None = None


class PostDutyLine(Output):
    """One post. Days are local, both included."""

    id: UUID
    organization_id: UUID
    organization: str
    division_code: str
    title: str
    duties: str
    places: int
    from_on: date
    to_on: date
    open: bool
    says_zh: str


class ClaimView(Output):
    """One claim."""

    id: UUID
    post_duty_id: UUID
    person_id: UUID
    stage: ClaimStage
    stage_zh: str
    claimed_at: datetime


class PostDutyView(PostDutyLine):
    """One post, how many claimed it, and what people think; the claims themselves for the organisation alone."""

    claimed: int
    claims: list[ClaimView]
    opinions: list[OpinionsView]


class PostDutyPage(Output):
    """Posts from new to old."""

    items: list[PostDutyLine]
    next: str | None
    title_zh: str  # what to show where there are none


class ClaimPage(Output):
    """Your claims, from new to old."""

    items: list[ClaimView]
    next: str | None
    title_zh: str


@router.get("/post-duties")
async def post_duties(
    session: Transaction,
    _: SignedIn,
    *,
    division_code: Annotated[DivisionCode, Query(description="村（社区）、乡镇（街道）或县（区）")],
    cursor: Cursor = None,
    limit: Limit = 25,
) -> PostDutyPage:
    """The posts of an area that are set up today, from new to old."""
    first, last = span_of(division_code)
    today = local_date(session.now)
    found = await session.all(IN_AREA, first=first, last=last, today=today, before=place(cursor), limit=limit)
    return PostDutyPage(
        items=[_line(one, today) for one in found],
        next=cursor_of_next(found, limit=limit),
        title_zh="" if found else "这里还没有设岗。",
    )


@router.get("/post-duty-claims")
async def post_duty_claims(
    session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25
) -> ClaimPage:
    """What you claimed."""
    found = await session.all(MY_CLAIMS, person=actor.person_id, before=place(cursor), limit=limit)
    return ClaimPage(
        items=[_claim(one) for one in found],
        next=cursor_of_next(found, limit=limit),
        title_zh="" if found else "您还没有认领岗位。",
    )


@router.post("/post-duties", status_code=201)
async def set_up_post_duty(body: NewPostDuty, session: Transaction, actor: SignedIn) -> PostDutyLine:
    """Set a post up. Refusals: `not-found`, `not-your-organisation`, `post-duty-days-wrong`."""
    made = await actions.set_up(
        session,
        by=actor,
        organization_id=body.organization_id,
        title=body.title,
        duties=body.duties,
        places=body.places,
        from_on=body.from_on,
        to_on=body.to_on,
    )
    return _line(made, local_date(session.now))


@router.get("/post-duties/{post_duty_id}")
async def post_duty(post_duty_id: UUID, session: Transaction, actor: SignedIn) -> PostDutyView:
    """One post, with what people think. Refusals: `not-found`."""
    found = await session.get(PostDuty, post_duty_id)
    if found is None:
        raise NotFound()
    claims = await session.all(actions.CLAIMS, duty=found.id)
    runs = True
    try:
        await check_may_run(session, actor, found.organization_id)
    except NotYourOrganisation:
        runs = False
    return PostDutyView(
        **_line(found, local_date(session.now)).model_dump(),
        claimed=len(claims),
        claims=[_claim(one) for one in claims if runs or one.person_id == actor.person_id],
        opinions=await opinions_of(session, found.id),
    )


@router.post("/post-duties/{post_duty_id}/end")
async def end_post_duty(
    post_duty_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> PostDutyLine:
    """End a post, and its claims with it. Refusals: `not-found`, `not-your-organisation`."""
    return _line(await actions.end(session, post_duty_id, by=actor), local_date(session.now))


@router.post("/post-duties/{post_duty_id}/claims", status_code=201)
async def claim_post_duty(
    post_duty_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> ClaimView:
    """Claim a place. Refusals: `not-found`, `post-duty-over`, `claimed-already`, `post-duty-full`."""
    return _claim(await actions.claim(session, post_duty_id, by=actor))


@router.post("/post-duty-claims/{claim_id}/decision")
async def decide_claim(claim_id: UUID, body: ClaimDecision, session: Transaction, actor: SignedIn) -> ClaimView:
    """Confirm or refuse a claim. Refusals: `not-found`, `not-your-claim`, `not-allowed-now`."""
    return _claim(await actions.decide(session, claim_id, by=actor, agreed=body.agreed, words=body.words))


@router.post("/post-duty-claims/{claim_id}/end")
async def end_claim(claim_id: UUID, body: Leaving, session: Transaction, actor: SignedIn) -> ClaimView:
    """Leave a post, or have somebody leave it. Refusals: `not-found`, `not-allowed-now`."""
    return _claim(await actions.leave(session, claim_id, by=actor, words=body.words))


def _line(one: PostDuty, today: date) -> PostDutyLine:
    is_open = one.open_on(today)
    return PostDutyLine(
        id=one.id,
        organization_id=one.organization_id,
        organization=one.organization_name,
        division_code=one.division_code,
        title=one.title,
        duties=one.duties,
        places=one.places,
        from_on=one.from_on,
        to_on=one.to_on,
        open=is_open,
        says_zh=f"可认领，共 {one.places} 个名额，到 {one.to_on} 为止。" if is_open else "岗位已经结束。",
    )


def _claim(one: PostDutyClaim) -> ClaimView:
    return ClaimView(
        id=one.id,
        post_duty_id=one.post_duty_id,
        person_id=one.person_id,
        stage=one.stage,
        stage_zh=one.stage.title_zh,
        claimed_at=one.claimed_at,
    )
