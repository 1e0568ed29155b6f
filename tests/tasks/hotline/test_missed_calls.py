"""A missed call is a case with a contact limit of its own; on both databases."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from contracts.members import ClientRegistered
from tests.mounting import token
from tests.tasks.conftest import DISTRICT, MONDAY, TOWNSHIP, VILLAGE
from tests.tasks.hotline.conftest import DeskOf

pytestmark = pytest.mark.asyncio
HOUR = timedelta(hours=1)


async def missed(desk: DeskOf, **said: object) -> httpx.Response:
    """The telephone rings, and nobody answers."""
    people = desk.village.people
    body = {"division_code": VILLAGE, "requester_id": str(people.villager)} | said
    return await desk.village.stand.post("/hotline/missed-calls", by=people.agent, **body)


async def test_a_missed_call_is_a_case_of_whoever_is_on_duty_with_its_own_limit(desk: DeskOf) -> None:
    people, stand, clock = desk.village.people, desk.village.stand, desk.village.clock
    await desk.shift(people.secretary, MONDAY, MONDAY + 8 * HOUR)
    noted = await missed(desk)
    assert noted.status_code == 201, noted.text
    path = f"/requests/{noted.json()['request_id']}"
    case = (await stand.get(path, by=people.villager)).json()
    assert (case["kind_zh"], case["channel_zh"], case["wording"]) == ("咨询", "热线电话", "来电未接通，请回拨")
    assert case["named_person"] == "生成secretary"
    (contact,) = [one for one in case["limits"] if one["clock"] == "contact"]
    assert contact["rule"] == "missed_call.contact"
    assert contact["due_at"].startswith("2026-11-16T03:00")  # two hours after nine in the morning
    clock.at = MONDAY + HOUR
    call = f"/hotline/missed-calls/{noted.json()['id']}/call-back"
    tried = await stand.post(call, by=people.secretary, reached=False)
    assert (tried.json()["tries"], tried.json()["called_back_at"]) == (1, None)
    done = await stand.post(call, by=people.secretary, reached=True)
    assert done.json()["called_back_at"] is not None
    assert (await stand.post(call, by=people.secretary, reached=True)).json() == done.json()
    (contact,) = [
        one for one in (await stand.get(path, by=people.villager)).json()["limits"] if one["clock"] == "contact"
    ]
    assert contact["met_at"] is not None
    answered = await stand.post(f"{path}/answer", by=people.secretary, words="已告知办理时间")
    assert answered.status_code == 200, answered.text


async def test_the_same_person_within_the_window_joins_the_open_one(desk: DeskOf) -> None:
    clock = desk.village.clock
    first = (await missed(desk)).json()
    clock.at = MONDAY + 23 * HOUR
    second = (await missed(desk)).json()
    assert (second["request_id"], second["calls"]) == (first["request_id"], 2)
    clock.at = MONDAY + 48 * HOUR
    third = (await missed(desk)).json()
    assert (third["request_id"] != first["request_id"], third["calls"]) == (True, 1)
    other = (await missed(desk, requester_id=str(desk.village.people.neighbour))).json()
    assert other["request_id"] not in {first["request_id"], third["request_id"]}
    called = await desk.village.stand.post(
        f"/hotline/missed-calls/{third['id']}/call-back", by=desk.village.people.agent, reached=True
    )
    assert called.status_code == 200
    assert (await missed(desk)).json()["id"] != third["id"], "one that was called back is over"


async def test_calls_at_one_instant_make_one_case(desk: DeskOf) -> None:
    noted = await asyncio.gather(*(missed(desk) for _ in range(6)))
    assert {one.status_code for one in noted} == {201}
    assert len({one.json()["request_id"] for one in noted}) == 1
    assert sorted(one.json()["calls"] for one in noted) == [1, 2, 3, 4, 5, 6]


async def test_a_telephone_system_reports_calls_of_its_own_area_alone(desk: DeskOf) -> None:
    people, stand = desk.village.people, desk.village.stand
    await desk.set_up(DISTRICT, "区热线")
    client = uuid4()
    await stand.hear(
        ClientRegistered(client_id=client, organization_id=uuid4(), division_code=TOWNSHIP, scopes=["requests.send"])
    )

    async def report(division_code: str, scope: str = "requests.send") -> httpx.Response:
        headers = {
            "authorization": f"Bearer {token(client, kind='client', sid=str(uuid4()), scope=scope)}",
            "idempotency-key": uuid4().hex,
        }
        body = {"division_code": division_code, "requester_id": str(people.villager)}
        return await stand.client.post("/hotline/missed-calls", json=body, headers=headers)

    assert (await report(VILLAGE)).status_code == 201
    assert (await report(DISTRICT)).json()["type"].endswith("not-at-the-desk")
    assert (await report(VILLAGE, "requests.read")).status_code == 403


async def test_a_call_at_the_countys_desk_has_a_named_person_though_nobody_was_on(desk: DeskOf) -> None:
    people, stand = desk.village.people, desk.village.stand
    await desk.set_up(DISTRICT, "区热线")
    noted = await stand.post(
        "/hotline/missed-calls", by=people.operator, division_code=DISTRICT, requester_id=str(people.villager)
    )
    assert noted.status_code == 201, noted.text
    case = (await stand.get(f"/requests/{noted.json()['request_id']}", by=people.villager)).json()
    assert (case["stage"], case["named_person"]) == ("dispatched", "生成county_operator")


async def test_a_call_cannot_have_been_missed_in_the_future(desk: DeskOf) -> None:
    refused = await missed(desk, called_at=(MONDAY + HOUR).isoformat())
    assert refused.json()["type"].endswith("call-in-the-future")
