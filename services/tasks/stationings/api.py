"""Rotating stationing over HTTP: a plan and hand-overs, without attendance and without anybody's whereabouts."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body
from pydantic import Field
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.http import Route, SignedIn, Transaction
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.words import DivisionCode, Input, Output, Words
from services.tasks.groups import views as groups
from services.tasks.groups.api import Nothing
from services.tasks.groups.model import WorkGroup
from services.tasks.letters.words import post_title
from services.tasks.stationings import actions
from services.tasks.stationings.actions import Turn
from services.tasks.stationings.model import MOST_TURNS, Stationing

router = APIRouter(tags=["轮驻"], route_class=Route)

EMPTY = "还没有轮驻安排；由组长或上级工作人员安排。"
OF_GROUP = (
    select(Stationing)
    .where(col(Stationing.group_id) == bindparam("group"))
    .order_by(col(Stationing.from_on), col(Stationing.id))
    .limit(1000)
)


class TurnAsked(Input):
    """One turn of the plan."""

    post_id: UUID
    division_code: DivisionCode
    from_on: date
    to_on: date = Field(description="最后一天（北京时间）")


class TurnsAsked(Input):
    """Turns to be planned."""

    turns: tuple[TurnAsked, ...] = Field(min_length=1, max_length=MOST_TURNS)


class HandingOn(Input):
    """What whoever comes next has to know."""

    words: Words


class TurnView(Output):
    """One turn, and what was handed over."""

    id: UUID
    group_id: UUID
    post_id: UUID
    person_id: UUID
    person_name: str
    post_zh: str
    division_code: str
    from_on: date
    to_on: date
    stage: str
    stage_zh: str
    words: str | None
    handed_at: datetime | None
    taken_at: datetime | None
    taken_by: UUID | None


class PlanView(Output):
    """The turns of a group, from early to late."""

    items: list[TurnView]
    hint_zh: str | None


@router.post("/groups/{group_id}/stationings", status_code=201)
async def plan_stationings(group_id: UUID, body: TurnsAsked, session: Transaction, actor: SignedIn) -> PlanView:
    """Plan who is stationed where; the group's leader, or whoever sets groups up there.

    Refusals: `may-not-set-up-groups`, `not-in-the-group`, `outside-the-group`, `turns-meet`.
    """
    turns = [Turn(one.post_id, one.division_code, one.from_on, one.to_on) for one in body.turns]
    return await _plan(session, await actions.plan(session, group_id, by=actor, turns=turns))


@router.get("/groups/{group_id}/stationings")
async def stationings(group_id: UUID, session: Transaction, actor: SignedIn) -> PlanView:
    """The turns of a group that you see."""
    return await _plan(session, await groups.seen(session, actor, group_id))


@router.post("/stationings/{turn_id}/hand-over")
async def hand_turn_over(turn_id: UUID, body: HandingOn, session: Transaction, actor: SignedIn) -> TurnView:
    """Hand your turn over. Refusals: `not-your-turn`, `not-allowed-now`."""
    return _turn(session, await actions.hand_over(session, turn_id, by=actor, words=body.words))


@router.post("/stationings/{turn_id}/taking-over")
async def take_turn_over(
    turn_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> TurnView:
    """Take over what was handed over to you. Refusals: `not-your-turn`, `not-allowed-now`."""
    return _turn(session, await actions.take_over(session, turn_id, by=actor))


@router.post("/stationings/{turn_id}/cancellation")
async def cancel_turn(turn_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn) -> TurnView:
    """Take a turn out of the plan. Refusals: `may-not-set-up-groups`, `not-allowed-now`."""
    return _turn(session, await actions.cancel(session, turn_id, by=actor))


async def _plan(session: Session, group: WorkGroup) -> PlanView:
    found = await session.all(OF_GROUP, group=group.id)
    return PlanView(items=[_turn(session, one) for one in found], hint_zh=None if found else EMPTY)


def _turn(session: Session, one: Stationing) -> TurnView:
    words = session.use(Vault).open(one.words, place=actions.words_place(one.id)) if one.words else None
    return TurnView(
        id=one.id,
        group_id=one.group_id,
        post_id=one.post_id,
        person_id=one.person_id,
        person_name=one.person_name,
        post_zh=post_title(one.post_kind),
        division_code=one.division_code,
        from_on=one.from_on,
        to_on=one.to_on,
        stage=one.stage.value,
        stage_zh=one.stage.title_zh,
        words=words,
        handed_at=one.handed_at,
        taken_at=one.taken_at,
        taken_by=one.taken_by,
    )
