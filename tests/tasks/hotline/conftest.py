"""A village with a duty desk."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest_asyncio
from sqlmodel import select

from services.tasks.roster.model import Post
from tests.tasks.conftest import VILLAGE, Village

PHONE = "0736-7250123"


@dataclass
class DeskOf:
    """The village, its desk, and the posts of those who may be on duty."""

    village: Village
    posts: dict[UUID, UUID]  # of persons

    async def shift(self, person: UUID, from_at: datetime, to_at: datetime, division_code: str = VILLAGE) -> str:
        """Somebody is on duty once."""
        made = await self.village.stand.post(
            "/hotline/shifts",
            by=self.village.people.operator,
            division_code=division_code,
            post_id=str(self.posts[person]),
            from_at=from_at.isoformat(),
            to_at=to_at.isoformat(),
        )
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def set_up(self, division_code: str, name: str, **hours: object) -> None:
        """A desk with its number."""
        made = await self.village.stand.post(
            "/hotline/desks",
            by=self.village.people.operator,
            division_code=division_code,
            name=name,
            office_phone=PHONE,
            **hours,
        )
        assert made.status_code == 200, made.text

    async def now(self, division_code: str = VILLAGE) -> dict[str, object]:
        """Who is on now, as a villager is told."""
        shown = await self.village.stand.get(
            "/hotline/now", by=self.village.people.villager, division_code=division_code
        )
        assert shown.status_code == 200, shown.text
        return dict(shown.json())


@pytest_asyncio.fixture
async def desk(village: Village) -> DeskOf:
    """The desk of the village, staffed round the clock on paper."""
    async with village.stand.mounted.sessions() as session:
        posts = {one.person_id: one.id for one in await session.all(select(Post))}
    found = DeskOf(village, posts)
    await found.set_up(VILLAGE, "村值班室")
    return found
