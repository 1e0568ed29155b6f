"""The rows of lists, their items and assignments, and fresh ones of the village at each stage."""

from typing import Any
from uuid import UUID

from sqlmodel import select

from services.tasks.roster.model import Organization, Post
from tests.gateway.authorisation.columns import Row, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.tasks.conftest import VILLAGE

KEEP = "secretary cadre supervisor operator"
SEE = f"agent {KEEP} auditor"
YEAR = {"from_on": "2026-11-01", "to_on": "2027-10-31"}
DUE = "2027-06-30"
NO_TOKEN = {"token": "0" * 64}


def kept(route: str, who: str, done: int = 200, **said: Any) -> Row:
    """What those who answer for the list's organisation do; others who see the list may not."""
    return Row(route, who, 404, {done: KEEP, 403: "agent auditor"}, **said)


def worked(route: str, who: str, done: int = 200, **said: Any) -> Row:
    """What whoever has the item does, or acts for them; others who see it may not."""
    return Row(route, who, 404, {done: "agent stand_in", 403: f"{KEEP} auditor"}, **said)


def judged(route: str, who: str, done: int = 200, **said: Any) -> Row:
    """What those who answer for its organisation decide, and never who has the item."""
    return Row(route, who, 404, {done: KEEP, 403: "agent stand_in auditor"}, **said)


def met(route: str, done: int = 200, **said: Any) -> Row:
    """What those who answer for the meeting's organisation do."""
    return Row(route, "who answers for the organisation", 404, {done: KEEP, 403: "auditor"}, **said)


NEW = {"title": "缺水泥", "due_on": DUE}
OFFICE = {"organization_id": "{village_branch}"}

MEETINGS: list[Row] = [
    Row(
        "POST /requests/{request_id}/problems",
        "who answers for the organisation that has the case",
        404,
        {201: KEEP, 403: "citizen agent stand_in guide auditor"},
        body=NEW,
    ),
    Row(
        "GET /coordination-meetings/agenda/{organization_id}",
        "who answers for the organisation, or for one above it",
        403,
        {200: KEEP},
        about={"organization_id": "village_branch"},
    ),
    Row(
        "POST /coordination-meetings",
        "as the agenda; this is no open problem",
        403,
        {404: KEEP},
        body={**OFFICE, "on": "2026-11-16", "item_ids": [str(UUID(int=7))]},
    ),
    signed_in(
        "GET /coordination-meetings",
        "those of the organisations that one's posts reach",
        shows=("meeting_id", f"{KEEP} auditor"),
    ),
    Row("GET /coordination-meetings/{meeting_id}", "as in the list", 404, {200: f"{KEEP} auditor"}),
    met("POST /coordination-meetings/{meeting_id}/problems", 201, body=NEW),
    met(
        "POST /coordination-meetings/{meeting_id}/agenda/{entry_id}/decision",
        about={"meeting_id": "meeting_open", "entry_id": "entry_open"},
        body=NEW,
    ),
    met(
        "POST /coordination-meetings/{meeting_id}/agenda/{entry_id}/deferral",
        about={"meeting_id": "meeting_open", "entry_id": "entry_open"},
        body={"words": "等资金"},
    ),
    met("POST /coordination-meetings/{meeting_id}/holding", 409),
    met("POST /coordination-meetings/{meeting_id}/cancellation"),
]

