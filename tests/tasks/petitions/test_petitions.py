"""A petition matter is handed over whole, against a receipt; its clocks run on; the citizen is told where it is."""

import json
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import httpx
import pytest

from services.tasks.petitions.pack import name_of_file
from tests.mounting import token
from tests.tasks.conftest import Village

pytestmark = pytest.mark.asyncio

OFFICE = "武陵区信访局<b>"
REASON = "涉及征地补偿的历史遗留问题"


async def accepted(village: Village, **said: Any) -> str:
    """A request that the agent signed for; its id."""
    case = str((await village.submit(**said))["id"])
    done = await village.stand.post(f"/requests/{case}/promise", by=village.people.agent, promised_on="2026-11-18")
    assert done.status_code == 200, done.text
    return case


async def hand_over(village: Village, case: str, *, by: str = "cadre") -> httpx.Response:
    """Somebody hands it over."""
    return await village.stand.post(
        f"/requests/{case}/petition", by=getattr(village.people, by), office=OFFICE, reason=REASON
    )


async def receipt(village: Village, petition: object, **said: Any) -> httpx.Response:
    """The receipt comes back."""
    body = {"number": "XF-2026-118", "received_by": "王样", "received_on": "2026-11-16"} | said
    return await village.stand.post(f"/petitions/{petition}/receipt", by=village.people.cadre, **body)


