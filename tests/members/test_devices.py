"""Who in office used a device is said in the tokens of others on it; of the device nothing leaves this service."""

from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from sqlmodel import select

from chassis.clock import real_now
from services.members.sessions.devices import REMEMBERED, OfficeDevice
from services.members.sessions.model import DeviceSession
from tests.members.village import Office, village_roster

pytestmark = pytest.mark.asyncio

DEVICE = "Kq3-" + "x" * 28


async def signed_in(office: Office, role: str, *, nth: int = 0, device: str | None = DEVICE) -> dict[str, Any]:
    """What a sign-in on a device gives."""
    one = (await office.people(role))[nth]
    body = {"person_id": one["person_id"], "code": one["code"]}
    headers = {} if device is None else {"Device-Key": device}
    answer = await office.client.post("/sign-in/development", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def go_on(office: Office, tokens: dict[str, Any]) -> dict[str, Any]:
    """The next tokens of a session."""
    answer: httpx.Response = await office.client.post(
        "/sessions/refresh", json={"refresh_token": tokens["refresh_token"]}, headers={"idempotency-key": uuid4().hex}
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def beside(tokens: dict[str, Any]) -> list[str]:
    """Whom the token names as users of its device."""
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert DEVICE not in str(claims)
    return list(claims.get("beside", []))


async def test_a_token_names_those_in_office_who_use_its_device_and_no_citizen(either_office: Office) -> None:
    office = either_office
    await office.take_in(village_roster())
    citizen = await signed_in(office, "citizen")
    assert beside(citizen) == []
    agent = await signed_in(office, "proxy_agent")
    assert beside(agent) == []  # that citizens use it is said to nobody
    citizen = await go_on(office, citizen)
    assert beside(citizen) == [agent["person_id"]]
    assert beside(await signed_in(office, "citizen", nth=1)) == [agent["person_id"]]
    for other in (None, "short", "Kq3-" + "y" * 28):
        assert beside(await signed_in(office, "citizen", nth=1, device=other)) == []
    await signed_in(office, "proxy_agent")  # once more
    async with office.stand.mounted.sessions() as session:
        [kept] = await session.all(select(OfficeDevice).with_for_update())
        assert DEVICE.encode() not in kept.mark
        assert {one.mark for one in await session.all(select(DeviceSession))} >= {kept.mark, None}
        kept.used_at = real_now() - REMEMBERED
    assert beside(await go_on(office, citizen)) == []
