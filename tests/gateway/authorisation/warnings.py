"""The rows of notices, which are one's own, of supervision orders, and of interim replies."""

from typing import Any

from tests.gateway.authorisation.columns import Row, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.gateway.authorisation.tasks import SEES
from tests.tasks.conftest import VILLAGE

ROWS: list[Row] = [
    signed_in("GET /notices", "one's own", shows=("notice_id", "agent")),
    signed_in("GET /notices/digests", "one's own", shows=("digest_id", "agent")),
    signed_in("GET /notices/unread", "how many of one's own"),
    signed_in("POST /notices/read", "all of one's own"),
    Row("GET /notices/{notice_id}/lines", "whose digest it is", 404, {200: "agent"}, about={"notice_id": "digest_id"}),
    Row("POST /notices/{notice_id}/read", "whose notice it is", 404, {200: "agent"}),
    Row(
        "POST /requests/{request_id}/orders",
        "those who supervise the unit that has it",
        404,
        {201: "supervisor operator", 403: "citizen agent stand_in guide secretary cadre auditor"},
        body={"words": "请三日内解决"},
    ),
    signed_in("GET /orders", "those addressed to one", shows=("order_id", "secretary")),
    signed_in("GET /orders", "those one issued", query={"whose": "issued"}, shows=("order_id", "supervisor")),
    signed_in(
        "GET /orders",
        "those on cases that one's posts reach",
        query={"whose": "below"},
        shows=("order_id", "guide secretary cadre supervisor operator auditor"),
    ),
    signed_in("GET /orders/counts", "open ones within one's reach, by colour"),
    Row(
        "GET /orders/{order_id}",
        "who issued it, to whom it is addressed, whose posts see the case",
        404,
        {200: "guide secretary cadre supervisor operator auditor"},
    ),
    Row(
        "POST /orders/{order_id}/reply",
        "the head of the unit, or who acts for them",
        404,
        {200: "secretary", 403: "guide cadre supervisor operator auditor"},
        body={"words": "明天修好", "promised_on": "2026-11-18"},
    ),
    Row(
        "POST /orders/{order_id}/close",
        "those who supervise the unit",
        404,
        {200: "supervisor operator", 403: "guide secretary cadre auditor"},
        body={"words": "发错了"},
    ),
    Row(
        "POST /requests/{request_id}/interim-reply",
        "whoever has it, or acts for them",
        404,
        {201: "agent stand_in", 403: "citizen guide secretary cadre supervisor operator auditor"},
        body={"words": "配件已订"},
    ),
    Row("GET /requests/{request_id}/interim-replies", "as the request", 404, {200: SEES}),
]


def makers(there: County) -> dict[str, Maker]:
    """A case under a supervision order."""

    async def done(path: str, by: str, **body: Any) -> dict[str, object]:
        answer = await there.stand.post(path, by=there.people[by], **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    async def order_id() -> str:
        asked = {"division_code": VILLAGE, "kind": "help", "wording": "路灯坏了"}
        case = (await done("/requests", "citizen", **asked))["id"]
        return str((await done(f"/requests/{case}/orders", "supervisor", words="请三日内解决"))["id"])

    return {"order_id": order_id}