async def pack(village: Village, made: dict[str, Any]) -> dict[str, str]:
    """What the record of the pack holds, which is as its digest says."""
    answer = await village.stand.get(f"/petitions/{made['id']}/pack", by=village.people.supervisor, files=False)
    assert answer.headers["content-type"] == "application/zip"
    assert sha256(answer.content).hexdigest() == made["pack_sha256"]
    with ZipFile(BytesIO(answer.content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


async def test_the_pack_holds_the_case_its_story_its_files_and_a_receipt_form(village: Village) -> None:
    case = await accepted(village)
    made = (await hand_over(village, case)).json()
    files = await pack(village, made)
    manifest = json.loads(files["manifest.json"])["sha256"]
    assert {name: sha256(files[name].encode()).hexdigest() for name in manifest} == manifest
    told = json.loads(files["case.json"])
    assert (told["wording"], told["request_id"], told["reason"]) == ("路灯坏了𠮷", case, REASON)
    assert [one["what"] for one in told["story"]][:2] == ["群众提出诉求（小程序）", "第 1 次派给 生成proxy_agent"]
    page = files["case.html"]
    assert "收件回执" in page
    assert made["number"] in page
    assert "<b>" not in page  # what somebody wrote is text, and never part of the page


async def test_a_file_lies_in_the_pack_under_the_name_and_digest_that_it_lists(village: Village) -> None:
    spoken = b"#!AMR\n" + bytes(200_000)
    headers = {"authorization": f"Bearer {token(village.people.villager)}", "idempotency-key": uuid4().hex}
    kept = await village.stand.client.post("/attachments", content=spoken, headers=headers)
    case = await accepted(village, voice_id=kept.json()["id"])
    made = (await hand_over(village, case)).json()
    [listed] = json.loads((await pack(village, made))["case.json"])["files"]
    answer = await village.stand.get(f"/petitions/{made['id']}/pack", by=village.people.supervisor)
    with ZipFile(BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == {"case.json", "case.html", "manifest.json", listed["name"]}
        assert archive.read(listed["name"]) == spoken
    assert listed["sha256"] == sha256(spoken).hexdigest()


async def test_nothing_of_it_stops(village: Village) -> None:
    case = await accepted(village)
    before = (await village.stand.get(f"/requests/{case}", by=village.people.villager)).json()
    await hand_over(village, case)
    after = (await village.stand.get(f"/requests/{case}", by=village.people.villager)).json()
    assert (after["stage"], after["limits"], after["promised_on"]) == ("handling", before["limits"], "2026-11-18")
    done = await village.stand.post(f"/requests/{case}/report", by=village.people.agent, note="已答复")
    assert done.json()["stage"] == "handled"


async def test_the_citizen_is_told_where_it_went_and_until_when_to_hear(village: Village) -> None:
    case = await accepted(village)
    made = (await hand_over(village, case)).json()
    own = (await village.stand.get(f"/requests/{case}/petition", by=village.people.villager)).json()["items"]
    assert own == [made]
    assert "2026-12-01 前告知是否受理" in made["says_zh"]  # 15 days
    assert "时限照常计算" in made["says_zh"]
    notices = (await village.stand.get("/notices", by=village.people.villager)).json()["items"]
    assert "petition_handed_over" in {one["kind"] for one in notices}
    received = (await receipt(village, made["id"])).json()
    assert (received["receipt_number"], received["ends_by"], received["longest_by"]) == (
        "XF-2026-118",
        "2027-01-15",
        "2027-02-14",
    )
    assert "XF-2026-118" in received["says_zh"]
    story = (await village.stand.get(f"/requests/{case}", by=village.people.villager)).json()["history"]
    assert any("收件回执" in one["what_zh"] for one in story)


async def test_a_receipt_is_entered_once_with_a_day_that_can_be(village: Village) -> None:
    made = (await hand_over(village, await accepted(village))).json()
    for day in ("2026-11-15", "2026-11-17"):
        refused = await receipt(village, made["id"], received_on=day)
        assert (refused.status_code, refused.json()["code"]) == (422, "receipt-in-the-future"), day
    assert (await receipt(village, made["id"])).status_code == 200
    again = await receipt(village, made["id"])
    assert (again.status_code, again.json()["code"]) == (409, "receipt-there")


async def test_only_an_accepted_matter_is_handed_over_once_and_by_those_above(village: Village) -> None:
    fresh = str((await village.submit())["id"])
    assert (await hand_over(village, fresh)).json()["code"] == "not-allowed-now"
    case = await accepted(village)
    for by in ("agent", "villager"):
        assert (await hand_over(village, case, by=by)).json()["code"] == "may-not-hand-over", by
    assert (await hand_over(village, case, by="other_agent")).status_code == 404
    assert (await hand_over(village, case)).status_code == 201
    assert (await hand_over(village, case)).json()["code"] == "handed-over-already"


async def test_who_asked_without_a_name_stays_unnamed_in_the_pack(village: Village) -> None:
    case = await accepted(village, anonymous=True)
    files = await pack(village, (await hand_over(village, case)).json())
    for content in files.values():
        assert str(village.people.villager) not in content
    assert json.loads(files["case.json"])["requester_id"] is None


async def test_the_pack_is_for_those_above_alone(village: Village) -> None:
    made = (await hand_over(village, await accepted(village))).json()
    for by, code in (("villager", 403), ("agent", 403), ("other_agent", 404), ("neighbour", 404)):
        answer = await village.stand.get(f"/petitions/{made['id']}/pack", by=getattr(village.people, by))
        assert answer.status_code == code, by


async def approve(village: Village, petition: object, *, by: str = "cadre", **said: Any) -> httpx.Response:
    """The office was given longer."""
    body = {"reason": "案情复杂，需补充鉴定", "approved_by": "区信访局局长", "approved_on": "2026-11-16"} | said
    return await village.stand.post(f"/petitions/{petition}/extension", by=getattr(village.people, by), **body)


async def test_longer_time_is_entered_once_with_its_reason_and_approver_and_the_citizen_is_told(
    village: Village,
) -> None:
    case = await accepted(village)
    made = (await hand_over(village, case)).json()
    assert (await approve(village, made["id"])).json()["code"] == "no-receipt-yet"
    await receipt(village, made["id"])
    for day in ("2026-11-15", "2026-11-17"):
        assert (await approve(village, made["id"], approved_on=day)).json()["code"] == "approval-out-of-time", day
    assert (await approve(village, made["id"], by="agent")).json()["code"] == "may-not-hand-over"
    longer = (await approve(village, made["id"])).json()
    assert (longer["extension_approver"], longer["extension_reason"]) == ("区信访局局长", "案情复杂，需补充鉴定")
    assert "批准延长，应于 2027-02-14 前办结" in longer["says_zh"]
    assert (await approve(village, made["id"])).json()["code"] == "extended-already"
    notices = (await village.stand.get("/notices", by=village.people.villager)).json()["items"]
    assert "petition_extended" in {one["kind"] for one in notices}
    story = (await village.stand.get(f"/requests/{case}", by=village.people.villager)).json()["history"]
    assert any("批准延长" in one["what_zh"] for one in story)


async def test_files_of_a_pack_have_names_that_people_can_say() -> None:
    digest = bytes.fromhex("1f0c9a3b" + "00" * 28)
    assert name_of_file(2, media_type="image/jpeg", digest=digest) == "附件02-照片-1f0c9a3b.jpg"
    assert name_of_file(11, media_type="audio/amr", digest=digest) == "附件11-录音-1f0c9a3b.amr"
    assert name_of_file(1, media_type="application/pdf", digest=digest) == "附件01-文件-1f0c9a3b.pdf"
