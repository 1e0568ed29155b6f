"""What the public is shown: only what is public, looked over, rounded; and nothing of complaints, ever."""

from datetime import datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image

from chassis.clock import SHANGHAI
from contracts.members import PersonErased
from services.tasks.open311 import asked
from services.tasks.open311.refusals import ArgumentMalformed, RangeTooLong
from services.tasks.open311.status import CLOSED, NOTES
from services.tasks.requests.stages import Stage
from tests.mounting import token
from tests.tasks.conftest import Village
from tests.tasks.open311.outside import listed, shown, system

pytestmark = pytest.mark.asyncio

LIGHT = {"kind": None, "wording": None, "item_code": "street-light"}
SPOT = {"latitude": 29.0404, "longitude": 111.6906, "datum": "wgs84", "address": "张家老屋门前"}


async def test_a_case_of_any_channel_is_shown_by_a_neutral_sentence_and_a_rounded_place(village: Village) -> None:
    case = (await village.submit(**LIGHT | {"wording": "我家门口张三的路灯"} | SPOT))["id"]
    [one] = await listed(village)
    assert (one["service_request_id"], one["status"]) == (case, "open")
    assert one["description"] == "有群众反映此处附近的路灯需要维修。"
    assert (one["lat"], one["long"], one["address"]) == (29.0405, 111.6905, "区镇村")
    assert one["files"] == []
    whole = str([one, (await shown(village, "/updates")).json()])
    for said in ("张三", "老屋", "29.0404", str(village.people.villager), "生成proxy_agent"):
        assert said not in whole


@pytest.mark.parametrize(
    "asked_for",
    [
        {"kind": "help", "wording": "家里揭不开锅"},
        {"kind": "complaint", "wording": "态度不好"},
        {"kind": "report", "wording": "收了红包"},
        {"kind": "suggestion", "wording": "装路灯"},
        {"kind": None, "wording": None, "item_code": "subsistence-allowance"},
    ],
)
async def test_what_is_not_public_is_nowhere(village: Village, asked_for: dict[str, object]) -> None:
    case = (await village.submit(**asked_for))["id"]
    await village.stand.settle()
    assert await listed(village) == []
    assert await listed(village, service_request_id=str(case)) == []
    assert (await shown(village, f"/requests/{case}")).status_code == 404
    assert (await shown(village, "/updates")).json()["items"] == []
    assert (await shown(village, "/updates", service_request_id=str(case))).status_code == 404
    refused = await village.stand.get(f"/requests/{case}/publication", by=village.people.villager)
    assert refused.json()["code"] == "not-published"


async def test_a_case_is_closed_when_it_was_found_solved_and_open_again_when_not(village: Village) -> None:
    case = await village.handled(**LIGHT)
    await village.stand.settle()
    assert [one["status"] for one in await listed(village)] == ["open"]
    village.clock.at += timedelta(hours=2)
    solved_at = village.clock.at
    await village.stand.post(f"/requests/{case}/judgement", by=village.people.villager, solved="yes", round=1)
    await village.stand.settle()
    village.clock.at += timedelta(hours=2)
    [one] = await listed(village, status="closed")
    assert datetime.fromisoformat(str(one["updated_datetime"])) == solved_at
    assert await listed(village, status="open") == []
    await village.stand.post(f"/requests/{case}/judgement", by=village.people.villager, solved="no", round=1)
    await village.stand.settle()
    assert [one["status"] for one in await listed(village, status="open")] == ["open"]
    assert await listed(village, status="closed") == []
    told = (await shown(village, "/updates", service_request_id=case)).json()["items"]
    assert [(one["status"], one["description"][:6]) for one in reversed(told)][-3:] == [
        ("closed", "反映人确认已"),
        ("open", "反映人表示未"),
        ("open", "已责成整改。"),
    ]


async def test_lists_are_cut_by_code_by_range_and_by_page(village: Village) -> None:
    outside = await system(village)
    first = (await outside.reports(account_id="1"))["request_id"]
    village.clock.at += timedelta(days=60)
    second = (await outside.reports(service_code="litter", attributes={}))["request_id"]
    village.clock.at += timedelta(days=31)
    third = (await outside.reports(account_id="3"))["request_id"]

    async def numbers(**query: str) -> list[object]:
        return [one["service_request_id"] for one in await listed(village, **query)]

    assert await numbers() == [third, second]  # the last 90 days
    assert await numbers(service_code="litter, street-light") == [third, second]
    assert await numbers(service_code="litter") == [second]
    start = (village.clock.at - timedelta(days=91)).astimezone(SHANGHAI).isoformat()
    assert await numbers(start_date=start) == [second, first]
    assert await numbers(service_request_id=f"{first},{third},nonsense,{uuid4()}", status="nonsense") == [first, third]
    assert await numbers(page="2", page_size="1") == [second]
    assert await numbers(page="1000", page_size="1000") == []
    assert (await shown(village, "/requests", service_code="no-such")).json()["code"] == "no-such-service"
    assert await numbers(jurisdiction_id="430702") == [third, second]
    assert (await shown(village, "/requests", jurisdiction_id="430703")).status_code == 404


