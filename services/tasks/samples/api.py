"""Draws over HTTP: what officers hand in, and what everybody may read and work out again."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from chassis.http import Route, SignedIn, Transaction, public
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.words import Input, Output
from services.tasks.inspection_plans.model import InspectionPlan
from services.tasks.samples import actions, views
from services.tasks.samples.drawing import SECRET
from services.tasks.samples.model import Draw, DrawStage

router = APIRouter(tags=["督查抽样"], route_class=Route)

Hex = Annotated[str, StringConstraints(pattern=SECRET)]


class Committing(Input):
    """SHA-256 of the lines draw id, place, value, salt; value and salt stay with the officer."""

    commitment: Hex


class Revealing(Input):
    """What was committed to: 64 small hexadecimal digits each."""

    value: Hex
    salt: Hex


class DrawingAgain(Input):
    """Who draws in the next round."""

    officer_ids: Annotated[list[UUID], Field(min_length=2, max_length=2)]


class OwnDraw(Output):
    """What waits for one of a round's officers."""

    id: UUID
    plan_id: UUID
    plan_title: str
    stage: str
    stage_zh: str
    place: int  # 1 or 2: a line of the commitment
    commit_by: datetime
    reveal_by: datetime | None
    done: bool  # nothing waits for you
    next_zh: str


class OwnDraws(Output):
    """Rounds that are under way and name you."""

    items: list[OwnDraw]
    title_zh: str


class DrawLine(Output):
    """One round in the public list."""

    draw_id: UUID
    plan_id: UUID
    title: str
    organization_name: str
    round: int
    stage: str
    stage_zh: str
    begun_at: datetime
    published_at: datetime | None
    published: str | None


class DrawPage(Output):
    """Rounds from new to old, those that lapsed among them."""

    items: list[DrawLine]
    next: str | None
    title_zh: str


class OfficerView(Output):
    """What the public reads of one of the two."""

    place: int
    title_zh: str
    committed_at: datetime | None
    revealed_at: datetime | None  # told once the round is over
    failed: bool  # the round lapsed for want of this officer


class UnitLine(Output):
    """One unit of the frozen list."""

    code: str
    name: str


class RevealedLine(Output):
    """What one officer had committed to."""

    value: str
    salt: str


class DrawRecord(Output):
    """Everything that is needed to work a draw out again; `docs/subsystems/inspections.md` says how by hand."""

    algorithm: str
    draw_id: UUID
    plan_id: UUID
    title: str
    organization_name: str
    round: int
    stage: str
    stage_zh: str
    share: int  # percent of the units, rounded up to whole ones
    units: list[UnitLine]
    units_sha256: str
    officers: list[OfficerView]
    commit_by: datetime
    commitments: list[str]  # by place; shown once both are there
    published: str | None
    published_at: datetime | None
    reveal_by: datetime | None
    revealed: list[RevealedLine]  # by place; shown once the round is over
    seed: str | None
    seed_and_units_sha256: str | None
    drawn: list[str]  # codes, in the order of their ranks
    result_sha256: str | None
    over_at: datetime | None


@router.get("/inspection-draws")
@public
async def draws(session: Transaction, *, cursor: Cursor = None, limit: Limit = 25) -> DrawPage:
    """Every round of every draw, for everybody; a round that lapsed stays."""
    found = await views.page(session, before=place(cursor), limit=limit)
    return DrawPage(
        items=[
            DrawLine(
                draw_id=one.id,
                plan_id=plan.id,
                title=plan.title,
                organization_name=plan.organization_name,
                round=one.round,
                stage=one.stage.value,
                stage_zh=one.stage.title_zh,
                begun_at=one.begun_at,
                published_at=one.published_at,
                published=_hex(one.published),
            )
            for one, plan in found
        ],
        next=cursor_of_next([one for one, _ in found], limit=limit),
        title_zh="" if found else "还没有督查抽样。",
    )


@router.get("/inspection-draws/mine")
async def own_draws(session: Transaction, actor: SignedIn) -> OwnDraws:
    """Rounds under way that name you, and what waits for you there."""
    items = []
    for found in await session.all(views.MINE, person=actor.person_id):
        _, plan = await views.seen(session, found.id)
        items.append(await _own(session, found, plan, actor))
    return OwnDraws(items=items, title_zh="" if items else "没有等您参加的抽样。")


