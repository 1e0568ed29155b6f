"""The rows of hotline duty. The desk is the village's; the agent is on duty, the secretary comes next."""

from datetime import timedelta

from sqlmodel import select

from services.tasks.roster.model import Post
from tests.gateway.authorisation.columns import Row, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.tasks.conftest import MONDAY, VILLAGE

AT_THE_DESK = "agent stand_in grid_worker secretary cadre operator"
WRITES = "secretary cadre operator"
AREA = {"division_code": VILLAGE}
WEEKLY = {"weekdays": [1], "from_minute": 0, "minutes": 60, "first_on": "2026-11-16"}
ONCE = {"from_at": "2026-11-18T09:00:00+08:00", "to_at": "2026-11-18T10:00:00+08:00"}
WORKS_THERE = "who takes in for the area, writes its roster or is on duty"
NOT_WRITING = "agent stand_in grid_worker"

ROWS: list[Row] = [
    signed_in("GET /hotline/now", "who is on duty for a village now", query=AREA),
    Row(
        "POST /hotline/desks",
        "who answers for the area",
        403,
        {200: WRITES},
        body=AREA | {"name": "村值班室", "office_phone": "0736-7250123"},
    ),
    Row(
        "GET /hotline/shifts",
        "who takes in for the area, writes its roster or is on duty",
        403,
        {200: AT_THE_DESK},
        AREA,
    ),
    Row(
        "GET /hotline/gaps", "who takes in for the area, writes its roster or is on duty", 403, {200: AT_THE_DESK}, AREA
    ),
    Row(
        "POST /hotline/shifts",
        "who answers for the area",
        403,
        {201: WRITES},
        body=AREA | ONCE | {"post_id": "{agency}"},
    ),
    Row(
        "POST /hotline/shifts/{shift_id}/cancellation",
        "who answers for the area",
        404,
        {200: WRITES, 403: NOT_WRITING},
        about={"shift_id": "coming_shift"},
    ),
    Row("GET /hotline/patterns", "as the shifts", 403, {200: AT_THE_DESK}, AREA),
    Row(
        "POST /hotline/patterns",
        "who answers for the area",
        403,
        {201: WRITES},
        body=AREA | WEEKLY | {"post_id": "{agency}"},
    ),
    Row("POST /hotline/patterns/{pattern_id}/end", "who answers for the area", 404, {200: WRITES, 403: NOT_WRITING}),
    Row("GET /hotline/open", "as the shifts", 403, {200: AT_THE_DESK}, AREA),
    Row("POST /hotline/notes", "as the shifts", 403, {201: AT_THE_DESK}, body=AREA | {"words": "三组停水"}),
    Row("POST /hotline/notes/{note_id}/closing", "as the shifts", 404, {200: AT_THE_DESK}),
    Row(
        "POST /hotline/shifts/{shift_id}/hand-over",
        "who is on duty in it",
        404,
        {201: "agent stand_in", 403: "grid_worker secretary cadre operator"},
    ),
    Row("GET /hotline/hand-overs", "as the shifts", 403, {200: AT_THE_DESK}, AREA),
    Row(
        "POST /hotline/hand-overs/{hand_over_id}/taking",
        "who is on duty now or next, and did not hand it over",
        404,
        {200: "secretary stand_in", 403: "agent grid_worker cadre operator"},
    ),
    Row("POST /hotline/drafts", "as the shifts", 403, {201: AT_THE_DESK}, body={"desk_code": VILLAGE, "kind": "help"}),
    Row("POST /hotline/drafts/{draft_id}/change", "as the shifts", 404, {200: AT_THE_DESK}, body={"kind": "help"}),
    Row("POST /hotline/drafts/{draft_id}/drop", "as the shifts", 404, {200: AT_THE_DESK}),
    Row(
        "POST /hotline/drafts/{draft_id}/sending",
        "who takes requests in for the area, or is on duty",
        404,
        {201: "agent stand_in grid_worker cadre operator", 403: "secretary"},
    ),
    Row(
        "POST /hotline/missed-calls",
        "as the shifts, and the telephone system of an organisation around it",
        403,
        {201: f"{AT_THE_DESK} client"},
        body=AREA | {"requester_id": "{citizen}"},
    ),
    Row(
        "POST /hotline/missed-calls/{call_id}/call-back",
        "as the shifts",
        404,
        {200: AT_THE_DESK},
        body={"reached": True},
    ),
]


def makers(there: County) -> dict[str, Maker]:
    """A desk with shifts, and what lies at it."""

    async def done(path: str, by: str, **body: object) -> str:
        answer = await there.stand.post(path, by=there.people[by], **body)
        assert answer.status_code < 300, answer.text
        return str(answer.json().get("id"))

    async def shift(by: str, from_hour: int, to_hour: int) -> str:
        await done("/hotline/desks", "operator", **AREA, name="村值班室", office_phone="0736-7250123")
        async with there.stand.mounted.sessions() as session:
            posts = await session.all(select(Post))
        post = next(one.id for one in posts if one.person_id == there.people[by])
        hours = {"from_at": _at(from_hour), "to_at": _at(to_hour)}
        return await done("/hotline/shifts", "operator", **AREA, **hours, post_id=str(post))

    async def shift_id() -> str:
        return await shift("agent", 0, 8)

    async def coming_shift() -> str:
        return await shift("secretary", 8, 16)

    async def pattern_id() -> str:
        await coming_shift()
        body = AREA | WEEKLY | {"post_id": there.things["agency"]}
        return await done("/hotline/patterns", "operator", **body)

    async def note_id() -> str:
        return await done("/hotline/notes", "agent", **AREA, words="三组停水")

    async def draft_id() -> str:
        asked = {"requester_id": str(there.people["citizen"]), "kind": "help", "wording": "路灯坏了"}
        return await done("/hotline/drafts", "agent", desk_code=VILLAGE, **AREA, **asked)

    async def call_id() -> str:
        await coming_shift()
        path, asked = "/hotline/missed-calls", {"requester_id": str(there.people["citizen"])}
        noted = await done(path, "agent", **AREA, **asked)
        called = await there.stand.post(f"{path}/{noted}/call-back", by=there.people["agent"], reached=True)
        assert called.status_code == 200, called.text
        return await done(path, "agent", **AREA, **asked)

    async def hand_over_id() -> str:
        await coming_shift()
        return await done(f"/hotline/shifts/{await shift_id()}/hand-over", "agent", words="请留意停水")

    found = (shift_id, coming_shift, pattern_id, note_id, draft_id, call_id, hand_over_id)
    return {maker.__name__: maker for maker in found}


def _at(hours: int) -> str:
    return (MONDAY + timedelta(hours=hours)).isoformat()
