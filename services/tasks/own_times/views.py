"""Reading own times: of an area, and of whoever has a case."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col

from chassis.session import Session
from services.tasks.own_times.model import ItemPromise
from services.tasks.roster.model import Post
from services.tasks.roster.views import in_office

MOST = 1000
_NOW = (
    sa.select(
        col(ItemPromise.id),
        col(ItemPromise.item_code),
        col(ItemPromise.own_days),
        col(ItemPromise.post_id),
        col(Post.kind),
        col(Post.name),
        col(ItemPromise.division_code),
    )
    .join(Post, col(Post.id) == col(ItemPromise.post_id))
    .where(col(ItemPromise.ended_at).is_(None), in_office(), col(Post.person_id) == col(ItemPromise.person_id))
    .order_by(col(ItemPromise.own_days), col(ItemPromise.id))
    .limit(MOST)
)
OF_AREA = _NOW.where(col(ItemPromise.division_code).in_([bindparam("division"), bindparam("township")]))
OF_POST = _NOW.where(col(ItemPromise.post_id) == bindparam("post"), col(ItemPromise.item_code) == bindparam("item"))


@dataclass(frozen=True, slots=True)
class OwnTime:
    """What somebody in office says that they usually need for an errand, in working days."""

    id: UUID
    item_code: str
    own_days: int
    post_id: UUID
    post_kind: str
    name: str
    division_code: str


async def of_area(session: Session, division_code: str, *, today: date) -> dict[str, list[OwnTime]]:
    """For each errand what those say who serve an area, and its township; the shortest first."""
    found: dict[str, list[OwnTime]] = {}
    township = f"{division_code[:9]}000"
    for values in await session.all(OF_AREA, division=division_code, township=township, today=today):
        one = OwnTime(*values)
        found.setdefault(one.item_code, []).append(one)
    return found


async def of_post(session: Session, post_id: UUID, item_code: str, *, today: date) -> OwnTime | None:
    """What the holder of a post says for an errand."""
    found = await session.all(OF_POST, post=post_id, item=item_code, today=today)
    return OwnTime(*found[0]) if found else None
