"""Ways to give leave, for tests in which an agent sends something in for a villager."""

from uuid import UUID, uuid4

from sqlmodel import select

from services.tasks.roster.model import Post
from tests.mounting import Stand, token


async def post_of(stand: Stand, person_id: UUID) -> UUID:
    """The post of somebody in office."""
    async with stand.mounted.sessions() as session:
        found = await session.all(select(Post).where(Post.person_id == person_id))
    return found[0].id


async def give_mandate(stand: Stand, *, by: UUID, agent: UUID, **other: object) -> dict[str, object]:
    """A villager gives an agent leave on the phone, for everything unless it is said otherwise."""
    body = {"agent_post_id": str(await post_of(stand, agent)), "scope": "all", "to_on": "2026-12-31"} | other
    answer = await stand.post("/mandates", by=by, **body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def upload(stand: Stand, by: UUID, content: bytes = b"%PDF-1.7") -> str:
    """A file that is somebody's; its id."""
    headers = {"authorization": f"Bearer {token(by)}", "idempotency-key": uuid4().hex}
    kept = await stand.client.post("/attachments", content=content, headers=headers)
    assert kept.status_code == 201, kept.text
    return str(kept.json()["id"])
