"""What the tests of pledges and their neighbours do again and again."""

from typing import Any
from uuid import UUID, uuid4

from sqlmodel import select

from chassis.session import Session
from services.tasks.roster.model import Organization, Post
from tests.mounting import token
from tests.tasks.conftest import VILLAGE, Village

DAYS = {"from_on": "2026-11-16", "to_on": "2026-12-31"}


async def did(village: Village, path: str, by: UUID, **body: object) -> dict[str, Any]:
    """Do something that goes well."""
    answer = await village.stand.post(path, by=by, **body)
    assert answer.status_code < 300, answer.text
    return dict(answer.json())


async def refused(village: Village, path: str, by: UUID, **body: object) -> str:
    """Do something that is refused; the code."""
    answer = await village.stand.post(path, by=by, **body)
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["code"])


async def seen_by_all(village: Village, path: str, **query: object) -> dict[str, Any]:
    """What anybody sees without signing in."""
    answer = await village.stand.client.get(path, params={name: str(value) for name, value in query.items()})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def post_of(village: Village, person: UUID) -> str:
    """The post that somebody holds."""
    async with village.stand.mounted.sessions() as session:
        return str(next(one.id for one in await session.all(select(Post)) if one.person_id == person))


async def branch_of(village: Village) -> str:
    """The village's branch."""
    async with village.stand.mounted.sessions() as session:
        return str(await _branch(session))


async def _branch(session: Session) -> UUID:
    found = await session.all(select(Organization))
    return next(one.id for one in found if one.division_code == VILLAGE and one.tier == "branch")


async def paper(village: Village, by: UUID) -> str:
    """A file that somebody uploaded."""
    headers = {"authorization": f"Bearer {token(by)}", "idempotency-key": uuid4().hex}
    made = await village.stand.client.post(
        "/attachments",
        content=b"%PDF-1.4\n" + uuid4().bytes * 10,
        headers=headers | {"content-type": "application/pdf"},
    )
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def opinions(
    village: Village, about: str, about_id: str, said: str, *, how_many: int, voice: str = "villager"
) -> None:
    """So many people say the same."""
    for _ in range(how_many):
        await did(village, "/opinions", uuid4(), about=about, about_id=about_id, opinion=said, voice=voice)
