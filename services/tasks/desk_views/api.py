"""Desk views over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from chassis.http import Route, SignedIn, Transaction
from chassis.session import Session
from chassis.words import PLAIN, Input, Output
from services.tasks.desk_views import actions, views
from services.tasks.desk_views.model import MOST, DeskView
from services.tasks.desk_views.views import Cut, Opened
from services.tasks.search.filters import CaseFilter, Order

router = APIRouter(prefix="/desk-views", tags=["检索与列表"], route_class=Route)

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=PLAIN)]


class ViewGiven(Input):
    """A view as it is to be."""

    name: Name = Field(description="视图名称，最多 40 字")
    cut: CaseFilter = Field(description="筛选条件，与列表相同")
    order: Order = Order.NEWEST
    organization_id: UUID | None = Field(None, description="共享给哪个组织；不填为个人视图")


class ViewOrder(Input):
    """One's own views in the order in which they are to stand."""

    ids: tuple[UUID, ...] = Field(max_length=MOST)


class DeskViewView(Output):
    """A view, to be asked for again as a list with the same filter."""

    id: UUID
    name: str
    cut: CaseFilter
    order: Order
    organization_id: UUID | None  # with which it is shared
    mine: bool
    changed_at: datetime


class DeskViewList(Output):
    """One's own views, then those that are shared with one."""

    items: list[DeskViewView]


class Removed(Output):
    """What is gone."""

    id: UUID


@router.get("")
async def desk_views(session: Transaction, actor: SignedIn) -> DeskViewList:
    """Your own views in your order, at most 50, and those that your organisations share."""
    found = await views.shown_to(session, actor)
    return DeskViewList(items=[_view(one, by=actor.person_id) for one in found])


@router.post("", status_code=201)
async def keep_view(body: ViewGiven, session: Transaction, actor: SignedIn) -> DeskViewView:
    """Keep a filter under a name. Refusals: `no-desk`, `may-not-share`, `too-many-views`."""
    kept = await actions.keep(session, by=actor, name=body.name, cut=_cut(body), organization_id=body.organization_id)
    return _opened(session, kept, by=actor.person_id)


@router.post("/order")
async def order_views(body: ViewOrder, session: Transaction, actor: SignedIn) -> DeskViewList:
    """Put your own views in order; each is named once. Refusals: `not-these-views`."""
    await actions.put_in_order(session, body.ids, by=actor)
    found = await views.shown_to(session, actor)
    return DeskViewList(items=[_view(one, by=actor.person_id) for one in found])


@router.post("/{view_id}")
async def change_view(view_id: UUID, body: ViewGiven, session: Transaction, actor: SignedIn) -> DeskViewView:
    """Change one of your views. Refusals: `may-not-share`, `too-many-views`."""
    changed = await actions.change(
        session, view_id, by=actor, name=body.name, cut=_cut(body), organization_id=body.organization_id
    )
    return _opened(session, changed, by=actor.person_id)


@router.post("/{view_id}/removal")
async def remove_view(view_id: UUID, session: Transaction, actor: SignedIn) -> Removed:
    """Let go of one of your views, or of one that is shared with the organisation for which you answer."""
    await actions.remove(session, view_id, by=actor)
    return Removed(id=view_id)


def _cut(body: ViewGiven) -> Cut:
    return Cut(**body.cut.model_dump(), order=body.order)


def _opened(session: Session, row: DeskView, *, by: UUID) -> DeskViewView:
    return _view(views.opened(session, row), by=by)


def _view(one: Opened, *, by: UUID) -> DeskViewView:
    return DeskViewView(
        id=one.row.id,
        name=one.name,
        cut=CaseFilter(**one.cut.model_dump(exclude={"order"})),
        order=one.cut.order,
        organization_id=one.row.organization_id,
        mine=one.row.owner_id == by,
        changed_at=one.row.changed_at,
    )
