"""The rows of what a team records and finds, of interviews, and of orders about findings."""

from typing import Any
from uuid import UUID, uuid4

from sqlmodel import col, select

from chassis.tables import new_id
from services.tasks.inspection_plans.model import InspectionPlan, PlanStage, PlanUnit
from services.tasks.roster.model import Organization, Post
from tests.gateway.authorisation.columns import Row, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.gateway.authorisation.inspections import PLANNED, READS
from tests.mounting import token
from tests.tasks.conftest import MONDAY, TOWNSHIP, VILLAGE

ROWS: list[Row] = [
    Row(
        "POST /inspection-forms",
        "those who supervise the organisation",
        404,
        PLANNED,
        body={
            "organization_id": "{inspecting}",
            "code": "branch",
            "title": "督查表",
            "questions": [{"code": "kept", "kind": "yes_no", "title": "是否按期召开"}],
        },
    ),
    signed_in("GET /inspection-forms", "everybody: a form holds nothing about anybody"),
    signed_in("GET /inspection-forms/{form_id}", "everybody: a form holds nothing about anybody"),
    Row(
        "PUT /inspections/{inspection_id}",
        "the members of its team, under an id of their own making",
        403,
        {200: "supervisor"},
        about={"inspection_id": "new_inspection"},
        body={
            "plan_id": "{drawn_plan}",
            "team_id": "{own_team}",
            "organization_id": "{village_unit}",
            "form_id": "{form_id}",
            "visited_on": "2026-11-16",
            "answers": {"kept": True},
        },
    ),
    signed_in(
        "GET /inspections",
        "those of units within reach, and of one's team",
        shows=("inspection_id", f"secretary {READS}"),
    ),
    signed_in("GET /inspections/sheet", "as the list"),
    Row(
        "GET /inspections/{inspection_id}",
        "posts that read the unit, and the team",
        404,
        {200: f"secretary {READS}"},
    ),
    signed_in("GET /findings", "those of units within reach", shows=("finding_id", f"secretary {READS}")),
    Row("GET /findings/{finding_id}", "posts that read the unit, and the team", 404, {200: f"secretary {READS}"}),
    Row(
        "POST /findings/{finding_id}/feedback",
        "those who answer for the unit",
        404,
        {200: "secretary", 403: READS},
        body={"owned": True},
    ),
    Row(
        "POST /findings/{finding_id}/ruling",
        "those above the unit, never the finder",
        404,
        {200: "cadre operator", 403: "secretary supervisor auditor"},
        about={"finding_id": "contested_finding"},
        body={"upheld": True, "words": "情况属实"},
    ),
    Row(
        "POST /findings/{finding_id}/report",
        "those who answer for the unit; without proof refused",
        404,
        {409: "secretary", 403: READS},
        about={"finding_id": "owned_finding"},
        body={"words": "已整改"},
    ),
    Row(
        "POST /findings/{finding_id}/closing",
        "those above the unit, neither of the team nor of the finder's unit",
        404,
        {200: "operator", 403: "secretary cadre supervisor auditor"},
        about={"finding_id": "reported_finding"},
        body={"put_right": True, "words": "属实"},
    ),
    Row(
        "POST /findings/{finding_id}/orders",
        "those who supervise the unit",
        404,
        {201: "supervisor operator", 403: "secretary cadre auditor"},
        body={"words": "请限期整改"},
    ),
    Row(
        "POST /interviews",
        "those above the unit",
        404,
        {201: "cadre supervisor operator", 403: "secretary auditor"},
        body={"finding_ids": ["{finding_id}"], "meets_on": "2026-12-31", "reason": "问题突出"},
    ),
    signed_in("GET /interviews", "those of units within reach", shows=("interview_id", f"secretary {READS}")),
    Row(
        "GET /interviews/{interview_id}",
        "posts that read the unit, who called and who was called",
        404,
        {200: f"secretary {READS}"},
    ),
    Row(
        "POST /interviews/{interview_id}/record",
        "those above the unit",
        404,
        {200: "cadre supervisor operator", 403: "secretary auditor"},
        body={"held_on": "2026-11-16", "promise": "本周整改", "promised_on": "2026-11-20"},
    ),
    Row(
        "POST /interviews/{interview_id}/outcome",
        "those above the unit",
        404,
        {200: "cadre supervisor operator", 403: "secretary auditor"},
        about={"interview_id": "held_interview"},
        body={"kept": True, "words": "已兑现"},
    ),
    Row(
        "POST /interviews/{interview_id}/calling-off",
        "those above the unit",
        404,
        {200: "cadre supervisor operator", 403: "secretary auditor"},
        body={"words": "另行安排"},
    ),
]


