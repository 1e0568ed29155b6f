"""A village is inspected: drawn by two, visited, found wanting, put right, struck off; in both profiles."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from typer.testing import CliRunner

from profiles.inspection_commands import app
from tests.journeys.village import Village
from tests.town import Json, Person


def held(village: Village, person: Person, division: str) -> Json:
    """The post that somebody holds, as the register shows it."""
    posts = village.citizen.get("/members/posts", division_code=division, limit=100)["items"]
    found: Json = next(one for one in posts if one["person_id"] == person.id)
    return found


def value_of(draw: str, place: int) -> dict[str, str]:
    """What an officer makes on their own machine: value, salt and commitment."""
    made = CliRunner().invoke(app, ["value", draw, str(place)])
    assert made.exit_code == 0, made.output
    return dict(re.findall(r"(value|salt|commitment)：([0-9a-f]{64})", made.output))


def uploaded(person: Person) -> str:
    """A paper that somebody sends up."""
    headers = {"authorization": f"Bearer {person.token}", "idempotency-key": uuid4().hex}
    address = f"{person.town.address}/api/tasks/attachments"
    kept = person.town.client.post(address, content=b"%PDF-1.7", headers=headers)
    assert kept.status_code == 201, kept.text
    return str(kept.json()["id"])


def test_a_village_is_drawn_visited_and_puts_right_what_was_found(village: Village, tmp_path: Path) -> None:
    town, supervisor, secretary = village.town, village.supervisor, village.secretary
    today = town.now().date()
    own = held(village, supervisor, village.township)
    said: dict[str, Any] = {"organization_id": own["organization_id"], "title": "季度督查", "tiers": ["branch"]}
    said |= {"from_on": str(today), "to_on": str(today + timedelta(days=20))}
    plan = supervisor.post("/tasks/inspection-plans", **said)["id"]
    officers = [supervisor, village.district_secretary]
    supervisor.post(f"/tasks/inspection-plans/{plan}/freezing", officer_ids=[one.id for one in officers])
    [waiting] = village.district_secretary.get("/tasks/inspection-draws/mine")["items"]
    draw = waiting["id"]
    values = [value_of(draw, place) for place in (1, 2)]
    for one, made in zip(officers, values, strict=True):
        one.post(f"/tasks/inspection-draws/{draw}/commitment", commitment=made["commitment"])
    for one, made in zip(officers, values, strict=True):
        one.post(f"/tasks/inspection-draws/{draw}/reveal", value=made["value"], salt=made["salt"])

    record = town.client.get(f"{town.address}/api/tasks/inspection-draws/{draw}")  # nobody is signed in
    assert record.status_code == 200, record.text
    assert len(record.json()["drawn"]) * 100 >= 80 * len(record.json()["units"]) > 0
    file = tmp_path / "draw.json"
    file.write_bytes(record.content)
    checked = CliRunner().invoke(app, ["verify", str(file)])
    assert (checked.exit_code, "复算一致" in checked.output) == (0, True), checked.output
    file.write_text(json.dumps(record.json() | {"drawn": record.json()["drawn"][1:]}), encoding="utf-8")
    assert CliRunner().invoke(app, ["verify", str(file)]).exit_code == 1

    team = supervisor.post(
        "/tasks/inspection-teams",
        organization_id=own["organization_id"],
        name="第一督查组",
        head_post_id=own["post_id"],
        post_ids=[own["post_id"]],
    )["id"]
    questions = [{"code": "kept", "kind": "yes_no", "title": "三会一课是否按期召开", "required": True}]
    form = supervisor.post(
        "/tasks/inspection-forms",
        organization_id=own["organization_id"],
        code="branch",
        title="支部督查表",
        questions=questions,
    )["id"]
    finding, due_on = str(uuid4()), str(today + timedelta(days=7))
    body: Json = {
        "plan_id": plan,
        "team_id": team,
        "organization_id": held(village, secretary, village.code)["organization_id"],
        "form_id": form,
        "visited_on": str(today),
        "answers": {"kept": False},
        "findings": [
            {
                "id": finding,
                "title": "党员大会未按季召开",
                "words": "没有记录",
                "due_on": due_on,
            }
        ],
    }
    visit = f"/tasks/inspections/{uuid4()}"
    first, again = (supervisor.call("PUT", visit, body=body) for _ in range(2))
    assert (first.status_code, first.json()) == (200, again.json())
    assert supervisor.call("PUT", visit, body=body | {"answers": {"kept": True}}).status_code == 409
    assert supervisor.get(f"/tasks/inspection-plans/{plan}/coverage")["visited"] == 1

    [listed] = secretary.get("/tasks/findings", whose="unit")["items"]  # the inspected village's side
    assert listed["id"] == finding
    secretary.post(f"/tasks/findings/{finding}/feedback", owned=True)
    called = village.township_secretary.post(
        "/tasks/interviews", finding_ids=[finding], meets_on=str(today), reason="连续两季没有开会"
    )
    village.township_secretary.post(
        f"/tasks/interviews/{called['id']}/record",
        held_on=str(today),
        promise="本周补开",
        promised_on=str(today + timedelta(days=3)),
    )
    assert secretary.get(f"/tasks/interviews/{called['id']}")["promise"] == "本周补开"
    secretary.post(f"/tasks/findings/{finding}/report", words="已补开", files=[uploaded(secretary)])
    closing = {"put_right": True, "words": "记录属实"}
    assert supervisor.refused(f"/tasks/findings/{finding}/closing", **closing) == (403, "may-not-close-out")
    done = village.district_secretary.post(f"/tasks/findings/{finding}/closing", **closing)
    assert done["stage"] == "closed"
