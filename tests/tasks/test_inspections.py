"""Seed 003's six teams and eighteen inspections, on both databases, from the draw to the covered period."""

from uuid import uuid4

import pytest

from services.tasks.roster.model import Post
from tests.tasks.conftest import DISTRICT, Village
from tests.tasks.inspections.conftest import inspecting, post
from tests.tasks.inspections.going_out import ANSWERS, form, found, paper, send

pytestmark = pytest.mark.asyncio


async def test_six_teams_pay_eighteen_visits_and_leave_no_unit_out(village: Village) -> None:
    there = await inspecting(village)
    people = village.people
    plan, record = await there.drawn(share=90)
    assert (len(record["units"]), len(record["drawn"])) == (20, 18)
    asked = await form(there)
    teams: list[tuple[str, Post]] = []
    for n in range(6):
        head = post(uuid4(), "supervisor", there.county, DISTRICT)
        async with village.stand.mounted.sessions() as session:
            session.add(head)
        said = {"name": f"第{n + 1}督查组", "head_post_id": str(head.id), "post_ids": [str(head.id)]}
        made = await there.done("/inspection-teams", people.supervisor, organization_id=str(there.township), **said)
        teams.append((made["id"], head))
    listed = (await there.got(f"/inspection-plans/{plan}/units", people.supervisor))["items"]
    units = {one["code"]: one["organization_id"] for one in listed}
    findings: dict[str, str] = {}
    for n, code in enumerate(record["drawn"]):
        team, head = teams[n % 6]
        finding = found()
        body = {"plan_id": plan, "team_id": team, "organization_id": units[code], "form_id": asked}
        body |= {"visited_on": "2026-11-16", "answers": ANSWERS, "findings": [finding] if n % 3 == 0 else []}
        await send(there, body, by=head.person_id)
        if n % 3 == 0:
            findings[code] = str(finding["id"])
        counted = await there.got(f"/inspection-plans/{plan}/coverage", people.supervisor)
        assert (counted["visited"], counted["missing"]) == (n + 1, 17 - n)
    assert counted["share"] == 90
    pages = await there.got("/inspections", people.supervisor, plan_id=plan, limit=100)
    assert len(pages["items"]) == 18
    for code, finding_id in findings.items():
        head_of_unit = there.heads.get(code)
        if head_of_unit is None:
            continue
        path = f"/findings/{finding_id}"
        await there.done(f"{path}/feedback", head_of_unit, owned=True)
        proof = await paper(there, by=head_of_unit)
        await there.done(f"{path}/report", head_of_unit, words="已补开", files=[proof])
        await there.done(f"{path}/closing", people.cadre, put_right=True, words="材料属实")
    assert await there.notices(people.supervisor, "coverage_warning") == []
