"""The rows of a desk's lists, its views and exports: what is found there, and by whom."""

from uuid import UUID

from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.gateway.authorisation.county import County, Maker

AT_WORK = "agent stand_in guide secretary cadre supervisor operator auditor"
TAKE_IN = "agent stand_in grid_worker cadre"


def on_both_sides(columns: str) -> str:
    """These roles here and elsewhere; the county's operator has but one column."""
    return " ".join(f"{one} {one}/other" if one != "operator" else one for one in columns.split())


ROWS: list[Row] = [
    signed_in(
        "GET /cases",
        "those that wait for one, that one signed for, or that one's posts reach",
        shows=("request_id", AT_WORK),
    ),
    signed_in(
        "GET /cases",
        "and of these those in which a word was said",
        query={"text": "路灯"},
        shows=("request_id", AT_WORK),
    ),
    signed_in("GET /cases/counts", "how many of them there are, up to a thousand"),
    Row(
        "GET /persons/{person_id}/cases",
        "posts that take requests in, of the cases in their own area",
        404,
        {200: on_both_sides(f"{TAKE_IN} operator")},
        about={"person_id": "citizen"},
        shows=("request_id", f"{TAKE_IN} operator"),
    ),
    signed_in("POST /desk-views/order", "one's own", body={"ids": []}),
    Row(
        "POST /desk-views",
        "whoever holds a post",
        403,
        {201: on_both_sides(f"{AT_WORK} grid_worker")},
        body={"name": "待办", "cut": {"open": True}},
    ),
    signed_in(
        "GET /desk-views", "one's own, and those shared with one's organisations", shows=("view_id", "secretary")
    ),
    Row("POST /desk-views/{view_id}", "whose view it is", 404, {200: "secretary"}, body={"name": "超期", "cut": {}}),
    Row(
        "POST /desk-views/{view_id}/removal",
        "whose view it is, or who answers for whom it is shared with",
        404,
        {200: "secretary"},
    ),
    Row(
        "POST /case-exports",
        "posts that see the cases of an organisation",
        403,
        {201: on_both_sides("secretary cadre supervisor operator auditor")},
        body={"cut": {"open": True}},
    ),
    signed_in("GET /case-exports", "one's own", shows=("export_id", "cadre")),
    Row("GET /case-exports/{export_id}", "whose export it is", 404, {200: "cadre"}),
    Row(
        "POST /bulk-dispatches",
        "posts that dispatch the work of those below",
        403,
        {201: on_both_sides("secretary cadre supervisor operator")},
        body={"post_id": "{agency}", "ids": [str(UUID(int=7))]},
    ),
    signed_in("GET /bulk-dispatches", "one's own", shows=("bulk_id", "cadre")),
    Row("GET /bulk-dispatches/{bulk_id}", "who had it tried", 404, {200: "cadre"}),
    Row(
        "POST /bulk-dispatches/{bulk_id}/undoing",
        "who had it carried out; here it was not carried out yet",
        404,
        {409: "cadre"},
        body={"reason": "派错了岗位"},
    ),
    Row(
        "POST /bulk-dispatches/{bulk_id}/start",
        "who had it tried, with what the preview gave",
        404,
        {409: "cadre"},
        body={"token": "0" * 64},
    ),
    everybody(
        "GET /case-exports/{export_id}/content",
        "who was given its address, for five minutes",
        404,
        query={"until": "0", "signature": "0" * 64},
    ),
]


def makers(there: County) -> dict[str, Maker]:
    """A view that the secretary keeps; an export and a bulk dispatch of the township's cadre."""

    async def done(path: str, by: str, **body: object) -> str:
        answer = await there.stand.post(path, by=there.people[by], **body)
        assert answer.status_code < 300, answer.text
        return str(answer.json()["id"])

    async def view_id() -> str:
        return await done("/desk-views", "secretary", name="待办", cut={"open": True})

    async def export_id() -> str:
        kept = (await there.stand.get("/case-exports", by=there.people["cadre"])).json()["items"]
        return str(kept[0]["id"]) if kept else await done("/case-exports", "cadre", cut={"open": True})

    async def bulk_id() -> str:
        return await done("/bulk-dispatches", "cadre", post_id=there.things["agency"], cut={"open": True})

    return {"view_id": view_id, "export_id": export_id, "bulk_id": bulk_id}
