"""The rows of disclosures and the questions about them, and fresh ones of the village of the left columns."""

from itertools import count
from typing import Any
from uuid import UUID, uuid4

from tests.feedback import facts
from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.gateway.authorisation.county import County, Maker

REACHED = "secretary cadre supervisor operator auditor"
SUPERVISES = "cadre supervisor"
EDITION: dict[str, object] = {"words": "批准征地 12 亩", "figures": [{"title": "面积", "amount": "12", "unit": "亩"}]}
HERE = {"code": facts.VILLAGE}

ROWS: list[Row] = [
    everybody(
        "GET /disclosures", "who wants to know what a village made public", 200, query={"division_code": facts.VILLAGE}
    ),
    everybody("GET /disclosures/kinds", "who wants to know what has to be public", 200),
    everybody("GET /disclosures/missing", "who wants to know what is not", 200, query=HERE),
    Row("GET /disclosures/work", "whose posts reach the area", 403, {200: REACHED}, query=HERE | {"waits": "words"}),
    Row(
        "POST /disclosures",
        "the village's secretary, and who supervises it",
        403,
        {201: f"secretary {SUPERVISES}"},
        body={
            "division_code": facts.VILLAGE,
            "kind_code": "land",
            "event": "{event}",
            "happened_on": "2026-11-10",
        },
    ),
    everybody("GET /disclosures/{disclosure_id}", "as the list", 200),
    Row("GET /disclosures/{disclosure_id}/editions", "whose posts reach the village", 403, {200: REACHED}),
    Row(
        "POST /disclosures/{disclosure_id}/editions",
        "the village's secretary",
        403,
        {201: "secretary"},
        body=EDITION,
    ),
    Row(
        "POST /disclosures/{disclosure_id}/confirmation",
        "who supervises the village, never who wrote it",
        403,
        {200: SUPERVISES},
        about={"disclosure_id": "written_disclosure"},
    ),
    Row(
        "POST /disclosures/{disclosure_id}/return",
        "who supervises the village",
        403,
        {200: SUPERVISES},
        body={"words": "请列出面积"},
        about={"disclosure_id": "written_disclosure"},
    ),
    everybody("GET /disclosures/{disclosure_id}/questions", "as the list; nobody reads who asked", 200),
    Row(
        "POST /disclosures/{disclosure_id}/questions",
        "every person",
        201,
        body={"words": "补偿何时发？"},
    ),
    signed_in("GET /disclosure-questions/mine", "one's own"),
    Row(
        "GET /disclosure-questions",
        "whose posts reach the area; none reads who asked",
        403,
        {200: REACHED},
        query=HERE | {"waits": "answer"},
        shows=("question_id", REACHED),
    ),
    Row(
        "POST /disclosure-questions/{question_id}/answer",
        "the village's secretary",
        403,
        {200: "secretary"},
        body={"words": "本月内发放"},
    ),
    Row(
        "POST /disclosure-questions/{question_id}/wording",
        "who supervises the village",
        403,
        {200: SUPERVISES},
        body={"wording": "补偿何时发放？"},
    ),
]


def makers(there: County) -> dict[str, Maker]:
    """Fresh disclosures, written and not, and questions."""

    async def done(path: str, by: UUID, **body: Any) -> dict[str, object]:
        answer = await there.stand.post(path, by=by, **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    events = count(1)

    async def event() -> str:
        return f"第 {next(events)} 次征地"

    async def disclosure_id() -> str:
        body = {"division_code": facts.VILLAGE, "kind_code": "land", "happened_on": "2026-11-10"}
        return str((await done("/disclosures", there.people["supervisor"], event=await event(), **body))["id"])

    async def written_disclosure() -> str:
        made = await disclosure_id()
        await done(f"/disclosures/{made}/editions", there.people["secretary"], **EDITION)
        return made

    async def question_id() -> str:
        asked = await done(f"/disclosures/{await disclosure_id()}/questions", uuid4(), words="补偿何时发？")
        return str(asked["id"])

    made = (event, disclosure_id, written_disclosure, question_id)
    return {maker.__name__: maker for maker in made}
