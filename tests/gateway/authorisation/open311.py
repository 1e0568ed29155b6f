"""The rows of what the public is shown, of whoever looks it over, and of systems that speak Open311."""

from io import BytesIO
from uuid import uuid4

from PIL import Image

from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.mounting import token
from tests.tasks.conftest import VILLAGE

PUBLISHED = {"request_id": "published"}
SEE_ONLY = "citizen agent guide secretary auditor"
REVIEWED = {200: "cadre supervisor operator", 403: f"{SEE_ONLY} stand_in"}
LIGHT = {
    "service_code": "street-light",
    "address_id": VILLAGE,
    "description": "第三根灯不亮",
    "attributes": {"fault": ["out"]},
}

ROWS: list[Row] = [
    signed_in(
        "GET /publications",
        "those above the village, of their own area",
        shows=("published", "cadre supervisor operator"),
    ),
    Row(
        "GET /requests/{request_id}/publication",
        "as the request",
        404,
        {200: f"{SEE_ONLY} stand_in cadre supervisor operator"},
        about=PUBLISHED,
    ),
    Row(
        "POST /requests/{request_id}/publication",
        "cadres, supervisors and operators of its area",
        404,
        REVIEWED,
        about=PUBLISHED,
        body={"description": "路口的路灯不亮。"},
    ),
    Row(
        "POST /requests/{request_id}/publication/withholding",
        "cadres, supervisors and operators of its area",
        404,
        REVIEWED,
        about=PUBLISHED,
        body={"withheld": True},
    ),
    Row(
        "POST /requests/{request_id}/publication/files",
        "cadres, supervisors and operators of its area",
        404,
        {200: "cadre supervisor operator", 403: SEE_ONLY},
        about=PUBLISHED,
        body={"attachment_id": "{picture}", "released": True},
    ),
    Row(
        "POST /requests/{request_id}/publication/supplements",
        "cadres, supervisors and operators of its area; there is none to this case",
        404,
        {422: "cadre supervisor operator", 403: SEE_ONLY},
        about=PUBLISHED,
        body={"supplement_id": "{published}", "description": "现在两根都不亮。"},
    ),
    everybody("GET /internal/open311/services", "the gateway's façade, for anybody", 200),
    everybody("GET /internal/open311/services/{service_code}", "the gateway's façade, for anybody", 200),
    Row(
        "GET /internal/open311/area",
        "a system outside: its own area, by its Open311 key at the gateway",
        403,
        {200: "client"},
    ),
    everybody("GET /internal/open311/requests", "the gateway's façade, for anybody: what is public", 200),
    everybody(
        "GET /internal/open311/requests/{service_request_id}",
        "the gateway's façade, for anybody: what is public",
        200,
        about={"service_request_id": "published"},
    ),
    everybody(
        "GET /internal/open311/requests/{service_request_id}",
        "and nothing of what is not",
        404,
        about={"service_request_id": "request_id"},
    ),
    everybody("GET /internal/open311/updates", "the gateway's façade, for anybody: what is public", 200),
    everybody(
        "GET /internal/open311/media/{attachment_id}",
        "the gateway's façade, for anybody: a picture that was let out, and no other",
        404,
    ),
    everybody("POST /internal/open311/tokens", "who was given a token", 404, body={"token": "0" * 40}),
    Row(
        "POST /internal/open311/requests",
        "a system outside, in the area of its organisation, by its Open311 key at the gateway",
        403,
        {201: "client"},
        body=LIGHT,
    ),
    Row(
        "POST /internal/open311/requests/{request_id}/media",
        "the system that sent the case in; this is no picture",
        404,
        {415: "client"},
        about={"request_id": "sent_in"},
    ),
    Row(
        "POST /internal/open311/updates",
        "the system that sent the case in",
        404,
        {201: "client"},
        body={"service_request_id": "{sent_in}", "description": "现在两根都不亮。"},
    ),
]


def makers(there: County) -> dict[str, Maker]:
    """A public case of the village, and a picture that proves how it was handled."""

    async def published() -> str:
        asked = {"division_code": VILLAGE, "item_code": "street-light"}
        answer = await there.stand.post("/requests", by=there.people["citizen"], **asked)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def picture() -> str:
        path, agent = f"/requests/{await there.thing('published')}", there.people["agent"]
        drawn = BytesIO()
        Image.new("RGB", (2, 2)).save(drawn, "PNG")
        headers = {"authorization": f"Bearer {token(agent)}", "idempotency-key": uuid4().hex}
        kept = await there.stand.client.post("/attachments", content=drawn.getvalue(), headers=headers)
        picture = str(kept.json()["id"])
        await there.stand.post(f"{path}/promise", by=agent, promised_on="2026-11-18")
        done = await there.stand.post(f"{path}/report", by=agent, note="换了灯泡", evidence=[picture])
        assert done.status_code == 200, done.text
        return picture

    return {maker.__name__: maker for maker in (published, picture)}
