"""The rows of repeat marks and of what is left out of scores. The cadre marked and proposed; the citizen asked."""

from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.tasks.conftest import VILLAGE

SEES = "citizen agent stand_in guide secretary cadre supervisor operator auditor"
ABOVE = {201: "cadre supervisor operator", 403: "citizen agent stand_in guide secretary auditor"}
WHY = {"reason": "repeat", "words": "同一事项已答复三次"}

ROWS: list[Row] = [
    Row(
        "POST /requests/{request_id}/repeat-mark",
        "those above the organisation, and who is on duty at a desk of the area and sees it",
        404,
        ABOVE,
        body={"reason": "answered_before"},
    ),
    Row("GET /requests/{request_id}/repeat-mark", "as the request", 404, {200: SEES}),
    Row(
        "POST /repeat-marks/{mark_id}/appeal",
        "whoever asked",
        404,
        {200: "citizen"},
        body={"words": "不是同一件事"},
    ),
    Row(
        "POST /repeat-marks/{mark_id}/decision",
        "those above who neither set it nor have the case",
        404,
        {200: "supervisor operator", 403: "citizen agent stand_in guide secretary cadre auditor"},
        about={"mark_id": "appealed"},
        body={"upheld": True},
    ),
    Row("POST /requests/{request_id}/exclusion", "those above the organisation", 404, ABOVE, body=WHY),
    Row(
        "POST /requests/{request_id}/inclusion",
        "those above the organisation",
        404,
        ABOVE,
        about={"request_id": "left_out"},
        body={"words": "应当计入"},
    ),
    everybody(
        "GET /exclusions/figures",
        "who wants to know how many cases count for no score",
        200,
        query={"division": VILLAGE, "month": "2026-11"},
    ),
    signed_in("GET /proposals", "what waits for one's confirmation", shows=("proposal_id", "supervisor operator")),
    Row(
        "POST /proposals/{proposal_id}/confirmation",
        "a second person of the area, never who proposed",
        404,
        {200: "supervisor operator", 403: "cadre"},
    ),
    Row(
        "POST /proposals/{proposal_id}/refusal",
        "as the confirmation, and who proposed",
        404,
        {200: "cadre supervisor operator"},
    ),
]


def makers(there: County) -> dict[str, Maker]:
    """Marks and proposals about fresh cases of the citizen."""

    async def done(path: str, by: str, **body: object) -> dict[str, object]:
        answer = await there.stand.post(path, by=there.people[by], **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    async def case() -> str:
        asked = {"division_code": VILLAGE, "kind": "help", "wording": "路灯坏了"}
        return str((await done("/requests", "citizen", **asked))["id"])

    async def mark_id() -> str:
        return str((await done(f"/requests/{await case()}/repeat-mark", "cadre", reason="answered_before"))["id"])

    async def appealed() -> str:
        mark = await mark_id()
        await done(f"/repeat-marks/{mark}/appeal", "citizen", words="不是同一件事")
        return mark

    async def proposal_id() -> str:
        return str((await done(f"/requests/{await case()}/exclusion", "cadre", **WHY))["proposal_id"])

    async def left_out() -> str:
        found = await case()
        proposal = (await done(f"/requests/{found}/exclusion", "cadre", **WHY))["proposal_id"]
        await done(f"/proposals/{proposal}/confirmation", "operator")
        return found

    return {maker.__name__: maker for maker in (mark_id, appealed, proposal_id, left_out)}
