"""Public pledges over HTTP; anybody reads what was published, without signing in."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query, Response
from pydantic import Field

from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction, public
from chassis.paging import NEWEST, Cursor, Limit, cursor_of_next, place
from chassis.problems import NotFound
from chassis.proposals import Nothing
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.sheets.writing import GIVEN_OUT, XLSX
from chassis.words import DivisionCode, Input, Output, Words
from services.tasks.attachments.addresses import address_of
from services.tasks.attachments.views import OF_REQUEST
from services.tasks.opinions.views import OpinionsView, opinions_of
from services.tasks.pledges import actions, policy, views
from services.tasks.pledges.model import PledgeStage, PublicPledge
from services.tasks.pledges.sheet import spreadsheet
from services.tasks.pledges.views import Whose

router = APIRouter(prefix="/pledges", tags=["公开承诺"], route_class=Route)

MOST_ROWS = 2000


class NewPledge(Input):
    """By which of your posts, for yourself or for the organisation; what, and between which local days."""

    post_id: UUID
    for_organization: bool = False
    words: Words
    from_on: date
    to_on: date


class Reporting(Input):
    """The files that show it."""

    evidence: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=20)]


class Finding(Input):
    """Whether it was kept, and why you find so."""

    kept: bool
    reason: Words


class PledgeLine(Output):
    """One pledge. Days are local, both included."""

    id: UUID
    organization_id: UUID
    organization: str
    division_code: str
    pledger: str
    words: str
    from_on: date
    to_on: date
    stage: PledgeStage
    stage_zh: str
    published_at: datetime | None
    found_on: date | None
    found_by: str | None
    reason: str | None
    says_zh: str


class PledgeFile(Output):
    """A file of it, and where it can be had for the next minutes."""

    id: UUID
    media_type: str
    address: str


class PledgeView(PledgeLine):
    """One pledge with its evidence and what people think."""

    evidence: list[PledgeFile]
    opinions: list[OpinionsView]


class PledgePage(Output):
    """Pledges from new to old."""

    items: list[PledgeLine]
    next: str | None
    title_zh: str  # what to show where there are none


@router.get("/public")
@public
async def public_pledges(
    session: Transaction,
    *,
    division_code: Annotated[DivisionCode, Query(description="村（社区）、乡镇（街道）或县（区）")],
    organization_id: Annotated[UUID | None, Query(description="只看这个组织的")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> PledgePage:
    """What was pledged in public in an area, kept or not, from new to old."""
    found = await views.published(
        session, division_code, organization_id=organization_id, before=place(cursor), limit=limit
    )
    return _page(session, found, limit=limit, empty="这里还没有公开承诺。")


@router.get("/public/{pledge_id}")
@public
async def public_pledge(pledge_id: UUID, session: Transaction) -> PledgeView:
    """One published pledge, with what people think. Refusals: `not-found`."""
    found = await session.get(PublicPledge, pledge_id)
    if found is None or found.published_at is None:
        raise NotFound()
    return await _view(session, found, files=False)


@router.get("")
async def pledges(
    session: Transaction,
    actor: SignedIn,
    *,
    whose: Whose = Whose.MINE,
    stage: Annotated[PledgeStage | None, Query(description="只看这一步的")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> PledgePage:
    """Your own pledges, drafts too, or those of the organisations that your posts reach."""
    found = await views.page(session, actor, whose, stage=stage, before=place(cursor), limit=limit)
    return _page(session, found, limit=limit, empty="没有公开承诺。")


@router.post("", status_code=201)
async def make_pledge(body: NewPledge, session: Transaction, actor: SignedIn) -> PledgeLine:
    """Write a pledge down as a draft. Refusals: `not-your-pledge`, `pledge-days-wrong`."""
    made = await actions.make(
        session,
        by=actor,
        post_id=body.post_id,
        for_organization=body.for_organization,
        words=body.words,
        from_on=body.from_on,
        to_on=body.to_on,
    )
    return _line(session, made)


@router.get("/sheet", response_class=Response, responses=GIVEN_OUT)
async def pledge_sheet(
    session: Transaction,
    actor: SignedIn,
    *,
    whose: Whose = Whose.BELOW,
    stage: Annotated[PledgeStage | None, Query(description="只看这一步的")] = None,
) -> Response:
    """The same list as .xlsx, the newest 2,000."""
    found = await views.page(session, actor, whose, stage=stage, before=NEWEST, limit=MOST_ROWS)
    headers = {"Content-Disposition": 'attachment; filename="pledges.xlsx"', "Cache-Control": "no-store"}
    return Response(spreadsheet(session, found), headers=headers, media_type=XLSX)


@router.get("/{pledge_id}")
async def pledge(pledge_id: UUID, session: Transaction, actor: SignedIn) -> PledgeView:
    """One pledge with its evidence. Refusals: `not-found`."""
    found = await session.get(PublicPledge, pledge_id)
    if found is None:
        raise NotFound()
    await policy.check_may_see(session, actor, found)
    return await _view(session, found, files=True)


@router.post("/{pledge_id}/publication")
async def publish_pledge(
    pledge_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> PledgeLine:
    """Make it public, for good. Refusals: `not-found`, `not-your-pledge`, `not-allowed-now`."""
    return _line(session, await actions.publish(session, pledge_id, by=actor))


@router.post("/{pledge_id}/withdrawal")
async def withdraw_pledge(
    pledge_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> PledgeLine:
    """Let a draft go. Refusals: `not-found`, `not-your-pledge`, `not-allowed-now`."""
    return _line(session, await actions.withdraw(session, pledge_id, by=actor))


@router.post("/{pledge_id}/report")
async def report_pledge(pledge_id: UUID, body: Reporting, session: Transaction, actor: SignedIn) -> PledgeLine:
    """Say that it is kept, with evidence.

    Refusals: `not-found`, `not-your-pledge`, `no-such-attachment`, `not-allowed-now`.
    """
    return _line(session, await actions.report(session, pledge_id, by=actor, evidence=body.evidence))


@router.post("/{pledge_id}/finding")
async def find_pledge(pledge_id: UUID, body: Finding, session: Transaction, actor: SignedIn) -> PledgeLine:
    """Find it kept or not, with the reason, which is public.

    Refusals: `not-found`, `may-not-find-kept`, `too-early-to-find-broken`, `not-allowed-now`.
    """
    return _line(session, await actions.find(session, pledge_id, by=actor, kept=body.kept, reason=body.reason))


def _page(session: Session, found: list[PublicPledge], *, limit: int, empty: str) -> PledgePage:
    return PledgePage(
        items=[_line(session, one) for one in found],
        next=cursor_of_next(found, limit=limit),
        title_zh="" if found else empty,
    )


def _line(session: Session, one: PublicPledge) -> PledgeLine:
    return PledgeLine(
        id=one.id,
        organization_id=one.organization_id,
        organization=one.organization_name,
        division_code=one.division_code,
        pledger=one.pledger_name,
        words=views.words_of(session, one),
        from_on=one.from_on,
        to_on=one.to_on,
        stage=one.stage,
        stage_zh=one.stage.title_zh,
        published_at=one.published_at,
        found_on=one.found_on,
        found_by=one.found_by_name,
        reason=views.reason_of(session, one),
        says_zh=_says(one, local_date(session.now)),
    )


async def _view(session: Session, one: PublicPledge, *, files: bool) -> PledgeView:
    vault = session.use(Vault)
    return PledgeView(
        **_line(session, one).model_dump(),
        evidence=[
            PledgeFile(id=file.id, media_type=file.media_type or "", address=address_of(vault, file.id))
            for file in (await session.all(OF_REQUEST, request=one.id) if files else [])
        ],
        opinions=await opinions_of(session, one.id),
    )


def _says(one: PublicPledge, today: date) -> str:
    if one.overdue(today):
        return f"承诺期限已于 {one.to_on} 届满，还没有报兑现；上级组织可认定为未兑现。"
    return {
        PledgeStage.DRAFT: "还没有公开，请核对后公开；公开以后不能撤下。",
        PledgeStage.PUBLISHED: f"正在兑现，期限到 {one.to_on}；您可以发表意见。",
        PledgeStage.REPORTED: "承诺人已报兑现并附凭证，待上级组织认定；您可以发表意见。",
        PledgeStage.KEPT: f"上级组织于 {one.found_on} 认定已兑现。",
        PledgeStage.NOT_KEPT: f"上级组织于 {one.found_on} 认定未兑现，理由见下。",
        PledgeStage.WITHDRAWN: "草稿已撤下，没有公开过。",
    }[one.stage]