@router.get("/inspection-draws/{draw_id}")
@public
async def draw(draw_id: UUID, session: Transaction) -> DrawRecord:
    """The public record of one round. Values are shown to nobody before both are there. Refusals: `not-found`."""
    found, plan = await views.seen(session, draw_id)
    units = await session.all(views.UNITS, plan=plan.id)
    both = await views.officers(session, found.id)
    over = found.stage in {DrawStage.DRAWN, DrawStage.LAPSED}
    shown = [views.revealed(session, found, one) for one in both]
    drawn = sorted((unit for unit in units if unit.rank is not None), key=lambda unit: unit.rank or 0)
    return DrawRecord(
        algorithm=found.algorithm,
        draw_id=found.id,
        plan_id=plan.id,
        title=plan.title,
        organization_name=plan.organization_name,
        round=found.round,
        stage=found.stage.value,
        stage_zh=found.stage.title_zh,
        share=plan.share,
        units=[UnitLine(code=unit.code, name=unit.name) for unit in units],
        units_sha256=_hex(plan.units_sha256) or "",
        officers=[
            OfficerView(
                place=one.place,
                title_zh=views.title_of(one),
                committed_at=one.committed_at,
                revealed_at=one.revealed_at if over else None,
                failed=views.failed(found, one),
            )
            for one in both
        ],
        commit_by=found.commit_by,
        commitments=[one.commitment.hex() for one in both if one.commitment and found.published],
        published=_hex(found.published),
        published_at=found.published_at,
        reveal_by=found.reveal_by,
        revealed=[RevealedLine(value=one[0], salt=one[1]) for one in shown if one is not None],
        seed=_hex(found.seed),
        seed_and_units_sha256=_hex(found.seed_and_units),
        drawn=[unit.code for unit in drawn] if found.stage is DrawStage.DRAWN else [],
        result_sha256=_hex(found.result),
        over_at=found.over_at,
    )


@router.post("/inspection-draws/{draw_id}/commitment")
async def commit_to_value(draw_id: UUID, body: Committing, session: Transaction, actor: SignedIn) -> OwnDraw:
    """Hand your commitment in; `lianxin inspections value` makes value, salt and commitment.

    Refusals: `not-found`, `not-allowed-now`, `draw-is-over`, `committed-already`.
    """
    found = await actions.commit(session, draw_id, by=actor, commitment=body.commitment)
    _, plan = await views.seen(session, draw_id)
    return await _own(session, found, plan, actor)


@router.post("/inspection-draws/{draw_id}/reveal")
async def reveal_value(draw_id: UUID, body: Revealing, session: Transaction, actor: SignedIn) -> OwnDraw:
    """Show what you committed to. It is sealed, and shown to nobody before the other did the same.

    Refusals: `not-found`, `not-allowed-now`, `draw-is-over`, `committed-already`, `not-what-was-committed`.
    """
    found = await actions.reveal(session, draw_id, by=actor, value=body.value, salt=body.salt)
    _, plan = await views.seen(session, draw_id)
    return await _own(session, found, plan, actor)


@router.post("/inspection-plans/{plan_id}/draws", status_code=201)
async def draw_again(plan_id: UUID, body: DrawingAgain, session: Transaction, actor: SignedIn) -> DrawLine:
    """Begin another round after one that lapsed, without whoever let one lapse.

    Refusals: `not-found`, `may-not-plan`, `nothing-to-draw-again`, `not-an-officer`, `out-of-the-draw`.
    """
    made = await actions.draw_again(session, plan_id, by=actor, officers=body.officer_ids)
    found, plan = await views.seen(session, made.id)
    return DrawLine(
        draw_id=found.id,
        plan_id=plan.id,
        title=plan.title,
        organization_name=plan.organization_name,
        round=found.round,
        stage=found.stage.value,
        stage_zh=found.stage.title_zh,
        begun_at=found.begun_at,
        published_at=None,
        published=None,
    )


async def _own(session: Session, found: Draw, plan: InspectionPlan, actor: SignedIn) -> OwnDraw:
    mine = next(one for one in await views.officers(session, found.id) if one.person_id == actor.person_id)
    waits = mine.commitment is None if found.stage is DrawStage.COMMITTING else mine.revealed_at is None
    waits = waits and found.over_at is None
    next_zh = {
        DrawStage.COMMITTING: "请提交承诺；原值和盐自己保管，公开前不要给任何人看。",
        DrawStage.REVEALING: "两份承诺已公布，请公开您的值和盐；两人都公开后才会显示。",
    }.get(found.stage, "")
    return OwnDraw(
        id=found.id,
        plan_id=plan.id,
        plan_title=plan.title,
        stage=found.stage.value,
        stage_zh=found.stage.title_zh,
        place=mine.place,
        commit_by=found.commit_by,
        reveal_by=found.reveal_by,
        done=not waits,
        next_zh=next_zh if waits else "您这一步已完成，无需处理。",
    )


def _hex(digest: bytes | None) -> str | None:
    return digest.hex() if digest else None
