"""Reading desk views: one's own, and those that one's organisations share."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import ConfigDict, Field
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.desk_views.model import MOST, DeskView
from services.tasks.roster import views as roster
from services.tasks.search.filters import CaseFilter, Order

OWN = (
    select(DeskView)
    .where(col(DeskView.owner_id) == bindparam("owner"))
    .order_by(col(DeskView.position), col(DeskView.id))
    .limit(MOST)
)
SHARED = (
    select(DeskView)
    .where(col(DeskView.organization_id) == bindparam("organization"))
    .order_by(col(DeskView.id))
    .limit(MOST)
)


class Cut(CaseFilter):
    """A filter together with the order of the list, as it is kept."""

    model_config = ConfigDict(extra="ignore")  # of a filter that this version does not know any more

    order: Order = Field(Order.NEWEST)


@dataclass(frozen=True, slots=True)
class Opened:
    """A view in clear."""

    row: DeskView
    name: str
    cut: Cut


async def shown_to(session: Session, actor: Actor) -> list[Opened]:
    """One's own views in one's own order, then those that one's organisations share, the oldest first."""
    own = await session.all(OWN, owner=actor.person_id)
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    shared = [
        one
        for organization_id in sorted({post.organization_id for post in posts}, key=str)
        for one in await session.all(SHARED, organization=organization_id)
        if one.owner_id != actor.person_id
    ]
    return [opened(session, one) for one in [*own, *shared]]


def opened(session: Session, view: DeskView) -> Opened:
    """A view with its name and filter in clear."""
    vault = session.use(Vault)
    cut = Cut.model_validate_json(vault.open(view.cut, place=cut_place(view.id)))
    return Opened(view, vault.open(view.name, place=name_place(view.id)), cut)


def name_place(view_id: UUID) -> str:
    """Where a view's sealed name belongs."""
    return place_of("desk_view", "name", view_id)


def cut_place(view_id: UUID) -> str:
    """Where a view's sealed filter belongs."""
    return place_of("desk_view", "cut", view_id)
