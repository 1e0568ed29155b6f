"""The rows of merging. The cases lie in the village; the cadre stands above it, the agent has them."""

from tests.gateway.authorisation.columns import Row
from tests.gateway.authorisation.county import County, Maker
from tests.tasks.conftest import VILLAGE

SEES = "citizen agent stand_in guide secretary cadre supervisor operator auditor"
ABOVE = {200: "cadre supervisor operator", 403: "citizen agent stand_in guide secretary auditor"}

ROWS: list[Row] = [
    Row(
        "POST /requests/{request_id}/parts",
        "those above the organisation, and who is on duty at a desk of the area and sees them",
        404,
        ABOVE,
        body={"request_ids": ["{another}"]},
    ),
    Row("POST /requests/{request_id}/parting", "who may merge", 404, ABOVE, about={"request_id": "merged"}),
    Row("GET /requests/{request_id}/together", "as the request", 404, {200: SEES}),
]


def makers(there: County) -> dict[str, Maker]:
    """Another case of the same matter, and one that is merged."""

    async def done(path: str, by: str, **body: object) -> str:
        answer = await there.stand.post(path, by=there.people[by], **body)
        assert answer.status_code < 300, answer.text
        return str(answer.json()["id"])

    async def another() -> str:
        return await done("/requests", "citizen", division_code=VILLAGE, kind="help", wording="路灯坏了")

    async def merged() -> str:
        part = await another()
        await done(f"/requests/{await another()}/parts", "cadre", request_ids=[part])
        return part

    return {maker.__name__: maker for maker in (another, merged)}
