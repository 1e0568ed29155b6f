"""The rows of clocks: signing without a date, first contact, pauses and extensions."""

from typing import Any

from tests.gateway.authorisation.columns import Row, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.tasks.conftest import VILLAGE

OF_THE_AGENT = {200: "agent stand_in", 403: "citizen guide secretary cadre supervisor operator auditor"}

ROWS: list[Row] = [
    Row(
        "POST /requests/{request_id}/acceptance",
        "whom it was dispatched to, or who acts for them",
        404,
        OF_THE_AGENT,
    ),
    Row(
        "POST /requests/{request_id}/contact",
        "who signed for it, or acts for them",
        404,
        OF_THE_AGENT,
        about={"request_id": "accepted"},
    ),
    Row(
        "POST /requests/{request_id}/pause",
        "who has it, or acts for them",
        404,
        OF_THE_AGENT,
        body={"reason": "papers"},
        about={"request_id": "handling"},
    ),
    Row(
        "POST /requests/{request_id}/resume",
        "who has it, or acts for them, and those above who did not handle it",
        404,
        {200: "agent stand_in cadre supervisor operator", 403: "citizen guide secretary auditor"},
        about={"request_id": "paused"},
    ),
    Row(
        "POST /requests/{request_id}/extension",
        "who has it, or acts for them",
        404,
        {201: "agent stand_in", 403: "citizen guide secretary cadre supervisor operator auditor"},
        body={"days": 2, "reason": "等配件"},
        about={"request_id": "handling"},
    ),
    Row(
        "GET /requests/{request_id}/extensions",
        "who asked, who works on it, whose posts reach it",
        404,
        {200: "citizen agent stand_in guide secretary cadre supervisor operator auditor"},
    ),
    Row(
        "GET /requests/{request_id}/clocks",
        "who asked, who works on it, whose posts reach it",
        404,
        {200: "citizen agent stand_in guide secretary cadre supervisor operator auditor"},
    ),
    Row(
        "GET /requests/{request_id}/urgency",
        "who asked, who works on it, whose posts reach it",
        404,
        {200: "citizen agent stand_in guide secretary cadre supervisor operator auditor"},
    ),
    Row(
        "POST /requests/{request_id}/urgency",
        "cadres and operators of its area and who is on duty at its desk, never who asked or has it",
        404,
        {200: "cadre operator", 403: "citizen agent stand_in guide secretary supervisor auditor"},
        body={"urgency": "life", "reason": "电线掉在路上"},
    ),
    signed_in(
        "GET /extensions",
        "those that wait in the cases of one's organisation and below",
        shows=("extension_id", "guide secretary cadre supervisor operator auditor"),
    ),
    Row(
        "POST /extensions/{extension_id}/decision",
        "those above, and never who asked or has it",
        404,
        {200: "cadre supervisor operator", 403: "citizen agent stand_in guide secretary auditor"},
        body={"granted": True},
    ),
]


async def _done(there: County, path: str, by: str, **body: Any) -> dict[str, object]:
    answer = await there.stand.post(path, by=there.people[by], **body)
    assert answer.status_code < 300, answer.text
    return dict(answer.json())


async def extension_of(there: County, *, citizen: str, agent: str, division: str) -> str:
    """An extension that the agent of a village asked for, and that waits for a decision."""
    case = await _done(there, "/requests", citizen, division_code=division, kind="help", wording="桥断了")
    await _done(there, f"/requests/{case['id']}/promise", agent, promised_on="2026-11-18")
    asked = await _done(there, f"/requests/{case['id']}/extension", agent, days=2, reason="等配件")
    return str(asked["id"])


def makers(there: County) -> dict[str, Maker]:
    """Cases that were signed for or wait, and an extension that was asked for."""

    async def accepted() -> str:
        case = await _done(there, "/requests", "citizen", division_code=VILLAGE, kind="help", wording="桥断了")
        await _done(there, f"/requests/{case['id']}/acceptance", "agent")
        return str(case["id"])

    async def paused() -> str:
        case = await accepted()
        await _done(there, f"/requests/{case}/promise", "agent", promised_on="2026-11-18")
        await _done(there, f"/requests/{case}/pause", "agent", reason="papers")
        return case

    async def extension_id() -> str:
        return await extension_of(there, citizen="citizen", agent="agent", division=VILLAGE)

    return {maker.__name__: maker for maker in (accepted, paused, extension_id)}