async def test_pictures_are_let_out_one_by_one_and_papers_never(village: Village) -> None:
    outside = await system(village)
    case = (await outside.reports())["request_id"]
    drawn = BytesIO()
    Image.new("RGB", (4, 4)).save(drawn, "PNG")
    kept = await outside.post(f"/requests/{case}/media", content=drawn.getvalue())
    paper = await outside.post(f"/requests/{case}/media", content=b"%PDF-1.7")
    picture = kept.json()["id"]
    path = f"/requests/{case}/publication/files"
    assert (await shown(village, f"/media/{picture}")).status_code == 404

    async def let_out(file: object, released: bool) -> str:
        answer = await village.stand.post(path, by=village.people.cadre, attachment_id=file, released=released)
        return str(answer.json().get("code", answer.status_code))

    assert await let_out(paper.json()["id"], True) == "only-pictures"
    assert await let_out(picture, True) == "200"
    assert await let_out(picture, True) == "200"
    assert [file["id"] for file in (await listed(village))[0]["files"]] == [picture]  # type: ignore[index, attr-defined]
    assert (await shown(village, f"/media/{picture}")).headers["content-type"] == "image/png"
    assert await let_out(picture, False) == "200"
    assert (await listed(village))[0]["files"] == []
    assert (await shown(village, f"/media/{picture}")).status_code == 404


async def test_what_waits_to_be_looked_over_is_listed_until_it_was(village: Village) -> None:
    case = (await village.submit(**LIGHT))["id"]

    async def waiting() -> list[object]:
        found = await village.stand.get("/publications", by=village.people.cadre)
        return [one["request_id"] for one in found.json()["items"]]

    assert await waiting() == [case]
    path = f"/requests/{case}/publication"
    for words in ("电话１３９００００００００", "号码 430702 19900101 0024", "写信到 a@b.cn"):
        refused = await village.stand.post(path, by=village.people.cadre, description=words)
        assert refused.json()["code"] == "looks-personal"
    said = await village.stand.post(path, by=village.people.cadre, description="路口的路灯不亮，灯杆 12 号。")
    assert said.json()["reviewed"] is True
    assert await waiting() == []
    assert (await listed(village))[0]["description"] == "路口的路灯不亮，灯杆 12 号。"


async def test_who_handles_it_does_not_say_what_the_public_reads(village: Village) -> None:
    case = (await village.submit(**LIGHT))["id"]
    for who in (village.people.agent, village.people.villager, village.people.secretary):
        answer = await village.stand.post(f"/requests/{case}/publication", by=who, description="好了")
        assert answer.json()["code"] == "may-not-publish"


async def test_of_an_erased_person_the_public_is_shown_nothing(village: Village) -> None:
    case = (await village.submit(**LIGHT | SPOT))["id"]
    await village.stand.post(f"/requests/{case}/publication", by=village.people.cadre, description="路灯不亮。")
    await village.stand.hear(PersonErased(person_id=village.people.villager, erased_at=village.clock.now()))
    assert await listed(village) == []


async def test_a_supplement_is_read_by_who_works_on_it_and_told_once(village: Village) -> None:
    outside = await system(village)
    case = (await outside.reports())["request_id"]
    said = {"service_request_id": case, "update_id": "7", "description": "又坏了一根", "status": "OPEN"}
    first, again = await outside.post("/updates", **said), await outside.post("/updates", **said)
    assert first.json() == again.json()
    told = await village.stand.get("/notices", by=village.people.agent)
    assert [one["kind"] for one in told.json()["items"]].count("supplemented") == 1
    assert (await (await system(village)).post("/updates", **said)).status_code == 404
    for wrong in ({"description": ""}, {"service_request_id": ""}, {"updated_datetime": "today"}, {"status": "done"}):
        assert (await outside.post("/updates", **said | wrong)).json()["code"] == "argument-malformed"


async def test_a_person_is_no_system(village: Village) -> None:
    headers = {"authorization": f"Bearer {token(village.people.agent)}", "idempotency-key": uuid4().hex}
    body = {"service_code": "litter", "address_id": "430702100201"}
    answer = await village.stand.client.post("/internal/open311/requests", json=body, headers=headers)
    assert answer.json()["code"] == "not-in-its-area"


