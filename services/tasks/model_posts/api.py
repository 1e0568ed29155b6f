"""Model posts and counters over HTTP; anybody reads which they are, without signing in."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import StringConstraints
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import span_of
from chassis.http import Route, SignedIn, Transaction, public
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.words import PLAIN, DivisionCode, Input, Output, Words
from services.tasks.model_posts import actions
from services.tasks.model_posts.model import ModelKind, ModelPost, ModelStage
from services.tasks.opinions.views import OpinionsView, opinions_of

router = APIRouter(prefix="/model-posts", tags=["示范岗和示范窗口"], route_class=Route)

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60, pattern=PLAIN)]

IN_AREA = (
    select(ModelPost)
    .where(
        col(ModelPost.division_code).between(bindparam("first"), bindparam("last")),
        col(ModelPost.stage) == ModelStage.AWARDED,
        col(ModelPost.to_on) >= bindparam("today"),
        col(ModelPost.id) < bindparam("before"),
    )
    .order_by(col(ModelPost.id).desc())
    .limit(bindparam("limit"))
)


class NewModelPost(Input):
    """Which post or counter of which organisation, why, and until which local day."""

    organization_id: UUID
    kind: ModelKind
    title: Title
    post_id: UUID | None = None
    reason: Words
    to_on: date


class Revoking(Input):
    """Why it is taken back."""

    words: Words


class ModelLine(Output):
    """One distinction. Days are local, both included."""

    id: UUID
    organization_id: UUID
    organization: str
    division_code: str
    kind: ModelKind
    kind_zh: str
    title: str
    reason: str
    from_on: date | None
    to_on: date
    stage: ModelStage
    stage_zh: str
    revoked_on: date | None
    revoked_reason: str | None


class ModelView(ModelLine):
    """One distinction, with what people think."""

    opinions: list[OpinionsView]


class ModelPage(Output):
    """Distinctions from new to old, which is no order of merit."""

    items: list[ModelLine]
    next: str | None
    title_zh: str  # what to show where there are none


class ProposedView(Output):
    """What waits for its second person."""

    id: UUID
    proposal_id: UUID
    says_zh: str


@router.get("")
@public
async def model_posts(
    session: Transaction,
    *,
    division_code: Annotated[DivisionCode, Query(description="村（社区）、乡镇（街道）或县（区）")],
    cursor: Cursor = None,
    limit: Limit = 25,
) -> ModelPage:
    """The model posts and counters of an area today."""
    first, last = span_of(division_code)
    given = {"today": local_date(session.now), "before": place(cursor), "limit": limit}
    found = await session.all(IN_AREA, first=first, last=last, **given)
    return ModelPage(
        items=[_line(session, one) for one in found],
        next=cursor_of_next(found, limit=limit),
        title_zh="" if found else "这里还没有示范岗和示范窗口。",
    )


@router.get("/{model_id}")
@public
async def model_post(model_id: UUID, session: Transaction) -> ModelView:
    """One distinction that was given, taken back or not. Refusals: `not-found`."""
    found = await session.get(ModelPost, model_id)
    if found is None or found.from_on is None:
        raise NotFound()
    return ModelView(**_line(session, found).model_dump(), opinions=await opinions_of(session, found.id))


@router.post("", status_code=202)
async def propose_model_post(body: NewModelPost, session: Transaction, actor: SignedIn) -> ProposedView:
    """Propose a post or counter; another person above confirms it.

    Refusals: `not-found`, `may-not-distinguish`, `model-days-wrong`, `distinguished-already`.
    """
    made, proposal = await actions.put_forward(
        session,
        by=actor,
        organization_id=body.organization_id,
        kind=body.kind,
        title=body.title,
        post_id=body.post_id,
        reason=body.reason,
        to_on=body.to_on,
    )
    return ProposedView(id=made.id, proposal_id=proposal.id, says_zh="已提出，须由另一位上级人员确认后授予。")


@router.post("/{model_id}/revocation")
async def revoke_model_post(model_id: UUID, body: Revoking, session: Transaction, actor: SignedIn) -> ModelLine:
    """Take it back; the reason is public. Refusals: `not-found`, `may-not-distinguish`, `not-allowed-now`."""
    return _line(session, await actions.revoke(session, model_id, by=actor, words=body.words))


def _line(session: Session, one: ModelPost) -> ModelLine:
    vault = session.use(Vault)
    revoked = one.revoked_words
    return ModelLine(
        id=one.id,
        organization_id=one.organization_id,
        organization=one.organization_name,
        division_code=one.division_code,
        kind=one.kind,
        kind_zh=one.kind.title_zh,
        title=one.title,
        reason=vault.open(one.reason, place=place_of("model_post", "reason", one.id)),
        from_on=one.from_on,
        to_on=one.to_on,
        stage=one.stage,
        stage_zh=one.stage.title_zh,
        revoked_on=one.revoked_on,
        revoked_reason=vault.open(revoked, place=place_of("model_post", "revoked_words", one.id)) if revoked else None,
    )
