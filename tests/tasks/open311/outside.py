"""A system outside at the service's own door, as the gateway stands there for it."""

from uuid import UUID, uuid4

import httpx

from contracts.members import ClientRegistered
from tests.mounting import token
from tests.tasks.conftest import TOWNSHIP, Village

HERE = "/internal/open311"
SPOT = {"lat": "29.0404", "long": "111.6906"}
LIGHT = {
    "service_code": "street-light",
    "address_id": "430702100201",
    "description": "第三根灯不亮",
    "attributes": {"fault": ["out"]},
    **SPOT,
}


class System:
    """A system of a township, let in by its key."""

    def __init__(self, village: Village, client_id: UUID) -> None:
        self.village = village
        self.id = client_id

    async def post(self, path: str, *, content: bytes | None = None, **body: object) -> httpx.Response:
        """Send something."""
        scope = "requests.send"
        bearer = token(self.id, kind="client", sid=str(uuid4()), scope=scope)
        headers = {"authorization": f"Bearer {bearer}", "idempotency-key": uuid4().hex}
        client = self.village.stand.client
        if content is not None:
            return await client.post(f"{HERE}{path}", content=content, headers=headers)
        return await client.post(f"{HERE}{path}", json=body, headers=headers)

    async def reports(self, **other: object) -> dict[str, object]:
        """A report that is taken in."""
        answer = await self.post("/requests", **LIGHT | other)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def refused(self, **other: object) -> tuple[int, str]:
        """A report that is not."""
        answer = await self.post("/requests", **LIGHT | other)
        return answer.status_code, answer.json()["code"]


async def system(village: Village, area: str = TOWNSHIP) -> System:
    """A system that is registered for an area."""
    client_id = uuid4()
    fact = ClientRegistered(
        client_id=client_id, organization_id=uuid4(), division_code=area, scopes=["requests.send", "requests.read"]
    )
    await village.stand.hear(fact)
    return System(village, client_id)


async def shown(village: Village, path: str, **query: str) -> httpx.Response:
    """What anybody is shown."""
    return await village.stand.client.get(f"{HERE}{path}", params=query)


async def listed(village: Village, **query: str) -> list[dict[str, object]]:
    """The public list."""
    answer = await shown(village, "/requests", **query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])