NOW = datetime(2026, 11, 26, 12, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (None, None, 90),
        ("2026-11-25T12:00:00 08:00", None, 1),  # a plus that nobody escaped
        ("2026-01-01T00:00:00Z", None, 90),
        (None, "2026-02-01T00:00:00Z", 90),
        ("2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z", 90),
        ("2027-01-01T00:00:00Z", None, 0),
    ],
)
async def test_a_range_is_at_most_ninety_days(start: str | None, end: str | None, days: int) -> None:
    found = asked.span(start, end, now=NOW)
    assert found.end - found.start == timedelta(days=days)


@pytest.mark.parametrize(
    ("start", "end", "refusal"),
    [
        ("2026-01-01T00:00:00Z", "2026-04-01T00:00:01Z", RangeTooLong),
        ("2026-04-01T00:00:00Z", "2026-01-01T00:00:00Z", RangeTooLong),
        ("2026-04-01", None, ArgumentMalformed),
        ("2026-04-01T00:00:00", None, ArgumentMalformed),
        ("0001-01-01T00:00:00+14:00", None, ArgumentMalformed),
        ("9999-12-31T23:59:59-12:00", None, ArgumentMalformed),
    ],
)
async def test_a_range_that_cannot_be_is_refused(start: str, end: str | None, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        asked.span(start, end, now=NOW)


async def test_every_stage_has_a_word_for_outside() -> None:
    assert NOTES.keys() == set(Stage)
    assert set(CLOSED) == {Stage.JUDGED, Stage.ARCHIVED}


async def test_pause_extension_and_merge_are_steps_in_words_of_the_rules_alone(village: Village) -> None:
    people, post = village.people, village.stand.post
    lead, part = [str((await village.submit(**LIGHT))["id"]) for _ in range(2)]
    said = "王大爷住院𠮷"
    for act, by, body in (
        ("promise", people.agent, {"promised_on": "2026-11-18"}),
        ("pause", people.agent, {"reason": "requester", "words": said}),
        ("resume", people.agent, {}),
    ):
        village.clock.at += timedelta(minutes=1)
        assert (await post(f"/requests/{lead}/{act}", by=by, **body)).status_code == 200
    asked = await post(f"/requests/{lead}/extension", by=people.agent, days=2, reason=said, code="works")
    village.clock.at += timedelta(minutes=1)
    await post(f"/extensions/{asked.json()['id']}/decision", by=people.cadre, granted=True, words=said)
    await post(f"/requests/{lead}/parts", by=people.cadre, request_ids=[part])
    village.clock.at += timedelta(minutes=1)
    await post(f"/requests/{part}/parting", by=people.cadre)
    await village.stand.settle()

    async def steps(case: str) -> list[str]:
        told = (await shown(village, "/updates", service_request_id=case)).json()["items"]
        assert {one["status"] for one in told} == {"open"}
        assert not [one for one in (said, "群众", lead if case == part else part) if one in str(told)]
        return [str(one["description"]) for one in reversed(told)]

    assert (await steps(lead))[-3:] == [
        "暂停办理，等待外部条件；到期自动恢复。",
        "恢复办理。",
        "经批准延期，继续办理。",
    ]
    assert [one for one in await steps(part) if "单独" in one or "一并" in one] == [
        "与相同事项一并办理。",
        "恢复单独办理。",
    ]
    assert [(one["request_id"], one["lead_id"]) for one in village.told("tasks.request.merged.v1")] == [(part, lead)]
    assert [one["by_itself"] for one in village.told("tasks.request.resumed.v1")] == [False]


async def test_an_expected_day_that_a_coming_calendar_may_move_says_so(village: Village) -> None:
    village.clock.at = datetime(2026, 12, 30, 9, 0, tzinfo=SHANGHAI)
    case = (await village.submit(**LIGHT))["id"]
    notice = "expected_datetime 为暂定"
    [one] = await listed(village)
    assert notice in str(one["service_notice"])
    own = (await village.stand.get("/requests", by=village.people.villager)).json()["items"][0]
    assert (own["finish_provisional"], own["finish_provisional_zh"][:2]) == (True, "暂定")
    whole = (await village.stand.get(f"/requests/{case}", by=village.people.villager)).json()
    assert [limit["provisional_zh"] is None for limit in whole["limits"] if limit["clock"] == "finish"] == [False]
    await village.stand.post(f"/requests/{case}/promise", by=village.people.agent, promised_on="2026-12-31")
    village.clock.at = datetime(2027, 1, 4, 9, 0, tzinfo=SHANGHAI)  # the contact is due; then the finish alone is
    await village.stand.post(f"/requests/{case}/contact", by=village.people.agent)
    [in_hand] = (await village.stand.get("/caseload", by=village.people.agent)).json()["cases"]
    assert (in_hand["provisional"], in_hand["provisional_zh"][:2]) == (True, "暂定")
    [one] = await listed(village)
    assert notice not in str(one["service_notice"])  # a promise of this year is what is expected
