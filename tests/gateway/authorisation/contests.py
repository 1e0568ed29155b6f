"""The rows of contests: the agent says that the grade of a round is not real; a cell below the line is a village's."""

from datetime import date
from typing import Any
from uuid import uuid4

from contracts.feedback import CellFoundBelowLine, RatingFoundBad
from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.tasks.conftest import TOWNSHIP, VILLAGE

WHY = {"reason": "untrue", "words": "与办理记录不符"}

ROWS: list[Row] = [
    Row(
        "POST /rectifications/{rectification_id}/contest",
        "who handled the round, and who answers for its rectification",
        404,
        {201: "agent", 422: "secretary"},  # the paper is the agent's own
        about={"rectification_id": "graded"},
        body={**WHY, "evidence": ["{agents_paper}"]},
    ),
    Row(
        "POST /unit-rectifications/{cell_id}/contest",
        "who answers for the unit",
        404,
        {201: "secretary"},
        body={"reason": "stuffing", "words": "一人多票"},
    ),
    signed_in(
        "GET /contests",
        "what waits at or below one's organisation",
        shows=("contest_id", "secretary cadre supervisor operator auditor"),
    ),
    Row(
        "POST /contests/{contest_id}/finding",
        "those above the unit who had no part in it",
        404,
        {201: "cadre supervisor operator", 403: "agent"},
        body={"upheld": True, "words": "核对属实"},
    ),
    everybody(
        "GET /contests/figures",
        "who wants to know how many grades and cells were contested",
        200,
        query={"division": VILLAGE, "month": "2026-11"},
    ),
]


def makers(there: County) -> dict[str, Maker]:
    """Rounds graded badly, their contests, and cells below the line."""

    async def done(path: str, by: str, **body: Any) -> dict[str, object]:
        answer = await there.stand.post(path, by=there.people[by], **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    async def graded() -> str:
        case, now = await there.makers["handled"](), there.stand.mounted.clock.now()
        await there.stand.hear(RatingFoundBad(request_id=case, round=1, found_at=now))  # type: ignore[arg-type]
        shown = await there.stand.get(f"/requests/{case}", by=there.people["citizen"])
        return str(shown.json()["rectifications"][0]["id"])

    async def agents_paper() -> str:
        return await there.stand.attach(by=there.people["agent"])

    async def contest_id() -> str:
        path = f"/rectifications/{await graded()}/contest"
        return str((await done(path, "agent", **WHY, evidence=[await agents_paper()]))["id"])

    async def cell_id() -> str:
        """A cell of the village closed below the line."""
        cell = uuid4()
        await there.stand.hear(
            CellFoundBelowLine(
                cell_id=cell,
                township_code=TOWNSHIP,
                division_code=VILLAGE,
                owner_code=TOWNSHIP,
                group_code="all",
                item_codes=(),
                served_from=date(2026, 9, 1),
                served_to=date(2026, 9, 28),
                found_at=there.stand.mounted.clock.now(),
            )
        )
        return str(cell)

    return {maker.__name__: maker for maker in (graded, agents_paper, contest_id, cell_id)}
