"""The rows of dispatches, helpers and signatures. The case lies with the village's agent; the grid worker helps."""

from typing import Any

from sqlmodel import select

from services.tasks.roster.model import Post
from tests.gateway.authorisation.columns import Row, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.tasks.conftest import VILLAGE

SEES = "citizen agent stand_in guide secretary cadre supervisor operator auditor"
LEADS = "agent stand_in cadre supervisor operator"

ROWS: list[Row] = [
    Row("GET /requests/{request_id}/dispatches", "as the request", 404, {200: SEES}),
    Row("GET /requests/{request_id}/helpers", "as the request", 404, {200: SEES}),
    Row("GET /requests/{request_id}/signatures", "as the request", 404, {200: SEES, 404: "client"}),
    Row(
        "GET /requests/{request_id}/signatures",
        "and the client that sent it in",
        404,
        {200: f"{SEES} client"},
        about={"request_id": "sent_in"},
    ),
    Row(
        "POST /requests/{request_id}/take-up",
        "the chair before whom it lies",
        404,
        {200: "supervisor", 403: "citizen guide secretary cadre operator auditor"},
        about={"request_id": "difficult"},
        body={"promised_on": "2026-11-18"},
    ),
    Row(
        "POST /requests/{request_id}/helpers",
        "who leads it or acts for them, and those above",
        404,
        {201: LEADS, 403: "citizen guide secretary auditor"},
        body={"post_id": "{post_id}"},
    ),
    Row(
        "POST /requests/{request_id}/helpers/notes",
        "who helps with it",
        404,
        {201: "grid_worker", 403: SEES},
        about={"request_id": "helped"},
        body={"words": "现场看过"},
    ),
    Row(
        "POST /requests/{request_id}/helpers/{helper_id}/release",
        "who leads it or acts for them, and those above",
        404,
        {200: LEADS, 403: "citizen grid_worker guide secretary auditor"},
        about={"request_id": "helped"},
    ),
    signed_in(
        "GET /requests",
        "those in which one helps",
        given={200: "client"},
        query={"whose": "helping"},
        shows=("helped", "grid_worker"),
    ),
]


def makers(there: County) -> dict[str, Maker]:
    """A case before its chair, one with a helper, and that helper."""

    async def done(path: str, by: str, **body: Any) -> dict[str, object]:
        answer = await there.stand.post(path, by=there.people[by], **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    async def post_of(column: str) -> str:
        async with there.stand.mounted.sessions() as session:
            posts = await session.all(select(Post))
        return str(next(one.id for one in posts if one.person_id == there.people[column]))

    async def fresh() -> str:
        body = {"division_code": VILLAGE, "kind": "help", "wording": "桥断了"}
        return str((await done("/requests", "citizen", **body))["id"])

    async def difficult() -> str:
        case = await fresh()
        await done(f"/requests/{case}/return", "agent", reason="不归我管")
        for column in ("grid_worker", "secretary"):
            await done(f"/requests/{case}/dispatch", "cadre", post_id=await post_of(column))
            await done(f"/requests/{case}/return", column, reason="不归我管")
        return case

    async def helped() -> str:
        case = await fresh()
        await done(f"/requests/{case}/helpers", "agent", post_id=await post_of("grid_worker"))
        return case

    async def helper_id() -> str:
        case = await there.thing("helped")
        found = await there.stand.get(f"/requests/{case}/helpers", by=there.people["agent"])
        return str(found.json()["items"][0]["id"])

    return {"difficult": difficult, "helped": helped, "helper_id": helper_id}
