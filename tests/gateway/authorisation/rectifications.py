"""The rows of rectifications: the citizen finds a case of the village wanting, whose secretary answers for it."""

from typing import Any

from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.tasks.conftest import VILLAGE

ROWS: list[Row] = [
    signed_in("GET /rectifications", "those that one answers for", shows=("rectification_id", "secretary")),
    signed_in(
        "GET /rectifications/below",
        "those of the organisations whose work one oversees",
        shows=("rectification_id", "cadre supervisor operator"),
    ),
    signed_in("GET /rectifications/below/sheet", "the same as a spreadsheet"),
    Row(
        "POST /rectifications/{rectification_id}/plan",
        "who answers for it",
        404,
        {200: "secretary", 403: "cadre supervisor operator"},
        body={"words": "明天去", "ground": "simple"},
    ),
    Row(
        "GET /rectifications/{rectification_id}",
        "who answers for it, and those above",
        404,
        {200: "secretary cadre supervisor operator"},
    ),
    Row(
        "POST /rectifications/{rectification_id}/leave",
        "those above who did neither the work nor the rectification",
        404,
        {200: "cadre supervisor operator"},
        about={"rectification_id": "longer"},
        body={"granted": True},
    ),
    Row(
        "POST /rectifications/{rectification_id}/report",
        "who answers for it",
        404,
        {200: "secretary", 403: "cadre supervisor operator"},
        about={"rectification_id": "planned"},
        body={"words": "修好了", "evidence": ["{proof}"]},
    ),
    Row(
        "POST /rectifications/{rectification_id}/verification",
        "those above who did neither the work nor the rectification",
        404,
        {200: "cadre supervisor operator"},
        about={"rectification_id": "mended"},
        body={"put_right": True},
    ),
    signed_in("GET /rechecks", "the calls that one's organisation, or one below it, owes"),
    everybody(
        "GET /rechecks/draws",
        "who wants to know how many cases the next level asks about",
        200,
        query={"division": VILLAGE, "month": "2026-11"},
    ),
]


def makers(there: County) -> dict[str, Maker]:
    """A rectification at each stage, of a case that the agent handled."""

    async def done(path: str, by: str, **body: Any) -> dict[str, object]:
        answer = await there.stand.post(path, by=there.people[by], **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    async def rectification_id() -> str:
        case = await there.makers["handled"]()
        await done(f"/requests/{case}/judgement", "citizen", solved="no", round=1)
        shown = await there.stand.get(f"/requests/{case}", by=there.people["citizen"])
        return str(shown.json()["rectifications"][0]["id"])

    async def planned() -> str:
        mending = await rectification_id()
        await done(f"/rectifications/{mending}/plan", "secretary", words="明天去", ground="simple")
        return mending

    async def longer() -> str:
        """It was planned as simple, and turned out to be complex."""
        mending = await planned()
        await done(f"/rectifications/{mending}/plan", "secretary", words="要换线", ground="complex")
        return mending

    async def proof() -> str:
        return await there.stand.attach(by=there.people["secretary"])

    async def mended() -> str:
        mending = await planned()
        await done(f"/rectifications/{mending}/report", "secretary", words="修好了", evidence=[await proof()])
        return mending

    of_rectifications = (rectification_id, planned, longer, proof, mended)
    return {maker.__name__: maker for maker in of_rectifications}
