"""The rows of what citizens may do with a case, and of those who ask, tell and decide for them."""

from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.gateway.authorisation.county import County, Maker

SEES = "citizen agent stand_in guide secretary cadre supervisor operator auditor"
ABOVE = "cadre supervisor operator auditor"

ROWS: list[Row] = [
    everybody("POST /tracking", "who knows a tracking code; it shows the progress and carries no other right", 422),
    Row(
        "POST /requests/{request_id}/reply",
        "who handled it, and posts that take requests in for the area, as far as they see it",
        404,
        {200: "agent cadre operator", 403: "citizen guide secretary supervisor auditor"},
        about={"request_id": "handled"},
        body={"how": "in_person"},
    ),
    Row(
        "POST /requests/{request_id}/call-back",
        "a desk of the township or county without a part in it; never an agent of the village",
        404,
        {200: "cadre supervisor operator", 403: "citizen agent guide secretary auditor"},
        about={"request_id": "handled"},
        body={"reached": "not_reached", "round": 1},
    ),
    signed_in("GET /call-backs", "cases within reach, not one's own, whose requesters wait to be asked"),
    Row(
        "GET /call-backs/presence",
        "a desk of the township or county, of cases in its area in which it had no part",
        403,
        {200: "cadre supervisor operator cadre/other supervisor/other"},
    ),
    Row(
        "POST /requests/{request_id}/slips",
        "as the call-back",
        404,
        {201: "cadre supervisor operator", 403: "citizen agent guide secretary auditor"},
        about={"request_id": "handled"},
    ),
    Row(
        "POST /requests/{request_id}/appeal",
        "the requester alone",
        404,
        {201: "citizen"},
        about={"request_id": "handled"},
        body={"words": "没有修好"},
    ),
    signed_in("GET /appeals", "those within reach that wait for a decision", shows=("appeal_id", ABOVE)),
    Row("GET /requests/{request_id}/appeals", "as the request", 404, {200: SEES}),
    Row(
        "POST /appeals/{appeal_id}/decision",
        "those above who had no part in the case",
        404,
        {200: "cadre supervisor operator"},
        body={"upheld": True, "words": "确实没有修好"},
    ),
    Row(
        "POST /requests/{request_id}/petition",
        "those above whoever has it",
        404,
        {201: "cadre supervisor operator", 403: "citizen agent stand_in guide secretary auditor"},
        about={"request_id": "handling"},
        body={"office": "信访局", "reason": "历史遗留问题"},
    ),
    Row("GET /requests/{request_id}/petition", "as the request", 404, {200: SEES}),
    Row(
        "GET /petitions/{petition_id}/pack",
        "those above whoever has it",
        404,
        {200: "cadre supervisor operator", 403: "citizen agent stand_in guide secretary auditor"},
    ),
    Row(
        "POST /petitions/{petition_id}/receipt",
        "those above whoever has it",
        404,
        {200: "cadre supervisor operator", 403: "citizen agent stand_in guide secretary auditor"},
        body={"number": "1", "received_by": "王样", "received_on": "2026-11-16"},
    ),
    Row(
        "POST /petitions/{petition_id}/extension",
        "those above whoever has the case",
        404,
        {200: "cadre supervisor operator", 403: "citizen agent stand_in guide secretary auditor"},
        about={"petition_id": "received_petition"},
        body={"reason": "案情复杂", "approved_by": "区信访局局长", "approved_on": "2026-11-16"},
    ),
    everybody("POST /slips", "who holds a slip: its code is good for one answer", 422),
]


def makers(there: County) -> dict[str, Maker]:
    """An outcome that was appealed against, and a case that was handed over."""

    async def done(path: str, by: str, **body: str) -> str:
        answer = await there.stand.post(path, by=there.people[by], **body)
        assert answer.status_code < 300, answer.text
        return str(answer.json()["id"])

    async def appeal_id() -> str:
        case = await there.makers["handled"]()
        return await done(f"/requests/{case}/appeal", "citizen", words="没有修好")

    async def petition_id() -> str:
        case = await there.makers["handling"]()
        return await done(f"/requests/{case}/petition", "cadre", office="信访局", reason="历史遗留问题")

    async def received_petition() -> str:
        petition = await petition_id()
        body = {"number": "1", "received_by": "王样", "received_on": "2026-11-16"}
        answer = await there.stand.post(f"/petitions/{petition}/receipt", by=there.people["cadre"], **body)
        assert answer.status_code == 200, answer.text
        return petition

    return {"appeal_id": appeal_id, "petition_id": petition_id, "received_petition": received_petition}