ROWS: list[Row] = [
    *MEETINGS,
    signed_in("GET /checklists/templates", "every person: the templates are nobody's"),
    Row(
        "POST /checklists",
        "who answers for the organisation, or for one above it",
        403,
        {201: KEEP},
        body={"organization_id": "{village_branch}", "kind": "task", "title": "清单", **YEAR},
    ),
    signed_in(
        "GET /checklists",
        "those that one's posts reach, and those on which one has an item",
        shows=("checklist_id", SEE),
    ),
    Row("GET /checklists/{checklist_id}", "as in the list", 404, {200: SEE}),
    Row("GET /checklists/{checklist_id}/assessment-lines", "who sees the list", 404, {200: SEE}),
    Row(
        "GET /checklists/{checklist_id}/items",
        "who sees the list",
        404,
        {200: SEE},
        about={"checklist_id": "list_with_item"},
        shows=("item_on_list", SEE),
    ),
    kept("POST /checklists/{checklist_id}/items", "who keeps the list", 201, body={"title": "修路", "due_on": DUE}),
    Row(
        "POST /checklists/{checklist_id}/publication",
        "who keeps the list; the agent has no item on it",
        404,
        {200: KEEP, 403: "auditor"},
        about={"checklist_id": "draft_list"},
    ),
    kept("POST /checklists/{checklist_id}/close", "who keeps the list"),
    kept("POST /checklists/{checklist_id}/reopening", "who keeps the list", about={"checklist_id": "closed_list"}),
    kept(
        "POST /checklists/{checklist_id}/breakdown/preview",
        "who keeps the list; nothing lies below a village",
        422,
        body={"level": "village"},
    ),
    kept(
        "POST /checklists/{checklist_id}/breakdown",
        "who keeps the list",
        422,
        body={"level": "village", **NO_TOKEN},
    ),
    Row("GET /checklists/{checklist_id}/sheet", "who sees the list", 404, {200: SEE}),
    kept("POST /checklists/{checklist_id}/sheet/preview", "who keeps the list; this is no spreadsheet", 422),
    kept(
        "POST /checklists/{checklist_id}/sheet",
        "who keeps the list; this is no spreadsheet",
        422,
        query=NO_TOKEN,
    ),
    Row("GET /checklist-items/{item_id}", "who sees the list", 404, {200: SEE}),
    kept("POST /checklist-items/{item_id}/changes", "who keeps the list", body={"title": "修村路"}),
    kept("POST /checklist-items/{item_id}/withdrawal", "who keeps the list", body={"words": "不再需要"}),
    Row(
        "POST /checklist-items/{item_id}/holder",
        "who keeps the list; the agent has no item on it yet",
        404,
        {200: KEEP, 403: "auditor"},
        about={"item_id": "free_item"},
        body={"post_id": "{agency}"},
    ),
    kept(
        "POST /checklist-items/{item_id}/breakdown",
        "who keeps the list",
        201,
        body={"parts": [{"post_id": "{agency}"}]},
    ),
    Row(
        "POST /checklist-items/{item_id}/orders",
        "those who supervise the unit; this one is no late problem",
        404,
        {409: "supervisor operator", 403: "secretary cadre auditor"},
        body={"words": "请限期解决"},
    ),
    Row(
        "POST /checklist-items/{item_id}/problems",
        "who has the item, and who keeps its list",
        404,
        {201: f"agent {KEEP}", 403: "auditor"},
        body={"title": "缺水泥", "due_on": DUE},
    ),
    Row(
        "POST /checklist-items/{item_id}/rectifications",
        "who has the item, and who keeps its list",
        404,
        {201: f"agent {KEEP}", 403: "auditor"},
        body={"title": "调水泥", "due_on": DUE},
    ),
    signed_in("GET /assignments", "one's own", shows=("assignment_id", "agent")),
    signed_in(
        "GET /assignments",
        "those that others have below one's posts",
        query={"whose": "below"},
        shows=("assignment_id", f"{KEEP} auditor"),
    ),
    Row(
        "GET /assignments/{assignment_id}",
        "who has it, acts for them or helps, and those whose posts reach it",
        404,
        {200: f"{SEE} stand_in"},
    ),
    worked("POST /assignments/{assignment_id}/pledge", "who has it", body={"promised_on": "2026-12-01"}),
    worked(
        "POST /assignments/{assignment_id}/progress",
        "who has it",
        about={"assignment_id": "item_pledged"},
        body={"share": 50, "words": "过半"},
    ),
    worked(
        "POST /assignments/{assignment_id}/report",
        "who has it",
        about={"assignment_id": "item_pledged"},
        body={"words": "修好了"},
    ),
    judged(
        "POST /assignments/{assignment_id}/acceptance",
        "who answers for the organisation, or for one above",
        about={"assignment_id": "item_reported"},
        body={},
    ),
    judged(
        "POST /assignments/{assignment_id}/return",
        "as the acceptance",
        about={"assignment_id": "item_reported"},
        body={"words": "没修好"},
    ),
    judged(
        "POST /assignments/{assignment_id}/closing-out",
        "as the acceptance",
        about={"assignment_id": "item_accepted"},
        body={},
    ),
    Row(
        "POST /assignments/{assignment_id}/hand-over",
        "who has it, and those who accept; to somebody else in office",
        404,
        {200: f"agent {KEEP}", 403: "stand_in auditor"},
        body={"post_id": "{village_head_post}", "words": "外出"},
    ),
    worked(
        "POST /assignments/{assignment_id}/extensions",
        "who has it",
        201,
        body={"wanted_on": "2027-07-31", "words": "下雨"},
    ),
    judged(
        "POST /assignments/{assignment_id}/extensions/{extension_id}/decision",
        "as the acceptance",
        about={"assignment_id": "asked_assignment", "extension_id": "later_id"},
        body={"granted": True},
    ),
    worked(
        "POST /assignments/{assignment_id}/helpers",
        "who has it",
        201,
        body={"post_id": "{village_head_post}", "words": "请协调"},
    ),
    Row(
        "POST /assignments/{assignment_id}/helpers/{assisting_id}/answer",
        "who was asked to help",
        404,
        {200: "secretary"},
        about={"assignment_id": "helped_assignment"},
        body={"words": "已协调"},
    ),
]


