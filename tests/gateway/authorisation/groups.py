"""The rows of working groups, led by the secretary with the agent in them, of their reports, and of bulletins."""

from datetime import timedelta
from uuid import UUID

from sqlmodel import select

from services.tasks.daily_reports.actions import content_of, publish
from services.tasks.groups.model import WorkGroup
from services.tasks.roster.model import Organization, Post
from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.tasks.conftest import DISTRICT, MONDAY, TOWNSHIP, VILLAGE

TODAY = MONDAY.date()
SEES = "agent secretary cadre supervisor operator auditor"
SETS_UP = "secretary cadre supervisor operator"
CHANGES = {200: SETS_UP, 403: "agent auditor"}
POSTS = {"leader_post_id": "{secretarys_post}", "member_post_ids": ["{agents_post}"]}
DAYS = {"from_on": str(TODAY), "to_on": str(TODAY + timedelta(days=9))}
TURN = {"post_id": "{agents_post}", "division_code": VILLAGE, "from_on": str(TODAY), "to_on": str(TODAY)}
PAST = {"first_on": str(TODAY - timedelta(days=7)), "last_on": str(TODAY - timedelta(days=1))}

ROWS: list[Row] = [
    Row(
        "POST /groups",
        "those in office over the area",
        403,
        {201: SETS_UP},
        body=POSTS | DAYS | {"division_code": VILLAGE, "title": "工作组", "matter": "环境整治"},
    ),
    signed_in("GET /groups", "those one is in, and those of one's area", shows=("group_id", SEES)),
    Row("GET /groups/{group_id}", "its members, and those in office over its area", 404, {200: SEES}),
    Row(
        "GET /groups/{group_id}/interviews",
        "as the group; of its interviews those within reach",
        404,
        {200: SEES},
        shows=("interview_id", "secretary cadre supervisor operator auditor"),
    ),
    Row("POST /groups/{group_id}/members", "those in office over the area", 404, CHANGES, body=POSTS),
    Row("POST /groups/{group_id}/end", "those in office over the area", 404, CHANGES, body={}),
    Row(
        "POST /groups/{group_id}/stationings",
        "its leader, and those in office over the area",
        404,
        {201: SETS_UP, 403: "agent auditor"},
        body={"turns": [TURN]},
    ),
    Row("GET /groups/{group_id}/stationings", "as the group", 404, {200: SEES}),
    Row(
        "POST /stationings/{turn_id}/hand-over",
        "who is stationed",
        404,
        {200: "agent", 403: "secretary cadre supervisor operator auditor"},
        body={"words": "路灯已修"},
    ),
    Row(
        "POST /stationings/{turn_id}/taking-over",
        "who comes next, or the leader",
        404,
        {200: "secretary", 403: "agent cadre supervisor operator auditor"},
        about={"turn_id": "handed_turn"},
        body={},
    ),
    Row("POST /stationings/{turn_id}/cancellation", "its leader, and those above", 404, CHANGES, body={}),
    Row("GET /groups/{group_id}/today", "as the group", 404, {200: SEES}),
    Row("GET /groups/{group_id}/daily-reports", "as the group", 404, {200: SEES}),
    Row("GET /daily-reports/{report_id}", "as the group", 404, {200: SEES}),
    Row("GET /daily-reports/{report_id}/document", "as the group", 404, {200: SEES}, query={"form": "html"}),
    Row(
        "POST /daily-reports/{report_id}/editions",
        "its leader, and those in office over the area; the rows say the same",
        404,
        {409: SETS_UP, 403: "agent auditor"},
        body={"reason": "fault"},
    ),
    Row(
        "GET /bulletins/preview",
        "cadres, supervisors and secretaries of the organisation itself",
        403,
        {200: "cadre supervisor"},
        query=PAST | {"organization_id": "{township_id}"},
    ),
    Row(
        "POST /bulletins",
        "cadres, supervisors and secretaries of the organisation itself",
        403,
        {201: "cadre supervisor"},
        body=PAST | {"organization_id": "{township_id}"},
    ),
    everybody("GET /bulletins", "everybody", 200, query={"division_code": DISTRICT}),
    everybody("GET /bulletins/{bulletin_id}", "everybody", 200),
    everybody("GET /bulletins/{bulletin_id}/document", "everybody", 200, query={"form": "html"}),
    Row(
        "POST /bulletins/{bulletin_id}/editions",
        "cadres, supervisors and secretaries of the organisation itself; the rows say the same",
        403,
        {409: "cadre supervisor"},
        body={"reason": "fault"},
    ),
]


def makers(there: County) -> dict[str, Maker]:
    """Groups of the village, with turns, a report of today and a bulletin of the township."""

    async def done(path: str, by: str, **body: object) -> dict[str, object]:
        answer = await there.stand.post(path, by=there.people[by], **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    async def post_of(column: str) -> str:
        async with there.stand.mounted.sessions() as session:
            posts = await session.all(select(Post))
        return str(next(post.id for post in posts if post.person_id == there.people[column]))

    async def secretarys_post() -> str:
        return await post_of("secretary")

    async def agents_post() -> str:
        return await post_of("agent")

    async def township_id() -> str:
        async with there.stand.mounted.sessions() as session:
            found = await session.all(select(Organization))
        return str(next(one.id for one in found if one.division_code == TOWNSHIP))

    async def group_id() -> str:
        posts = {"leader_post_id": await secretarys_post(), "member_post_ids": [await agents_post()]}
        asked = DAYS | {"division_code": VILLAGE, "title": "工作组", "matter": "环境整治"}
        return str((await done("/groups", "cadre", **posts, **asked))["group"]["id"])  # type: ignore[index]

    async def turn_id() -> str:
        turn = TURN | {"post_id": await agents_post()}
        planned = await done(f"/groups/{await group_id()}/stationings", "cadre", turns=[turn])
        return str(planned["items"][0]["id"])  # type: ignore[index]

    async def handed_turn() -> str:
        turn = await turn_id()
        await done(f"/stationings/{turn}/hand-over", "agent", words="路灯已修")
        return turn

    async def report_id() -> str:
        group = UUID(await group_id())
        async with there.stand.mounted.sessions() as session:
            found = await session.get(WorkGroup, group, lock=True)
            assert found is not None
            report = publish(session, found, await content_of(session, found, TODAY), edition=1, by=None, reason=None)
        return str(report.id)

    async def bulletin_id() -> str:
        made = await done("/bulletins", "cadre", **PAST, organization_id=await township_id())
        return str(made["bulletin"]["id"])  # type: ignore[index]

    found = (secretarys_post, agents_post, township_id, group_id, turn_id, handed_turn, report_id, bulletin_id)
    return {maker.__name__: maker for maker in found}
