"""Letters of the village's secretary, made by the township's cadre and signed as the tests want them."""

from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.tasks.roster.model import Post
from tests.tasks.conftest import Village

ITEMS = [UUID(int=number) for number in range(1, 100)]


def line(number: int, **said: object) -> dict[str, object]:
    """An item of the list."""
    shown = {
        "item_id": str(ITEMS[number]),
        "number": f"〔2026〕{number}",
        "title": "修好村道路灯",
        "due_on": "2026-12-31",
    }
    return shown | said


async def post_of(village: Village, person_id: UUID) -> str:
    """The post that somebody holds."""
    async with village.stand.mounted.sessions() as session:
        found = await session.all(select(Post).where(col(Post.person_id) == person_id))
    return str(found[0].id)


async def letter_of(village: Village, *lines: dict[str, object], person: UUID | None = None) -> dict[str, Any]:
    """The letter of the secretary, or of somebody else."""
    answer = await village.stand.post(
        "/letters",
        by=village.people.cadre,
        post_id=await post_of(village, person or village.people.secretary),
        year=2026,
        title="2026年度责任书",
        lines=list(lines or (line(1), line(2))),
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def digest_in(shown: dict[str, Any]) -> str:
    """The digest of the latest version's text."""
    return str(shown["versions"][0]["text_digest"])


async def sign(village: Village, shown: dict[str, Any], *, move: str = "signature", by: UUID | None = None) -> Any:
    """Sign the latest version as the secretary, or as somebody else; the answer."""
    path = f"/letters/{shown['letter']['id']}/{move}"
    return await village.stand.post(path, by=by or village.people.secretary, text_digest=digest_in(shown))


async def countersigned(village: Village, *lines: dict[str, object]) -> dict[str, Any]:
    """A letter that both have signed."""
    shown = await letter_of(village, *lines)
    assert (await sign(village, shown)).status_code == 200
    done = await sign(village, shown, move="countersignature", by=village.people.cadre)
    assert done.status_code == 200, done.text
    return dict(done.json())