def makers(there: County) -> dict[str, Maker]:  # noqa: C901  # one small function for each kind of thing
    """What the township's supervisor recorded in the village, and what became of it."""
    today = str(MONDAY.date())
    kept: dict[str, str] = {}  # what no row changes: a team, a form, a plan that is drawn

    async def once(maker: Maker) -> str:
        if maker.__name__ not in kept:
            kept[maker.__name__] = await maker()
        return kept[maker.__name__]

    async def done(path: str, by: str, **body: Any) -> dict[str, Any]:
        answer = await there.stand.post(path, by=there.people[by], **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    async def village_unit() -> str:
        found = select(Organization).where(col(Organization.division_code) == VILLAGE)
        async with there.stand.mounted.sessions() as session:
            return str((await session.all(found))[0].id)

    async def own_team() -> str:
        supervisor = select(Post).where(col(Post.person_id) == there.people["supervisor"])
        async with there.stand.mounted.sessions() as session:
            post = str((await session.all(supervisor))[0].id)
        organization = await there.makers["inspecting"]()
        said = {"organization_id": organization, "name": "第二组", "head_post_id": post, "post_ids": [post]}
        return str((await done("/inspection-teams", "supervisor", **said))["id"])

    async def drawn_plan() -> str:
        """A plan of today, drawn as the two officers would."""
        plan = UUID(await there.makers["plan_id"]())
        unit_id = UUID(await village_unit())
        async with there.stand.mounted.sessions() as session:
            found = await session.get(InspectionPlan, plan, lock=True)
            unit = await session.get(Organization, unit_id)
            assert found is not None
            assert unit is not None
            found.from_on = found.to_on = MONDAY.date()
            found.stage = PlanStage.DRAWN
            listed = {"organization_id": unit.id, "code": unit.code, "name": unit.name, "rank": 1, "visited_on": None}
            session.add(PlanUnit(id=new_id(), township_code=TOWNSHIP, plan_id=plan, **listed))
        return str(plan)

    async def form_id() -> str:
        questions = [{"code": "kept", "kind": "yes_no", "title": "是否按期召开"}]
        said = {"organization_id": await there.makers["inspecting"](), "code": "branch", "title": "督查表"}
        return str((await done("/inspection-forms", "supervisor", **said, questions=questions))["id"])

    async def visit() -> dict[str, str]:
        finding = {"id": str(uuid4()), "title": "没有按期开会", "words": "没有记录", "due_on": "2026-12-31"}
        body = {
            "plan_id": await once(drawn_plan),
            "team_id": await once(own_team),
            "organization_id": await once(village_unit),
            "form_id": await once(form_id),
            "visited_on": today,
            "answers": {"kept": False},
            "findings": [finding],
        }
        made, headers = str(uuid4()), {"authorization": f"Bearer {token(there.people['supervisor'])}"}
        answer = await there.stand.client.put(f"/inspections/{made}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return {"inspection": made, "finding": finding["id"]}

    async def new_inspection() -> str:
        return str(uuid4())

    async def inspection_id() -> str:
        return (await visit())["inspection"]

    async def finding_id() -> str:
        return (await visit())["finding"]

    async def contested_finding() -> str:
        found = await finding_id()
        await done(f"/findings/{found}/feedback", "secretary", owned=False, words="开过会")
        return found

    async def owned_finding() -> str:
        found = await finding_id()
        await done(f"/findings/{found}/feedback", "secretary", owned=True)
        return found

    async def reported_finding() -> str:
        found, by = await owned_finding(), there.people["secretary"]
        headers = {"authorization": f"Bearer {token(by)}", "idempotency-key": uuid4().hex}
        kept = await there.stand.client.post("/attachments", content=b"%PDF-1.7", headers=headers)
        await done(f"/findings/{found}/report", "secretary", words="已整改", files=[kept.json()["id"]])
        return found

    async def interview_id() -> str:
        said = {"finding_ids": [await finding_id()], "meets_on": today, "reason": "问题突出"}
        return str((await done("/interviews", "cadre", **said))["id"])

    async def held_interview() -> str:
        called = await interview_id()
        said = {"held_on": today, "promise": "本周整改", "promised_on": today}
        await done(f"/interviews/{called}/record", "cadre", **said)
        return called

    recorded = (village_unit, own_team, drawn_plan, form_id, new_inspection, inspection_id)
    found = (finding_id, contested_finding, owned_finding, reported_finding, interview_id, held_interview)
    return {maker.__name__: maker for maker in (*recorded, *found)}