class _Making:
    """Lists of the village that its secretary keeps, with items of the agent's at each stage."""

    def __init__(self, there: County) -> None:
        self.there = there
        self.beside: dict[str, str] = {}  # what was made together with a thing

    async def done(self, path: str, by: str, **body: Any) -> dict[str, Any]:
        answer = await self.there.stand.post(path, by=self.there.people[by], **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    async def draft_list(self) -> str:
        unit = await self.there.thing("village_branch")
        body = {"organization_id": unit, "kind": "task", "title": "村清单", **YEAR}
        return str((await self.done("/checklists", "secretary", **body))["id"])

    async def free_item(self) -> str:
        found = await self.draft_list()
        item = await self.done(f"/checklists/{found}/items", "secretary", title="修路", due_on=DUE)
        await self.done(f"/checklists/{found}/publication", "secretary")
        return str(item["id"])

    async def given(self) -> dict[str, str]:
        """An item in the agent's name, the list that it stands on, and its assignment."""
        item = await self.free_item()
        held = await self.done(f"/checklist-items/{item}/holder", "secretary", post_id=self.there.things["agency"])
        found = {"item_id": item, "checklist_id": held["checklist_id"]}
        return found | {"assignment_id": held["holder"]["assignment_id"]}

    async def checklist_id(self) -> str:
        return (await self.given())["checklist_id"]

    async def item_id(self) -> str:
        return (await self.given())["item_id"]

    async def assignment_id(self) -> str:
        return (await self.given())["assignment_id"]

    async def list_with_item(self) -> str:
        found = await self.given()
        self.beside[found["checklist_id"]] = found["item_id"]
        return found["checklist_id"]

    async def item_on_list(self) -> str:
        return self.beside[await self.there.thing("list_with_item")]

    async def closed_list(self) -> str:
        found = (await self.given())["checklist_id"]
        await self.done(f"/checklists/{found}/close", "secretary")
        return found

    async def item_pledged(self) -> str:
        found = (await self.given())["assignment_id"]
        await self.done(f"/assignments/{found}/pledge", "agent", promised_on="2026-12-01")
        return found

    async def item_reported(self) -> str:
        found = await self.item_pledged()
        await self.done(f"/assignments/{found}/report", "agent", words="修好了")
        return found

    async def item_accepted(self) -> str:
        found = await self.item_reported()
        await self.done(f"/assignments/{found}/acceptance", "secretary")
        return found

    async def asked_assignment(self) -> str:
        found, body = await self.item_pledged(), {"wanted_on": "2027-07-31", "words": "下雨"}
        asked = await self.done(f"/assignments/{found}/extensions", "agent", **body)
        self.beside[found] = asked["extensions"][0]["id"]
        return found

    async def later_id(self) -> str:
        return self.beside[await self.there.thing("asked_assignment")]

    async def helped_assignment(self) -> str:
        found = await self.item_pledged()
        body = {"post_id": await self.village_head_post(), "words": "请协调"}
        asked = await self.done(f"/assignments/{found}/helpers", "agent", **body)
        self.beside[found] = asked["helpers"][0]["id"]
        return found

    async def assisting_id(self) -> str:
        return self.beside[await self.there.thing("helped_assignment")]

    async def meeting_open(self) -> str:
        item = await self.item_id()
        await self.done(f"/checklist-items/{item}/problems", "secretary", **NEW)
        body = {"organization_id": await self.village_branch(), "on": "2026-11-16"}
        met = await self.done("/coordination-meetings", "secretary", **body)
        self.beside[met["id"]] = met["agenda"][0]["id"]
        return str(met["id"])

    async def meeting_id(self) -> str:
        return await self.meeting_open()

    async def entry_open(self) -> str:
        return self.beside[await self.there.thing("meeting_open")]

    async def village_head_post(self) -> str:
        async with self.there.stand.mounted.sessions() as session:
            posts = await session.all(select(Post))
        return next(str(one.id) for one in posts if one.person_id == self.there.people["secretary"])

    async def village_branch(self) -> str:
        async with self.there.stand.mounted.sessions() as session:
            units = await session.all(select(Organization))
        return next(str(one.id) for one in units if one.division_code == VILLAGE)


def makers(there: County) -> dict[str, Maker]:
    """One for each kind of thing that the rows are about."""
    making = _Making(there)
    return {name: getattr(making, name) for name in MADE}


MADE = (
    "draft_list",
    "free_item",
    "checklist_id",
    "item_id",
    "assignment_id",
    "list_with_item",
    "item_on_list",
    "closed_list",
    "item_pledged",
    "item_reported",
    "item_accepted",
    "asked_assignment",
    "later_id",
    "helped_assignment",
    "assisting_id",
    "meeting_open",
    "meeting_id",
    "entry_open",
    "village_head_post",
    "village_branch",
)
