"""A team that goes out in a test: its form, its visits, and files that prove things."""

from typing import Any
from uuid import UUID, uuid4

from tests.mounting import token
from tests.tasks.inspections.conftest import Inspected

QUESTIONS: list[dict[str, Any]] = [
    {"code": "meeting", "kind": "yes_no", "title": "三会一课是否按期召开", "required": True},
    {"code": "members", "kind": "number", "title": "在册党员", "unit": "人"},
    {"code": "how", "kind": "one_of", "title": "台账是否齐全", "options": ["齐全", "部分缺失", "没有"]},
    {"code": "seen", "kind": "some_of", "title": "查看了什么", "options": ["会议记录", "党费收据", "公示栏"]},
    {"code": "since", "kind": "day", "title": "最近一次党员大会日期"},
    {"code": "words", "kind": "words", "title": "其他情况"},
    {"code": "papers", "kind": "files", "title": "附件"},
]
ANSWERS: dict[str, Any] = {"meeting": True, "members": 23, "how": "齐全", "seen": ["会议记录"], "since": "2026-10-01"}


async def team(there: Inspected, *post_ids: UUID) -> str:
    """A team of the township; the county's inspector leads it."""
    posts = [str(there.inspector_post), *map(str, post_ids)]
    said = {"organization_id": str(there.township), "name": "第一组", "head_post_id": posts[0], "post_ids": posts}
    return str((await there.done("/inspection-teams", there.village.people.supervisor, **said))["id"])


async def form(there: Inspected, **said: Any) -> str:
    """A form of the township."""
    body = {"organization_id": str(there.township), "code": "branch", "title": "支部督查表", "questions": QUESTIONS}
    return str((await there.done("/inspection-forms", there.village.people.supervisor, **body | said))["id"])


async def unit(there: Inspected, plan: str, code: str) -> str:
    """The organisation of a unit."""
    supervisor = there.village.people.supervisor
    found = (await there.got(f"/inspection-plans/{plan}/units", supervisor, limit=100))["items"]
    return str(next(one["organization_id"] for one in found if one["code"] == code))


async def send(
    there: Inspected, body: dict[str, Any], *, by: UUID, visit: str | None = None, expected: int = 200
) -> dict[str, Any]:
    """Send a visit in, under an id of its own unless one is given."""
    answer = await there.village.stand.client.put(
        f"/inspections/{visit or uuid4()}", json=body, headers={"authorization": f"Bearer {token(by)}"}
    )
    assert answer.status_code == expected, answer.text
    return dict(answer.json())


async def paper(there: Inspected, *, by: UUID) -> str:
    """A file that somebody uploaded."""
    headers = {"authorization": f"Bearer {token(by)}", "idempotency-key": uuid4().hex}
    kept = await there.village.stand.client.post("/attachments", content=b"%PDF-1.7", headers=headers)
    assert kept.status_code == 201, kept.text
    return str(kept.json()["id"])


def found(**said: Any) -> dict[str, Any]:
    """A finding with an id of its own."""
    body = {"id": str(uuid4()), "title": "支部党员大会未按季召开", "words": "第三季度没有记录", "due_on": "2026-12-10"}
    return body | said


async def visited(there: Inspected, code: str = "村支部", **said: Any) -> tuple[dict[str, Any], str]:
    """A drawn plan, and one visit with a finding: the body that was sent, and the finding's id."""
    plan, _ = await there.drawn()
    finding = found(**said)
    body = {
        "plan_id": plan,
        "team_id": await team(there),
        "organization_id": await unit(there, plan, code),
        "form_id": await form(there),
        "visited_on": "2026-11-16",
        "answers": ANSWERS,
        "findings": [finding],
    }
    await send(there, body, by=there.inspector)
    return body, str(finding["id"])
