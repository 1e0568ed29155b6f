"""A report from outside becomes one case, once, in the right village; and what is wrong with it is said."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func
from sqlmodel import select

from services.tasks.open311.model import OutsideReport
from services.tasks.requests.model import ServiceRequest
from tests.tasks.conftest import DISTRICT, TOWNSHIP, VILLAGE, Village
from tests.tasks.open311.outside import LIGHT, listed, shown, system

pytestmark = pytest.mark.asyncio

CASES = select(func.count()).select_from(ServiceRequest)
REPORTS = select(func.count()).select_from(OutsideReport)


async def division(village: Village, case: object) -> str:
    """In which division a case lies, as its agent, or else the operator, sees it."""
    for by in (village.people.agent, village.people.other_agent, village.people.operator):
        seen = await village.stand.get(f"/requests/{case}", by=by)
        if seen.status_code == 200:
            return str(seen.json()["division_code"])
    raise AssertionError(seen.text)


async def test_a_report_is_a_case_that_its_agent_reads_whole(village: Village) -> None:
    told = await (await system(village)).reports(attributes={"fault": ["leaning"], "pole": [" A12 "]})
    seen = (await village.stand.get(f"/requests/{told['request_id']}", by=village.people.agent)).json()
    assert seen["wording"] == "路灯怎么了：灯杆倾斜或倒伏\n灯杆编号：A12\n第三根灯不亮"
    assert (seen["channel_zh"], seen["item_zh"], seen["named_person"]) == (
        "Open311 接口",
        "路灯维修",
        "生成proxy_agent",
    )
    assert seen["place"]["latitude"] == pytest.approx(29.0374, abs=0.001)  # moved into GCJ-02
    assert (told["token"], told["repeated"]) == (None, False)


async def test_the_same_report_again_is_the_same_case(village: Village) -> None:
    outside = await system(village)
    first = await outside.reports(account_id="a-1")
    again = [await outside.reports(account_id="a-1", description=" 第三根灯  不亮 ") for _ in range(3)]
    assert {one["request_id"] for one in again} == {first["request_id"]}
    assert all(one["repeated"] for one in again)
    others = [
        await outside.reports(account_id="a-2"),
        await outside.reports(account_id="a-1", description="第四根灯不亮"),
        await outside.reports(account_id="a-1", lat="29.0504"),
        await outside.reports(account_id="a-1", attributes={"fault": ["leaning"]}),
        await (await system(village)).reports(account_id="a-1"),
    ]
    assert len({one["request_id"] for one in [first, *others]}) == 6


async def test_a_thousand_copies_many_at_once_are_one_case(village: Village) -> None:
    outside = await system(village)
    numbers = set()
    for _ in range(40):
        copies = await asyncio.gather(*(outside.reports(account_id="a-1") for _ in range(25)))
        numbers |= {str(one["request_id"]) for one in copies}
    assert len(numbers) == 1
    async with village.stand.mounted.sessions() as session:
        assert [await session.all(CASES), await session.all(REPORTS)] == [[1], [1]]


async def test_after_the_window_it_is_a_case_of_its_own(village: Village) -> None:
    outside = await system(village)
    first = await outside.reports()
    village.clock.at += timedelta(hours=23, minutes=59)
    assert (await outside.reports())["request_id"] == first["request_id"]
    village.clock.at += timedelta(minutes=1)
    second = await outside.reports()
    assert second["request_id"] != first["request_id"]
    assert (await outside.reports())["request_id"] == second["request_id"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"service_code": ""}, "service-code-missing"),
        ({"service_code": "no-such"}, "no-such-service"),
        ({"lat": "", "address_id": ""}, "place-missing"),
        ({"lat": "", "long": "", "address_id": ""}, "place-missing"),
        ({"lat": "north"}, "argument-malformed"),
        ({"lat": "91"}, "argument-malformed"),
        ({"long": "nan"}, "argument-malformed"),
        ({"address_id": "430702100000"}, "no-such-address"),
        ({"address_id": "430702100999"}, "no-such-address"),
        ({"attributes": {}}, "attribute-missing"),
        ({"attributes": {"fault": [" "]}}, "attribute-missing"),
        ({"attributes": {"fault": ["dark"]}}, "attribute-malformed"),
        ({"attributes": {"fault": ["out", "leaning"]}}, "attribute-malformed"),
        ({"attributes": {"fault": ["out"], "colour": ["red"]}}, "attribute-malformed"),
        ({"attributes": {"fault": ["out"], "pole": ["x" * 256]}}, "attribute-malformed"),
        ({"service_code": "suggestion", "attributes": {}, "description": ""}, "description-missing"),
        ({"jurisdiction_id": "110101"}, "no-such-jurisdiction"),
        ({"description": "x" * 4001}, "invalid"),
    ],
)
async def test_what_is_wrong_with_a_report_is_said(village: Village, wrong: dict[str, object], code: str) -> None:
    assert (await (await system(village)).refused(**wrong))[1] == code


@pytest.mark.parametrize(
    ("answers", "fits"),
    [
        ({"damage": ["pothole", "cover"], "width": ["1.5"], "since": ["2026-11-15T08:00:00+08:00"]}, True),
        ({"damage": ["pothole", "hole"]}, False),
        ({"damage": ["rail"], "width": ["wide"]}, False),
        ({"damage": ["rail"], "width": ["inf"]}, False),
        ({"damage": ["rail"], "since": ["2026-11-15T08:00:00"]}, False),
        ({"damage": ["rail"], "warning": ["yes"]}, False),
    ],
)
async def test_each_answer_is_of_its_datatype(village: Village, answers: dict[str, list[str]], fits: bool) -> None:
    told = await (await system(village)).post(
        "/requests", **LIGHT | {"service_code": "road-damage", "attributes": answers}
    )
    assert told.status_code == (201 if fits else 422), told.text


async def test_it_lies_where_it_was_said_or_where_something_near_lay(village: Village) -> None:
    outside = await system(village)
    nowhere = await outside.reports(address_id="")
    assert "未能确定所在的村" in "".join(map(str, nowhere["notices"]))
    assert await division(village, nowhere["request_id"]) == TOWNSHIP
    assert await division(village, (await outside.reports())["request_id"]) == VILLAGE
    near = await outside.reports(address_id="", lat="29.0433")
    assert await division(village, near["request_id"]) == VILLAGE
    far = await outside.reports(address_id="", lat="29.0533")
    assert await division(village, far["request_id"]) == TOWNSHIP
    named = await outside.reports(address_id="", lat="", long="", address_string="区镇邻村三组")
    assert await division(village, named["request_id"]) == "430702100202"
    own = await system(village, VILLAGE)
    assert await division(village, (await own.reports(address_id="", lat="28"))["request_id"]) == VILLAGE


async def test_what_lies_in_no_township_is_given_out_by_the_county(village: Village) -> None:
    outside = await system(village, DISTRICT)
    told = await outside.reports(address_id="", address_string="桥头")
    notices = (await village.stand.get("/notices", by=village.people.operator)).json()["items"]
    assert [one["request_id"] for one in notices if one["kind"] == "unassigned"] == [told["request_id"]]


async def test_a_system_reports_for_its_own_area_alone(village: Village) -> None:
    assert await (await system(village, "430702200000")).refused() == (403, "not-in-its-area")


async def test_what_is_not_public_gets_a_token_and_its_number_once_somebody_has_it(village: Village) -> None:
    outside = await system(village)
    asked = {"service_code": "suggestion", "attributes": {}, "description": "建议加一盏灯"}
    waiting = await outside.reports(**asked, address_id="430702100203")  # where nobody is in office
    dispatched = await outside.reports(**asked)
    again = await outside.reports(**asked)
    assert waiting["token"] != dispatched["token"] == again["token"]

    async def number(token: object) -> tuple[int, object]:
        answer = await village.stand.client.post("/internal/open311/tokens", json={"token": token})
        return answer.status_code, answer.json().get("service_request_id") or answer.json()["code"]

    assert await number(dispatched["token"]) == (200, dispatched["request_id"])
    assert await number(waiting["token"]) == (404, "no-such-token")
    assert await number("0" * 40) == (404, "no-such-token")
    assert await listed(village) == []
    hidden = await shown(village, f"/requests/{dispatched['request_id']}")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "no-such-report")


async def test_a_link_is_kept_as_it_was_said_and_not_followed(village: Village) -> None:
    told = await (await system(village)).reports(media_url="http://169.254.169.254/latest/meta-data")
    assert "不会下载" in "".join(map(str, told["notices"]))
    async with village.stand.mounted.sessions() as session:
        [kept] = await session.all(select(OutsideReport))
    assert kept.media_link is not None
    assert b"169.254" not in kept.media_link
