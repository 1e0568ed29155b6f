"""Who is in office above and in a village's branch, a report to rest on, and the way of a case in steps."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.members import PostHeld
from tests.feedback.facts import DISTRICT, TOWNSHIP, VILLAGE, Case, organization_id, post
from tests.feedback.office import Office

SECRETARY, CADRE, TOWNSHIP_HEAD, SUPERVISOR, OPERATOR, AGENT, CITIZEN = (uuid4() for _ in range(7))
BRANCH = str(organization_id("D-1-1"))
AGENCY = post(AGENT, "proxy_agent", at="D-1-1", area=VILLAGE)


def posts() -> list[PostHeld]:
    """The branch's secretary and agent, three at the township, one at the county."""
    return [
        AGENCY,
        post(SECRETARY, "secretary", at="D-1-1", area=VILLAGE),
        post(CADRE, "township_cadre", at="D-1", area=TOWNSHIP),
        post(TOWNSHIP_HEAD, "secretary", at="D-1", area=TOWNSHIP),
        post(SUPERVISOR, "supervisor", at="D-1", area=TOWNSHIP),
        post(OPERATOR, "county_operator", at="D", area=DISTRICT),
    ]


async def convened(office: Office) -> list[dict[str, str]]:
    """Everybody is in office; the ground is a case of the village."""
    case = Case(agent=AGENT)
    await office.hear(*posts(), *case.up_to_handling())
    return [{"kind": "case", "id": str(case.id)}]


async def brought(office: Office, grounds: list[dict[str, str]], measure: str, **otherwise: object) -> dict[str, Any]:
    """A measure that the township's cadre proposed for the branch."""
    body = {"organization_id": BRANCH, "measure": measure, "grounds": grounds, "reason": "两次未按承诺办结"}
    answer = await office.post("/accountability", by=CADRE, body=body | otherwise)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def did(office: Office, shown: dict[str, Any], what: str, by: UUID, **body: object) -> Any:
    """Take a step with a case: what it answers, or the code of the refusal."""
    said = {"words": "已核实"} | body
    answer = (await office.post(f"/accountability/{shown['case']['id']}/{what}", by=by, body=said)).json()
    return answer.get("code") or answer


async def seen(office: Office, shown: dict[str, Any], by: UUID) -> Any:
    """A case as somebody sees it now."""
    return (await office.get(f"/accountability/{shown['case']['id']}", by=by)).json()


async def confirmed(office: Office, by: UUID) -> Any:
    """The newest proposal that waits for somebody, confirmed by them."""
    (waiting, *_) = (await office.get("/proposals", by=by)).json()["items"]
    answer = (await office.post(f"/proposals/{waiting['id']}/confirmation", by=by, body={})).json()
    return answer.get("code") or answer["stage"]


async def later(office: Office, days: int) -> None:
    """Days go by, and what is due is done."""
    office.clock.at += timedelta(days=days)
    await office.mounted.timers.fire_due()
