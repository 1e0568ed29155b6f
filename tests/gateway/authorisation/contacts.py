"""The rows of contacts and consents in `members`, and of mandates, notes and the caseload in `tasks`."""

from typing import Any
from uuid import uuid4

from tests.gateway.authorisation.columns import Row, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.tasks.conftest import VILLAGE
from tests.tasks.mandates.giving import upload

TAKING_IN = "agent stand_in grid_worker cadre"
TAKING_IN_ANYWHERE = " ".join(f"{role} {role}/other" for role in TAKING_IN.split())
AT_THE_COUNTER = "cadre operator"

MEMBERS: list[Row] = [
    Row(
        "POST /contacts/find",
        "posts that take requests in; a client with the scope to send",
        403,
        {200: f"{TAKING_IN_ANYWHERE} operator"},
        body={"phone": "13900001234"},
    ),
    Row(
        "POST /contacts",
        "posts that take requests in, for their own area; a client with the scope to send",
        403,
        {201: f"{TAKING_IN} operator"},
        body={"division_code": VILLAGE, "phone": "13900001234"},
    ),
    Row(
        "GET /consents",
        "those who tell codes at a counter",
        403,
        {200: "cadre cadre/other operator"},
        shows=("consent_id", AT_THE_COUNTER),
    ),
    Row(
        "GET /consents/{consent_id}",
        "who asked, who is asked (nobody of these columns), and the counters",
        404,
        {200: f"agent {AT_THE_COUNTER}"},
    ),
    Row(
        "POST /consents/{consent_id}/codes",
        "who asked, who is asked (nobody of these columns), and the counters; here no text can be sent",
        404,
        {409: f"agent {AT_THE_COUNTER}"},
    ),
    Row(
        "POST /consents/{consent_id}/showing",
        "a counter of the area, never who asked",
        404,
        {200: AT_THE_COUNTER, 403: "agent"},
    ),
    Row(
        "POST /consents/{consent_id}/confirmation",
        "who asked, and who is asked (nobody of these columns), by the code",
        404,
        {409: "agent"},
        body={"code": "000000"},
    ),
]

LEAVE = {"scope": "items", "items": ["identity-card"], "to_on": "2026-12-31"}
"""For one errand alone, so that the agent reaches no case of the other rows by it."""

NOTE = {"note_id": "agents_note"}
AN_AGENT = "agent agent/other stand_in stand_in/other"

ROWS: list[Row] = [
    Row(
        "POST /mandates",
        "everybody, for an agent's post; the agent not for themselves",
        201,
        {422: "agent"},
        body=LEAVE | {"agent_post_id": "{agency}"},
    ),
    Row(
        "POST /mandates/asked",
        "agents and their stand-ins",
        422,
        {201: AN_AGENT},
        body=LEAVE | {"principal_id": "{somebody}", "way": "code"},
    ),
    signed_in("GET /mandates", "those that one gave or is asked for", shows=("mandate_id", "citizen")),
    signed_in(
        "GET /mandates",
        "those that one holds as an agent",
        query={"whose": "held"},
        shows=("mandate_id", "agent"),
    ),
    Row(
        "GET /mandates/{mandate_id}",
        "who gave it, who holds it, who takes requests in there",
        404,
        {200: "citizen agent stand_in grid_worker cadre operator"},
    ),
    Row(
        "GET /mandates/{mandate_id}/paper",
        "who gave it, who holds it, who confirms it",
        404,
        {200: "citizen agent cadre operator"},
        about={"mandate_id": "on_paper"},
    ),
    Row("POST /mandates/{mandate_id}/consent", "who is asked", 404, {200: "citizen"}, about={"mandate_id": "asked"}),
    Row("POST /mandates/{mandate_id}/refusal", "who is asked", 404, {200: "citizen"}, about={"mandate_id": "asked"}),
    Row(
        "POST /mandates/{mandate_id}/revocation",
        "who gave it, who holds it, who takes requests in there",
        404,
        {200: "citizen agent stand_in grid_worker cadre operator"},
    ),
    Row("GET /caseload", "agents and their stand-ins", 403, {200: AN_AGENT}),
    signed_in("GET /notes", "those that one took, or about one's own matters", shows=("agents_note", "citizen agent")),
    Row("GET /notes/{note_id}", "who took it and whose matter it is", 404, {200: "citizen agent"}, about=NOTE),
    Row("POST /notes/{note_id}/confirmation", "whose matter it is", 404, {201: "citizen"}, about=NOTE),
    Row("POST /notes/{note_id}/drop", "who took it and whose matter it is", 404, {200: "citizen agent"}, about=NOTE),
    signed_in("GET /proposals", "what waits for one's confirmation", shows=("paper_proposal", "cadre operator")),
]


def makers(there: County) -> dict[str, Maker]:
    """Mandates in each way, and a note."""

    async def done(path: str, by: str, **body: Any) -> dict[str, object]:
        answer = await there.stand.post(path, by=there.people[by], **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    async def over(whose: str) -> None:
        """The one before is taken back, so that the agent may ask again and needs leave anew."""
        held = await there.stand.get("/mandates", by=there.people["citizen"])
        for one in held.json()["items"]:
            if one["stage"] == whose:
                await done(f"/mandates/{one['id']}/revocation", "citizen")

    async def mandate_id() -> str:
        body = LEAVE | {"agent_post_id": await there.thing("agency")}
        return str((await done("/mandates", "citizen", **body))["id"])

    async def asked() -> str:
        await over("asked")
        body = LEAVE | {"principal_id": str(there.people["citizen"]), "way": "code"}
        return str((await done("/mandates/asked", "agent", **body))["id"])

    async def on_paper() -> str:
        await over("asked")
        paper = await upload(there.stand, there.people["agent"])
        body = LEAVE | {"principal_id": str(there.people["citizen"]), "way": "paper", "paper_id": paper}
        return str((await done("/mandates/asked", "agent", **body))["id"])

    async def paper_proposal() -> str:
        mandate = await on_paper()
        waiting = await there.stand.get("/proposals", by=there.people["operator"])
        return next(str(one["id"]) for one in waiting.json()["items"] if one["about"] == mandate)

    async def agents_note() -> str:
        await over("given")
        body = {"division_code": VILLAGE, "kind": "help", "wording": "路灯坏了", "channel": "agent"}
        taken = await done("/requests", "agent", **body, requester_id=str(there.people["citizen"]))
        return str(taken["note_id"])

    async def somebody() -> str:
        """Who was asked by nobody yet."""
        return str(uuid4())

    made = (mandate_id, asked, on_paper, paper_proposal, agents_note, somebody)
    return {maker.__name__: maker for maker in made}
