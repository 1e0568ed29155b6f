"""The rows of own times and of the catalogue's forms. The village's agent says how long they need."""

from tests.gateway.authorisation.columns import Row, everybody
from tests.gateway.authorisation.county import County, Maker

SEES = "citizen agent stand_in guide secretary cadre supervisor operator auditor"
SAID = {"post_id": "{agency}", "item_code": "senior-certificate", "own_days": 3}

ROWS: list[Row] = [
    everybody("GET /catalogue/templates/{file}", "who wants a form to fill in", 200),
    Row("POST /catalogue/promises", "the holder of the post that it is said for", 403, {201: "agent"}, body=SAID),
    Row("POST /catalogue/promises/{promise_id}/end", "who said it", 404, {200: "agent"}),
    Row("GET /requests/{request_id}/promise", "as the request", 404, {200: SEES}),
]


def makers(there: County) -> dict[str, Maker]:
    """What the agent said."""

    async def promise_id() -> str:
        body = SAID | {"post_id": await there.thing("agency")}
        said = await there.stand.post("/catalogue/promises", by=there.people["agent"], **body)
        assert said.status_code == 201, said.text
        return str(said.json()["id"])

    return {"promise_id": promise_id}
