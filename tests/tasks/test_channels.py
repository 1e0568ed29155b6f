"""Every channel of the list leads into the one ledger: who may submit by which, and where the bulletin counts it."""

from uuid import uuid4

import pytest

from contracts.bulletin import BulletinChannel
from contracts.members import ClientRegistered
from services.tasks.requests.channels import Channel
from tests.mounting import token
from tests.tasks.conftest import TOWNSHIP, VILLAGE, Village
from tests.tasks.mandates.giving import give_mandate

pytestmark = pytest.mark.asyncio

OWN = {Channel.MINI_PROGRAM, Channel.SOCIAL_ACCOUNT, Channel.WEB}
HEADINGS = {
    Channel.HOTLINE: BulletinChannel.PHONE,
    Channel.COUNTER: BulletinChannel.SITE,
    Channel.MINI_PROGRAM: BulletinChannel.SOCIAL,
    Channel.SOCIAL_ACCOUNT: BulletinChannel.SOCIAL,
    Channel.WEB: BulletinChannel.WEB,
    Channel.POLICE_LINE: BulletinChannel.POLICE_LINE,
    Channel.FROM_ABOVE: BulletinChannel.FROM_ABOVE,
}
NO_HEADING = {
    Channel.AGENT,
    Channel.SURVEY_ANSWER,
    Channel.HOUSEHOLD_VISIT,
    Channel.OPEN311,
    Channel.SIGNED_API,
    Channel.SPREADSHEET,
}


async def test_the_list_is_that_of_the_hotlines_and_each_has_its_heading_or_none() -> None:
    assert set(HEADINGS) | NO_HEADING == set(Channel)
    assert {one: one.bulletin for one in Channel} == HEADINGS | dict.fromkeys(NO_HEADING)
    assert {one.bulletin for one in Channel} - {None} == set(BulletinChannel)


@pytest.mark.parametrize("channel", list(Channel))
async def test_who_submits_by_which(village: Village, channel: Channel) -> None:
    people, stand = village.people, village.stand
    body = {"division_code": VILLAGE, "kind": "help", "wording": "路灯坏了", "channel": channel.value}
    for_another = body | {"requester_id": str(people.villager)}
    own = await stand.post("/requests", by=people.villager, **body)
    assert own.status_code == (201 if channel in OWN else 403), own.text
    await give_mandate(stand, by=people.villager, agent=people.agent)  # without it an agent takes notes
    for taking_in in (people.agent, people.cadre, people.operator):
        sent = await stand.post("/requests", by=taking_in, **for_another)
        assert sent.status_code == 201, sent.text
        case = (await stand.get(f"/requests/{sent.json()['id']}", by=people.villager)).json()
        assert case["channel_zh"] == channel.title_zh
    for not_there in (people.other_agent, people.neighbour, people.supervisor):
        refused = await stand.post("/requests", by=not_there, **for_another)
        assert refused.json()["code"] == "may-not-send-in-for-others"


async def test_a_townships_system_is_a_signed_channel_whatever_it_says(village: Village) -> None:
    client = uuid4()
    await village.stand.hear(
        ClientRegistered(client_id=client, organization_id=uuid4(), division_code=TOWNSHIP, scopes=["requests.send"])
    )
    bearer = token(client, kind="client", sid=str(uuid4()), scope="requests.send")
    body = {"division_code": VILLAGE, "kind": "help", "wording": "路灯坏了", "channel": "hotline"}
    sent = await village.stand.client.post(
        "/requests",
        json=body | {"requester_id": str(village.people.villager)},
        headers={"authorization": f"Bearer {bearer}", "idempotency-key": uuid4().hex},
    )
    assert sent.status_code == 201, sent.text
    case = (await village.stand.get(f"/requests/{sent.json()['id']}", by=village.people.villager)).json()
    assert case["channel_zh"] == Channel.SIGNED_API.title_zh
