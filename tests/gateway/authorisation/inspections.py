"""The rows of inspections that are planned and drawn; what is found in them has its rows in `findings.py`."""

from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.tasks.roster.model import Organization
from services.tasks.samples.drawing import commitment
from services.tasks.samples.model import Draw, DrawOfficer
from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.tasks.conftest import MONDAY, TOWNSHIP

PLAN = {200: "supervisor operator", 403: "cadre auditor"}
PLANNED = {201: "supervisor operator", 403: "cadre auditor"}
READS = "cadre supervisor operator auditor"
SECRET = {"value": "1" * 64, "salt": "2" * 64}

ROWS: list[Row] = [
    Row(
        "POST /inspection-teams",
        "those who supervise the organisation or one above it",
        404,
        PLANNED,
        body={
            "organization_id": "{inspecting}",
            "name": "第一组",
            "head_post_id": "{post_id}",
            "post_ids": ["{post_id}"],
        },
    ),
    signed_in("GET /inspection-teams", "those of organisations within reach, and one's own", shows=("team_id", READS)),
    Row("POST /inspection-teams/{team_id}/disbanding", "those who supervise the organisation", 404, PLAN),
    Row(
        "POST /inspection-plans",
        "those who supervise the organisation or one above it",
        404,
        PLANNED,
        body={
            "organization_id": "{inspecting}",
            "title": "督查",
            "tiers": ["branch"],
            "from_on": "2026-11-16",
            "to_on": "2026-12-31",
        },
    ),
    signed_in(
        "GET /inspection-plans",
        "those of organisations within reach, and those that list a unit there",
        shows=("frozen_plan", f"secretary {READS}"),
    ),
    Row("GET /inspection-plans/{plan_id}", "posts that read the organisation; a draft has no units", 404, {200: READS}),
    Row(
        "POST /inspection-plans/{plan_id}/freezing",
        "those who supervise the organisation",
        404,
        PLAN,
        body={"officer_ids": ["{first_officer}", "{second_officer}"]},
    ),
    Row(
        "GET /inspection-plans/{plan_id}/coverage",
        "posts that read the organisation or a unit of the plan",
        404,
        {200: f"secretary {READS}"},
        about={"plan_id": "frozen_plan"},
    ),
    Row(
        "GET /inspection-plans/{plan_id}/units",
        "as the coverage",
        404,
        {200: f"secretary {READS}"},
        about={"plan_id": "frozen_plan"},
    ),
    Row(
        "POST /inspection-plans/{plan_id}/draws",
        "those who supervise the organisation",
        404,
        PLANNED,
        about={"plan_id": "lapsed_plan"},
        body={"officer_ids": ["{first_officer}", "{second_officer}"]},
    ),
    everybody("GET /inspection-draws", "everybody: a draw is public, and so is a round that lapsed", 200),
    everybody("GET /inspection-draws/{draw_id}", "everybody, to work it out again", 200),
    signed_in("GET /inspection-draws/mine", "rounds that name one", shows=("draw_id", "supervisor auditor")),
    Row(
        "POST /inspection-draws/{draw_id}/commitment",
        "its two officers",
        404,
        {200: "supervisor auditor"},
        body={"commitment": "a" * 64},
    ),
    Row(
        "POST /inspection-draws/{draw_id}/reveal",
        "its two officers",
        404,
        {200: "supervisor auditor"},
        about={"draw_id": "published_draw"},
        body=dict(SECRET),
    ),
]


def makers(there: County) -> dict[str, Maker]:  # noqa: C901  # one small function for each kind of thing
    """Plans of the township, each of another day, with rounds at each stage."""
    days = count(1)

    async def done(path: str, by: str, **body: Any) -> dict[str, object]:
        answer = await there.stand.post(path, by=there.people[by], **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    async def inspecting() -> str:
        found = select(Organization).where(col(Organization.division_code) == TOWNSHIP)
        async with there.stand.mounted.sessions() as session:
            return str((await session.all(found))[0].id)

    async def first_officer() -> str:
        return str(there.people["supervisor"])

    async def second_officer() -> str:
        return str(there.people["auditor"])

    async def team_id() -> str:
        post = there.things["post_id"]
        said = {"organization_id": await inspecting(), "name": "第一组", "head_post_id": post, "post_ids": [post]}
        return str((await done("/inspection-teams", "supervisor", **said))["id"])

    async def plan_id() -> str:
        day = str(MONDAY.date() + timedelta(days=next(days)))
        said = {"organization_id": await inspecting(), "title": "督查", "tiers": ["branch"]}
        return str((await done("/inspection-plans", "supervisor", **said, from_on=day, to_on=day))["id"])

    async def frozen_plan() -> str:
        plan = await plan_id()
        officers = [await first_officer(), await second_officer()]
        await done(f"/inspection-plans/{plan}/freezing", "supervisor", officer_ids=officers)
        return plan

    async def draw_id() -> str:
        await frozen_plan()
        return str((await there.stand.client.get("/inspection-draws")).json()["items"][0]["draw_id"])

    async def published_draw() -> str:
        draw = await draw_id()
        for place, officer in ((1, "supervisor"), (2, "auditor")):
            made = commitment(UUID(draw), place, **SECRET)
            await done(f"/inspection-draws/{draw}/commitment", officer, commitment=made)
        return draw

    async def lapsed_plan() -> str:
        """A round that is over, for want of nobody: the same two may draw again."""
        draw = UUID(await draw_id())
        officers = select(DrawOfficer).where(col(DrawOfficer.draw_id) == draw).with_for_update()
        async with there.stand.mounted.sessions() as session:
            found = await session.get(Draw, draw, lock=True)
            assert found is not None
            found.move("lapse")
            for one in await session.all(officers):
                one.commitment = bytes(32)
        return str(found.plan_id)

    made = (
        inspecting,
        first_officer,
        second_officer,
        team_id,
        plan_id,
        frozen_plan,
        draw_id,
        published_draw,
        lapsed_plan,
    )
    return {maker.__name__: maker for maker in made}
