"""The rows of drafts that people are asked about, and fresh ones of the village of the left columns."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import select

from services.feedback.suggestions.model import Consultation
from tests.feedback import facts
from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.tasks.conftest import MONDAY

IN_CHARGE = "secretary cadre supervisor operator"
TODAY = MONDAY.date()
DRAFT: dict[str, object] = {
    "division_code": facts.VILLAGE,
    "title": "村规民约修改",
    "draft": "第一条 每周五打扫门前。",
    "decides": "村民会议",
    "from_on": str(TODAY),
    "to_on": str(TODAY + timedelta(days=10)),
}

ROWS: list[Row] = [
    everybody("GET /consultations", "who wants to know what is to be decided", 200, query={"code": facts.VILLAGE}),
    Row("POST /consultations", "who is in charge of the area", 403, {201: IN_CHARGE}, body=DRAFT),
    everybody("GET /consultations/{consultation_id}", "as the list", 200),
    everybody("GET /consultations/{consultation_id}/suggestions", "as the list; nobody reads who suggested", 200),
    Row("POST /consultations/{consultation_id}/suggestions", "every person", 201, body={"words": "改成周日"}),
    Row("GET /consultations/{consultation_id}/inbox", "who is in charge of the area", 403, {200: IN_CHARGE}),
    Row("GET /consultations/{consultation_id}/sheet", "who is in charge of the area", 403, {200: IN_CHARGE}),
    Row(
        "POST /consultations/{consultation_id}/answers",
        "who is in charge of the area; here about somebody else's",
        403,
        {422: IN_CHARGE},
        body={"suggestion_ids": [str(uuid4())], "adoption": "adopted", "reason": "周日人齐"},
    ),
    Row(
        "POST /consultations/{consultation_id}/decision",
        "who is in charge of the area",
        403,
        {200: IN_CHARGE},
        body={"words": "通过"},
        about={"consultation_id": "consulted"},
    ),
    Row(
        "POST /consultations/{consultation_id}/withdrawal",
        "who is in charge of the area",
        403,
        {200: IN_CHARGE},
        body={"words": "另行起草"},
    ),
    signed_in("GET /suggestions/mine", "one's own"),
    Row(
        "POST /suggestions/{suggestion_id}/wording",
        "who is in charge of the area",
        403,
        {200: IN_CHARGE},
        body={"wording": "建议改成周日"},
    ),
]


def makers(there: County) -> dict[str, Maker]:
    """Fresh drafts, and suggestions about them."""

    async def done(path: str, by: UUID, **body: Any) -> dict[str, Any]:
        answer = await there.stand.post(path, by=by, **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    async def consultation_id() -> str:
        made = await done("/consultations", there.people["secretary"], **DRAFT)
        return str(made["consultation"]["id"])

    async def consulted() -> str:
        """One whose last day is over."""
        made = UUID(await consultation_id())
        async with there.stand.mounted.sessions() as session:
            (one,) = await session.all(select(Consultation).where(Consultation.id == made).with_for_update())
            one.to_on = TODAY - timedelta(days=1)
        return str(made)

    async def suggestion_id() -> str:
        path = f"/consultations/{await consultation_id()}/suggestions"
        return str((await done(path, uuid4(), words="改成周日"))["id"])

    return {maker.__name__: maker for maker in (consultation_id, consulted, suggestion_id)}
