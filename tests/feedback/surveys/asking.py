"""A county that asks what people think of a township's committee, and ways to answer."""

import json
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.feedback.surveys.answers.api import BODY_BYTES
from tests.feedback.ballots.casting import Credential, solved, text
from tests.feedback.cells.polling import on
from tests.feedback.facts import DISTRICT, NEXT_VILLAGE, TOWNSHIP, VILLAGE, organization_id, post
from tests.feedback.office import Office

OPERATOR, CADRE, AUDITOR, GUIDE = (uuid4() for _ in range(4))
OPENS, CLOSES, PUBLISHES = date(2023, 6, 1), date(2023, 6, 10), date(2023, 6, 20)

DEFINITION: dict[str, Any] = {
    "title_zh": "甲镇党委满意度测评",
    "pages": [
        {
            "title_zh": "总体",
            "questions": [
                {"code": "overall", "kind": "opinion", "title_zh": "您对镇党委的工作满意吗？"},
                {
                    "code": "why",
                    "kind": "multiple",
                    "title_zh": "哪些地方不满意？",
                    "choices": [{"code": code, "title_zh": code} for code in ("slow", "rude", "far")],
                    "conditions": [{"question": "overall", "among": ["dissatisfied"]}],
                },
            ],
        },
        {
            "questions": [
                {"code": "roads", "kind": "scale", "title_zh": "道路打几分？", "required": False},
                {"code": "heard", "kind": "yes_no", "title_zh": "听说过民情会吗？"},
                {"code": "words", "kind": "words", "title_zh": "想对上级说什么？", "required": False},
            ]
        },
    ],
}
SURVEY: dict[str, Any] = {
    "subject": "organization",
    "organization_id": str(organization_id("D-1")),
    "audience": "villagers",
    "division_code": TOWNSHIP,
    "parts": [{"division_code": VILLAGE, "quota": 20}, {"division_code": NEXT_VILLAGE, "quota": 10}],
    "channels": ["household", "counter", "interviewer", "paper"],
    "opens_on": str(OPENS),
    "closes_on": str(CLOSES),
    "publishes_on": str(PUBLISHES),
    "judged": "overall",
    "definition": DEFINITION,
}
GOOD: dict[str, Any] = {"overall": "satisfied", "heard": True}
FAIR: dict[str, Any] = {"overall": "fairly_satisfied", "heard": False, "roads": 4}
BAD: dict[str, Any] = {"overall": "dissatisfied", "why": ["slow"], "heard": False}
UNSURE: dict[str, Any] = {"overall": "no_opinion", "heard": False}


def shown(credential: Credential, part: str) -> dict[str, str]:
    """A credential as a phone shows it."""
    return {"part_id": part, "message": text(credential.message), "signature": text(credential.signature)}


class Asking:
    """One survey and the ways to it."""

    def __init__(self, office: Office, shown: dict[str, Any]) -> None:
        self.office = office
        self.id = shown["survey"]["id"]
        self.path = f"/surveys/{self.id}"
        self.parts = {(part["division_code"], part["kind"]): part["id"] for part in shown["parts"]}

    def part(self, code: str, kind: str = "area") -> str:
        """The id of a part."""
        return str(self.parts[code, kind])

    async def codes(self, code: str, many: int, *, channel: str = "household", by: UUID = OPERATOR) -> list[str]:
        """New codes for an area."""
        body = {"part_id": self.part(code), "channel": channel, "many": many}
        answer = await self.office.post(f"{self.path}/codes", by=by, body=body)
        assert answer.status_code == 201, answer.text
        return [one["code"] for one in answer.json()["codes"]]

    async def answer(
        self,
        by: str | Credential,
        answers: dict[str, Any],
        *,
        part: str = "",
        weighs: int = BODY_BYTES,
        headers: dict[str, str] | None = None,
        **otherwise: object,
    ) -> httpx.Response:
        """Answer by a code, or by a credential of a part, from nobody in particular."""
        transport = httpx.ASGITransport(app=self.office.mounted.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://feedback") as client:
            form = (await client.get(f"/survey-answers/{self.id}/form")).json()
            task = form if "challenge" in form else (await client.get("/ballots/challenge")).json()
            altcha = solved(task)
            right: dict[str, object] = {"code": by} if isinstance(by, str) else {"credential": shown(by, part)}
            content = json.dumps({"answers": answers, "altcha": altcha} | right | otherwise).ljust(weighs).encode()
            sent = {"Content-Type": "application/json"} | (headers or {})
            return await client.post("/survey-answers", content=content, headers=sent)

    async def all_answer(self, code: str, *answers: dict[str, Any], given: int | None = None) -> None:
        """One answer each by as many codes of an area; more codes may be given than are used."""
        codes = await self.codes(code, given or len(answers))
        for one, said in zip(codes, answers, strict=False):
            taken = await self.answer(one, said)
            assert taken.status_code == 200, taken.text

    async def at_the_door(self, answers: dict[str, Any], *, by: UUID = AUDITOR, code: str = VILLAGE) -> httpx.Response:
        """An interview."""
        body = {"part_id": self.part(code), "answers": answers}
        return await self.office._call("PUT", f"{self.path}/interviews/{uuid4()}", by, json=body)

    async def paper(self, number: int, answers: dict[str, Any], *, by: UUID) -> httpx.Response:
        """One entry of a paper of the first village."""
        body = {"part_id": self.part(VILLAGE), "number": number, "answers": answers}
        return await self.office.post(f"{self.path}/papers", by=by, body=body)

    async def results(self) -> dict[str, Any]:
        """What the public reads."""
        return dict((await self.office.get(f"/survey-results/{self.id}", by=uuid4())).json())

    async def published(self) -> dict[str, Any]:
        """The day of publication has come."""
        on(self.office, PUBLISHES)
        await self.office.mounted.timers.fire_due()
        return await self.results()


async def people(office: Office) -> None:
    """The county's operator, a cadre of the township that is judged, and others in office in the county."""
    await office.hear(
        post(OPERATOR, "county_operator", at="D", area=DISTRICT),
        post(CADRE, "township_cadre", at="D-1", area=TOWNSHIP),
        post(AUDITOR, "auditor", at="D", area=DISTRICT),
        post(GUIDE, "guide", at="D-2", area=DISTRICT),
    )


async def drafted(office: Office, **otherwise: object) -> Asking:
    """A draft."""
    answer = await office.post("/surveys", by=OPERATOR, body=SURVEY | otherwise)
    assert answer.status_code == 201, answer.text
    return Asking(office, answer.json())


async def opened(office: Office, **otherwise: object) -> Asking:
    """A survey on its first day."""
    asking = await drafted(office, **otherwise)
    announced = await office.post(f"{asking.path}/announcement", by=OPERATOR, body={})
    assert announced.status_code == 200, announced.text
    on(office, OPENS)
    await office.mounted.timers.fire_due()
    return asking
