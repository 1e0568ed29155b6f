"""Asked without a name: nobody in office is told who it was; what somebody says instead of writing counts as well."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from services.tasks.requests.model import ServiceRequest, Signature
from services.tasks.requests.signing import digest_of, promise_of, text_of
from tests.mounting import token
from tests.tasks.conftest import Village

pytestmark = pytest.mark.asyncio

VOICE = b"#!AMR\n" + bytes(range(200))
OFFICE = ("agent", "secretary", "cadre", "supervisor", "operator")
PATHS = ("", "/readings", "/attachments")


async def everything(village: Village, case: str, *, by: UUID) -> str:
    """What the routes about a case, and every list, answer to somebody."""
    answers = [await village.stand.get(f"/requests/{case}{path}", by=by) for path in PATHS]
    answers += [await village.stand.get("/requests", by=by, whose=whose) for whose in ("asked", "working", "below")]
    answers += [await village.stand.get(path, by=by) for path in ("/notices", "/rectifications", "/audit/rows")]
    answers.append(await village.stand.get("/live/moves", by=by, since=0))
    return "".join(answer.text for answer in answers)


async def asked(village: Village, **said: Any) -> dict[str, Any]:
    """The villager asks without a name, has it handled, and says that it was not solved."""
    made = await village.submit(anonymous=True, **said)
    path = f"/requests/{made['id']}"
    await village.stand.post(f"{path}/promise", by=village.people.agent, promised_on="2026-11-18")
    await village.stand.post(f"{path}/report", by=village.people.agent, note="换了灯泡")
    answer = await village.stand.post(f"{path}/judgement", by=village.people.villager, solved="no", round=1)
    assert answer.status_code == 200, answer.text
    return made


async def test_nobody_in_office_is_told_who_asked_by_any_view(village: Village) -> None:
    case = str((await asked(village))["id"])
    for column in OFFICE:
        found = await everything(village, case, by=getattr(village.people, column))
        assert str(village.people.villager) not in found, column
    for column in OFFICE:
        shown = await village.stand.get(f"/requests/{case}", by=getattr(village.people, column))
        assert shown.status_code == 200, column
        assert shown.json()["anonymous"] is True
        assert "群众提出诉求（小程序）" in shown.text


async def test_a_named_request_says_the_id_alone(village: Village) -> None:
    case = str((await village.submit())["id"])
    shown = (await village.stand.get(f"/requests/{case}", by=village.people.agent)).json()
    assert shown["anonymous"] is False
    assert shown["history"][0]["by"] == str(village.people.villager)


async def test_who_asked_without_a_name_still_owns_the_case(village: Village) -> None:
    case = str((await asked(village))["id"])
    own = (await village.stand.get(f"/requests/{case}", by=village.people.villager)).json()
    assert own["stage"] == "rectifying"
    assert str(village.people.villager) in {one["by"] for one in own["history"]}
    listed = (await village.stand.get("/requests", by=village.people.villager)).json()["items"]
    assert case in {one["id"] for one in listed}


async def test_no_fact_but_the_invitation_says_who_asked(village: Village) -> None:
    case = str((await asked(village))["id"])
    await village.stand.settle()
    named = {
        found.type for found in village.log.records if found.key == case and str(village.people.villager) in found.body
    }
    assert named == {"tasks.request.handled.v1"}  # by it the person served is asked, and nobody else
    (protected,) = [json.loads(one.body) for one in village.log.records if one.type == "tasks.request.protected.v1"]
    assert protected["anonymous"] is True


async def test_a_caller_without_a_name_is_nobody_and_follows_by_code(village: Village) -> None:
    made = await village.stand.post(
        "/requests",
        by=village.people.agent,
        division_code="430702100201",
        kind="help",
        wording="路灯坏了",
        channel="hotline",
        anonymous=True,
    )
    assert made.status_code == 201, made.text
    async with village.stand.mounted.sessions() as session:
        request = await session.get(ServiceRequest, UUID(made.json()["id"]))
    assert request is not None
    assert request.requester_id not in set(vars(village.people).values())
    tracked = await village.stand.client.post("/tracking", json={"code": made.json()["tracking_code"]})
    assert tracked.json()["stage"] == "dispatched"
    listed = (await village.stand.get("/requests", by=village.people.agent)).json()["items"]
    assert listed == []  # whoever took the call in did not ask
    refused = await village.stand.post(
        f"/requests/{made.json()['id']}/judgement", by=village.people.agent, solved="yes", round=1
    )
    assert refused.status_code == 404


async def test_nobody_takes_a_call_without_a_name_in_but_those_who_take_calls_in(village: Village) -> None:
    refused = await village.stand.post(
        "/requests",
        by=village.people.neighbour,
        division_code="430702100201",
        kind="help",
        wording="路灯坏了",
        channel="hotline",
        anonymous=True,
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "may-not-send-in-for-others")


async def upload(village: Village, content: bytes, *, by: UUID) -> str:
    """A file of somebody's."""
    headers = {"authorization": f"Bearer {token(by)}", "idempotency-key": uuid4().hex}
    kept = await village.stand.client.post("/attachments", content=content, headers=headers)
    assert kept.status_code == 201, kept.text
    return str(kept.json()["id"])


async def test_a_voice_note_is_a_description_that_the_handler_hears_and_signs_for(village: Village) -> None:
    voice = await upload(village, VOICE, by=village.people.villager)
    made = await village.submit(wording=None, voice_id=voice)
    case = made["id"]
    shown = (await village.stand.get(f"/requests/{case}", by=village.people.agent)).json()
    assert (shown["wording"], shown["voice_id"]) == (None, voice)
    (file,) = (await village.stand.get(f"/requests/{case}/attachments", by=village.people.agent)).json()["items"]
    assert (file["id"], file["media_type"]) == (voice, "audio/amr")
    heard = await village.stand.client.get(file["address"].removeprefix("/api/tasks"))
    assert heard.content == VOICE
    signed = await village.stand.post(f"/requests/{case}/promise", by=village.people.agent, promised_on="2026-11-18")
    text = text_of(
        UUID(str(case)),
        title="求助",
        wording=f"（语音，SHA-256：{file['digest']}）",
        promise=promise_of((await _signature(village)).promised_on, answered=False),
        rule_version=signed.json()["signature"]["rule_version"],
    )
    assert signed.json()["signature"]["text_digest"] == digest_of(text).hex()


async def _signature(village: Village) -> Signature:
    async with village.stand.mounted.sessions() as session:
        (signed,) = await session.all(select(Signature))
    return signed


@pytest.mark.parametrize(
    ("content", "whose", "code"),
    [(b"%PDF-1.7", "villager", "not-a-voice"), (VOICE, "neighbour", "no-such-attachment")],
)
async def test_only_a_recording_of_ones_own_is_a_description(
    village: Village, content: bytes, whose: str, code: str
) -> None:
    voice = await upload(village, content, by=getattr(village.people, whose))
    refused = await village.stand.post(
        "/requests",
        by=village.people.villager,
        division_code="430702100201",
        kind="help",
        voice_id=voice,
    )
    assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_without_words_or_a_voice_nothing_is_asked(village: Village) -> None:
    refused = await village.stand.post(
        "/requests", by=village.people.villager, division_code="430702100201", kind="help"
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "nothing-asked")
