"""A repeat mark changes nothing, is passed on to nobody, and goes by itself; on both databases."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from contracts.members import ClientRegistered
from services.tasks.repeats.model import RepeatMark
from services.tasks.roster.model import Post
from tests.mounting import token
from tests.tasks.conftest import MONDAY, TOWNSHIP, VILLAGE, Village

pytestmark = pytest.mark.asyncio


async def mark(village: Village, case: str, code: int = 201) -> dict[str, Any]:
    """The cadre of the township marks a case."""
    answer = await village.stand.post(
        f"/requests/{case}/repeat-mark", by=village.people.cadre, reason="answered_before"
    )
    assert answer.status_code == code, answer.text
    return dict(answer.json())


async def asked(village: Village, **body: object) -> str:
    """The villager asks."""
    return str((await village.submit(**body))["id"])


async def shown(village: Village, case: str, by: UUID) -> dict[str, Any] | None:
    """The mark as somebody is shown it."""
    answer = await village.stand.get(f"/requests/{case}/repeat-mark", by=by)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] | None = answer.json()["mark"]
    return found


async def test_the_citizen_is_told_and_shown_the_mark_and_it_is_gone_after_ninety_days(village: Village) -> None:
    people, case = village.people, await asked(village)
    made = await mark(village, case)
    assert (await mark(village, case, 409))["code"] == "marked-already"
    seen = await shown(village, case, people.villager)
    assert seen is not None
    assert seen["reason_zh"] == "同一事项此前已经办结答复"
    assert made["expires_at"].startswith("2027-02-14T16:00")  # the end of the ninetieth day
    notices = (await village.stand.get("/notices", by=people.villager)).json()["items"]
    assert [one["kind"] for one in notices] == ["repeat_marked"]
    village.clock.at = MONDAY + timedelta(days=91)
    await village.stand.settle()
    assert await shown(village, case, people.villager) is None
    async with village.stand.mounted.sessions() as session:
        assert await session.all(select(RepeatMark)) == []


async def test_an_appeal_is_decided_by_somebody_else_and_takes_the_mark_away(village: Village) -> None:
    people, stand, case = village.people, village.stand, await asked(village)
    made = await mark(village, case)
    path = f"/repeat-marks/{made['id']}"
    assert (await stand.post(f"{path}/decision", by=people.supervisor, upheld=True)).json()[
        "code"
    ] == "nothing-to-decide"
    assert (await stand.post(f"{path}/appeal", by=people.agent, words="我来")).status_code == 404
    appealed = await stand.post(f"{path}/appeal", by=people.villager, words="不是同一盏灯")
    assert appealed.json()["appeal"] == "不是同一盏灯"
    assert (await stand.post(f"{path}/appeal", by=people.villager, words="再说")).json()["code"] == "appealed-already"
    told = (await stand.get("/notices", by=people.supervisor)).json()["items"]
    assert "repeat_mark_appealed" in {one["kind"] for one in told}
    refused = await stand.post(f"{path}/decision", by=people.cadre, upheld=False)
    assert refused.json()["code"] == "somebody-else-decides"
    decided = await stand.post(f"{path}/decision", by=people.supervisor, upheld=True)
    assert decided.json() == {"request_id": case, "removed": True}
    assert await shown(village, case, people.villager) is None
    notices = (await stand.get("/notices", by=people.villager)).json()["items"]
    assert {one["kind"] for one in notices} == {"repeat_marked", "repeat_mark_removed"}
    again = await mark(village, case)
    await stand.post(f"/repeat-marks/{again['id']}/appeal", by=people.villager, words="还是不同")
    kept = await stand.post(f"/repeat-marks/{again['id']}/decision", by=people.operator, upheld=False)
    assert kept.json()["removed"] is False
    seen = await shown(village, case, people.villager)
    assert seen is not None
    assert seen["decided_at"] is not None


async def test_a_marked_case_is_handled_exactly_as_one_that_is_not(village: Village) -> None:
    people, stand = village.people, village.stand
    marked, plain = await asked(village), await asked(village)
    before = (await stand.get(f"/requests/{marked}", by=people.agent)).json()
    order = (await stand.get("/requests", by=people.agent, whose="working")).json()
    notices = len((await stand.get("/notices", by=people.agent)).json()["items"])
    await mark(village, marked)
    after = (await stand.get(f"/requests/{marked}", by=people.agent)).json()
    assert {**after, "history": []} == {**before, "history": []}, "dispatch, limits and owner are the same"
    assert (await stand.get("/requests", by=people.agent, whose="working")).json() == order
    assert len((await stand.get("/notices", by=people.agent)).json()["items"]) == notices
    for case in (marked, plain):
        await stand.post(f"/requests/{case}/return", by=people.agent, reason="不归我管")
    for case in (marked, plain):
        given = await stand.post(f"/requests/{case}/dispatch", by=people.cadre, post_id=str(people.other_agent_post))
        assert given.status_code == 200, given.text
    limits = [
        [
            (one["clock"], one["due_at"])
            for one in (await stand.get(f"/requests/{case}", by=people.villager)).json()["limits"]
        ]
        for case in (marked, plain)
    ]
    assert limits[0] == limits[1]


async def test_a_mark_is_in_no_fact_no_list_and_no_answer_to_another_system(village: Village) -> None:
    people, stand, client = village.people, village.stand, uuid4()
    await stand.hear(
        ClientRegistered(
            client_id=client,
            organization_id=uuid4(),
            division_code=TOWNSHIP,
            scopes=["requests.send", "requests.read"],
        )
    )
    headers = {
        "authorization": f"Bearer {token(client, kind='client', sid=str(uuid4()), scope='requests.send requests.read')}"
    }
    body = {"division_code": VILLAGE, "kind": "help", "wording": "路灯坏了", "requester_id": str(people.villager)}
    sent = await stand.client.post("/requests", json=body, headers=headers | {"idempotency-key": uuid4().hex})
    case = str(sent.json()["id"])
    path = f"/requests/{case}"
    without = (await stand.client.get(path, headers=headers)).json()
    facts = len(village.log.records)
    made = await mark(village, case)
    await stand.settle()
    told = [json.loads(one.body) for one in village.log.records[facts:] if not one.type.startswith("tasks.audit")]
    assert told == []
    assert (await stand.client.get(path, headers=headers)).json() == without
    assert (await stand.client.get(f"{path}/repeat-mark", headers=headers)).status_code == 403
    for listing in ("/requests", "/cases"):
        shown_to_cadre = (
            await stand.get(listing, by=people.cadre, **({"whose": "below"} if listing == "/requests" else {}))
        ).text
        assert made["id"] not in shown_to_cadre
        assert "repeat" not in shown_to_cadre


async def test_a_complaint_about_somebody_is_neither_marked_nor_left_out(village: Village) -> None:
    async with village.stand.mounted.sessions() as session:
        posts = await session.all(select(Post))
    about = next(one.id for one in posts if one.person_id == village.people.secretary)
    case = await asked(village, kind="complaint", wording="态度不好", about_post_id=str(about))
    for path, body in (
        ("repeat-mark", {"reason": "answered_before"}),
        ("exclusion", {"reason": "repeat", "words": "已答复"}),
    ):
        refused = await village.stand.post(f"/requests/{case}/{path}", by=village.people.operator, **body)
        assert refused.json()["code"] == "not-for-complaints"
