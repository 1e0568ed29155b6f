"""The rows of accountability and praise: about the branch of the village of the left columns."""

from functools import partial

from chassis.tables import new_id
from services.feedback.accountability.model import Consideration, SuggestionCause
from services.feedback.grounds.model import Ground, GroundKind
from tests.feedback import facts
from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.gateway.authorisation.county import County, Maker

ABOVE = "cadre supervisor operator"
SEEN_FROM_ABOVE = f"{ABOVE} auditor"
BRANCH = str(facts.organization_id("D-1-1"))
SAID: dict[str, object] = {"words": "已核实"}
PROPOSED: dict[str, object] = {
    "organization_id": BRANCH,
    "measure": "talk",
    "grounds": [{"kind": "report", "id": "{report_id}"}],
    "reason": "未按时办结",
}

ROWS: list[Row] = [
    Row("POST /accountability", "those in charge above the organisation", 403, {201: ABOVE}, body=PROPOSED),
    signed_in("GET /accountability", "what is below one's posts", shows=("accountability_id", SEEN_FROM_ABOVE)),
    signed_in(
        "GET /accountability/considerations",
        "what is below one's posts",
        shows=("consideration_id", SEEN_FROM_ABOVE),
    ),
    Row(
        "POST /accountability/considerations/{consideration_id}/setting-aside",
        "those in charge above the organisation",
        404,
        {200: ABOVE},
        body=SAID,
    ),
    Row(
        "POST /accountability/objections/{objection_id}/answer",
        "those in charge above whoever is praised",
        404,
        {200: ABOVE, 403: "secretary auditor"},
        body=SAID,
    ),
    Row(
        "GET /accountability/{accountability_id}",
        "whom it is about, and who sees their work from above",
        404,
        {200: f"secretary {SEEN_FROM_ABOVE}"},
    ),
    Row(
        "POST /accountability/{accountability_id}/answer",
        "whom it is about",
        404,
        {200: "secretary", 403: SEEN_FROM_ABOVE},
        body=SAID,
    ),
    Row(
        "POST /accountability/{accountability_id}/decision",
        "those in charge above, never whom it is about",
        404,
        {200: ABOVE, 403: "secretary auditor"},
        body=SAID,
        about={"accountability_id": "heard_case"},
    ),
    Row(
        "POST /accountability/{accountability_id}/dropping",
        "as the decision",
        404,
        {200: ABOVE, 403: "secretary auditor"},
        body=SAID,
    ),
    Row(
        "POST /accountability/{accountability_id}/appeal",
        "whom it is about",
        404,
        {200: "secretary", 403: SEEN_FROM_ABOVE},
        body=SAID,
        about={"accountability_id": "decided_case"},
    ),
    Row(
        "POST /accountability/{accountability_id}/appeal-decision",
        "those in charge one level higher who had no part in it",
        404,
        {200: "operator", 403: "secretary cadre supervisor auditor"},
        body=SAID | {"quash": True},
        about={"accountability_id": "appealed_case"},
    ),
    signed_in(
        "GET /me/accountability",
        "what is about oneself or the organisation that one speaks for",
        shows=("accountability_id", "secretary"),
    ),
    everybody(
        "GET /accountability-figures",
        "who wants to know how often somebody is held to account",
        200,
        query={"code": facts.DISTRICT},
    ),
    everybody("GET /honours", "who wants to know which units are praised", 200),
    signed_in("GET /honours/notices", "praises that are posted, for everybody"),
    Row(
        "POST /honours/notices/{accountability_id}/objections",
        "everybody",
        201,
        body=SAID,
        about={"accountability_id": "praise"},
    ),
]


def makers(there: County) -> dict[str, Maker]:
    """Cases of the branch at each stage."""

    async def done(path: str, by: str, **body: object) -> dict[str, object]:
        answer = await there.stand.post(path, by=there.people[by], **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    async def brought(measure: str) -> str:
        filled = await there.filled(PROPOSED | {"measure": measure})
        assert isinstance(filled, dict)
        shown = await done("/accountability", "cadre", **filled)
        assert isinstance(shown["case"], dict)
        return str(shown["case"]["id"])

    async def heard_case() -> str:
        case = await brought("talk")
        await done(f"/accountability/{case}/answer", "secretary", **SAID)
        return case

    async def decided_case() -> str:
        case = await heard_case()
        await done(f"/accountability/{case}/decision", "cadre", **SAID)
        return case

    async def appealed_case() -> str:
        case = await decided_case()
        await done(f"/accountability/{case}/appeal", "secretary", **SAID)
        return case

    async def objection_id() -> str:
        case = await brought("commendation")
        return str((await done(f"/honours/notices/{case}/objections", "citizen", **SAID))["id"])

    async def consideration_id() -> str:
        made = Consideration(
            id=new_id(),
            division_code=facts.VILLAGE,
            organization_id=facts.organization_id("D-1-1"),
            cause=SuggestionCause.STILL_BELOW_LINE,
            ground=str(Ground(GroundKind.CELL, new_id())),
            put_at=facts.NOON,
            case_id=None,
            set_aside=None,
            settled_by=None,
            settled_at=None,
        )
        async with there.stand.mounted.sessions() as session:
            session.add(made)
        return str(made.id)

    named = (heard_case, decided_case, appealed_case, objection_id, consideration_id)
    cases = {"accountability_id": partial(brought, "talk"), "praise": partial(brought, "commendation")}
    return {maker.__name__: maker for maker in named} | cases
