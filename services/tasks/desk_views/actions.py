"""Keeping, changing, ordering and letting go of desk views."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.desk_views import policy
from services.tasks.desk_views.model import MOST, DeskView, NotTheseViews, TooManyViews
from services.tasks.desk_views.views import SHARED, Cut, cut_place, name_place

OWN_LOCKED = (
    select(DeskView)
    .where(col(DeskView.owner_id) == bindparam("owner"))
    .order_by(col(DeskView.position), col(DeskView.id))
    .with_for_update()
)


async def keep(session: Session, *, by: Actor, name: str, cut: Cut, organization_id: UUID | None) -> DeskView:
    """Keep a filter under a name, behind one's others; shared with an organisation if one answers for it."""
    await policy.check_has_desk(session, by)
    own = await session.all(OWN_LOCKED, owner=by.person_id)
    if len(own) >= MOST:
        raise TooManyViews(most=MOST)
    await _check_sharing(session, by, organization_id)
    view_id = new_id()
    view = DeskView(
        id=view_id,
        owner_id=by.person_id,
        organization_id=organization_id,
        **_sealed(session, view_id, name=name, cut=cut),
        position=own[-1].position + 1 if own else 0,
        changed_at=session.now,
    )
    session.add(view)
    return view


async def change(
    session: Session, view_id: UUID, *, by: Actor, name: str, cut: Cut, organization_id: UUID | None
) -> DeskView:
    """Have one's own view say something else, under the same id."""
    view = await _own(session, view_id, by=by)
    if organization_id != view.organization_id:
        await _check_sharing(session, by, organization_id)
    for column, value in _sealed(session, view_id, name=name, cut=cut).items():
        setattr(view, column, value)
    view.organization_id, view.changed_at = organization_id, session.now
    return view


async def remove(session: Session, view_id: UUID, *, by: Actor) -> None:
    """Let go of one's own view; whoever answers for the organisation with which it is shared may, too."""
    view = await session.get(DeskView, view_id, lock=True)
    if view is None or not await policy.may_remove(session, by, view):
        raise NotFound()
    session.delete(view)


async def put_in_order(session: Session, ids: Sequence[UUID], *, by: Actor) -> None:
    """Have one's own views stand in this order. Raises `NotTheseViews` unless each is named once."""
    own = {view.id: view for view in await session.all(OWN_LOCKED, owner=by.person_id)}
    if len(ids) != len(own) or set(ids) != own.keys():
        raise NotTheseViews()
    for position, view_id in enumerate(ids):
        own[view_id].position = position


async def _own(session: Session, view_id: UUID, *, by: Actor) -> DeskView:
    view = await session.get(DeskView, view_id, lock=True)
    if view is None or view.owner_id != by.person_id:
        raise NotFound()
    return view


async def _check_sharing(session: Session, by: Actor, organization_id: UUID | None) -> None:
    if organization_id is None:
        return
    await policy.check_may_share(session, by, organization_id)
    if len(await session.all(SHARED, organization=organization_id)) >= MOST:
        raise TooManyViews(most=MOST)


def _sealed(session: Session, view_id: UUID, *, name: str, cut: Cut) -> dict[str, bytes]:
    vault = session.use(Vault)
    return {
        "name": vault.seal(name, place=name_place(view_id)),
        "cut": vault.seal(cut.model_dump_json(exclude_defaults=True), place=cut_place(view_id)),
    }
