"""The rows of pairings and aid files in `members`, and of visits in `tasks`."""

from uuid import UUID, uuid4

from sqlmodel import col, select

from contracts.members import HouseholdListed, HouseholdPeopled
from services.members.aid_files.model import AidFile, AidStage
from services.members.households.model import Citizen
from services.members.words import HouseholdTie
from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.tasks.conftest import MONDAY, TOWNSHIP, VILLAGE

AT_THE_TOWNSHIP = "cadre operator"
SEES_VILLAGE = "agent stand_in grid_worker secretary cadre supervisor operator auditor"
IDENTIFIES = "secretary cadre operator"
SEES_FILES = "secretary cadre supervisor operator auditor"

PAIR = {"kind": "household", "helper": {"person_id": "{officer}"}, "household_id": "{fresh_home}"}
AREA = {"division_code": VILLAGE}

MEMBERS: list[Row] = [
    Row("POST /pairings", "the township and the county", 403, {201: AT_THE_TOWNSHIP}, body=PAIR),
    signed_in("GET /pairings", "one's own; another's as far as one's posts reach", shows=("pairing_id", "stand_in")),
    Row(
        "GET /pairings",
        "posts that see the whole of an area",
        403,
        {200: SEES_VILLAGE},
        query=AREA,
        shows=("pairing_id", SEES_VILLAGE),
    ),
    Row(
        "GET /pairings/gaps",
        "as the area's pairings",
        403,
        {200: SEES_VILLAGE},
        query=AREA | {"gap": "household_without"},
    ),
    Row(
        "GET /pairings/gaps/export",
        "as the list",
        403,
        {200: SEES_VILLAGE},
        query=AREA | {"gap": "household_without"},
    ),
    Row(
        "GET /pairings/{pairing_id}",
        "who helps, the household, and posts of the area",
        404,
        {200: f"citizen {SEES_VILLAGE}"},
    ),
    Row(
        "POST /pairings/{pairing_id}/end",
        "the township and the county; who may but see it is refused",
        404,
        {200: AT_THE_TOWNSHIP, 403: "citizen agent stand_in grid_worker secretary supervisor auditor"},
        body={"on": "2026-12-31", "reason": "goal_reached"},
    ),
    Row(
        "POST /pairings/{pairing_id}/hand-over",
        "as the end",
        404,
        {201: AT_THE_TOWNSHIP, 403: "citizen agent stand_in grid_worker secretary supervisor auditor"},
        body={"helper": {"person_id": "{newcomer}"}, "on": "{today}"},
    ),
    Row(
        "POST /pairings/hand-overs",
        "the township and the county",
        403,
        {200: AT_THE_TOWNSHIP},
        body={"from_post_id": "{standby_pairs}", "to_post_id": "{agency}", "on": "{today}"},
    ),
    everybody("GET /aid-notices", "who may object: masked, and only while it is posted", 200, query=AREA),
    Row(
        "POST /aid-files",
        "the village's secretary, the township and the county",
        403,
        {201: IDENTIFIES},
        body={"household_id": "{fresh_home}", "reason": "disaster"},
    ),
    signed_in("GET /aid-files", "one's own household's", shows=("file_id", "citizen")),
    Row(
        "GET /aid-files",
        "posts that see the files of the whole area",
        403,
        {200: SEES_FILES},
        query=AREA,
        shows=("file_id", SEES_FILES),
    ),
    Row("GET /aid-files/{file_id}", "the household, and posts of the area", 404, {200: f"citizen {SEES_FILES}"}),
    Row(
        "POST /aid-files/{file_id}/notice",
        "as identifying; who may but see it is refused",
        404,
        {200: IDENTIFIES, 403: "citizen supervisor auditor"},
    ),
    Row(
        "POST /aid-files/{file_id}/objections",
        "everybody signed in, while it is posted",
        201,
        body={"words": "不符合条件"},
        about={"file_id": "posted_file"},
    ),
    Row(
        "POST /aid-files/objections/{objection_id}/answer",
        "the township and the county, never who identified",
        404,
        {200: AT_THE_TOWNSHIP, 403: "citizen secretary supervisor auditor"},
        body={"upheld": False, "words": "已核实"},
    ),
    Row(
        "POST /aid-files/{file_id}/decision",
        "the township and the county propose; a second person of theirs confirms",
        404,
        {200: AT_THE_TOWNSHIP, 403: "citizen secretary supervisor auditor"},
        body={"decision": "refuse", "reason": "conditions_not_met"},
    ),
]


async def _home(there: County) -> str:
    """The household of the village, to which whoever stands in the citizen's column belongs from now on."""
    async with there.stand.mounted.sessions() as session:
        [found] = await session.all(select(Citizen).where(col(Citizen.name) == "样citizen"))
        own = await session.get(Citizen, there.people["citizen"], lock=True)
        assert own is not None
        own.household_id, own.tie = found.household_id, HouseholdTie.OTHER
        own.township_code, own.division_code = found.township_code, found.division_code
    return str(found.household_id)


def makers_of_members(there: County) -> dict[str, Maker]:
    """The citizen's household, paired and with a file; each time what went before is over."""
    operator, secretary = there.people["operator"], there.people["secretary"]

    async def done(path: str, by: UUID, **body: object) -> dict[str, object]:
        answer = await there.stand.post(path, by=by, **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    async def fresh_home() -> str:
        """The household, with nobody who answers for it and no file that is open."""
        listed = await there.stand.get("/pairings", by=operator, division_code=TOWNSHIP, limit=100)
        for one in listed.json()["items"]:
            await done(f"/pairings/{one['id']}/end", operator, on=str(one["from_on"]), reason="by_mistake")
        async with there.stand.mounted.sessions() as session:
            for one in await session.all(select(AidFile).with_for_update()):
                one.stage = AidStage.REFUSED
        return await _home(there)

    async def pair(**helper: str) -> str:
        body = {"kind": "household", "household_id": await fresh_home(), "helper": helper}
        return str((await done("/pairings", operator, **body))["id"])

    async def pairing_id() -> str:
        return await pair(person_id=await there.thing("officer"))

    async def standby_pairs() -> str:
        """The post by which somebody answers for the household."""
        post = await there.thing("standby")
        await pair(person_id=await there.thing("officer"), post_id=post)
        return post

    async def posted_file() -> str:
        file = await file_id()
        await done(f"/aid-files/{file}/notice", secretary)
        return file

    async def objection_id() -> str:
        body = {"words": "不符合条件"}
        return str((await done(f"/aid-files/{await posted_file()}/objections", secretary, **body))["id"])

    async def today() -> str:
        return str(MONDAY.date())

    async def file_id() -> str:
        body = {"household_id": await fresh_home(), "reason": "disaster"}
        return str((await done("/aid-files", secretary, **body))["id"])

    return {
        "fresh_home": fresh_home,
        "pairing_id": pairing_id,
        "standby_pairs": standby_pairs,
        "file_id": file_id,
        "posted_file": posted_file,
        "objection_id": objection_id,
        "today": today,
    }


READS = "secretary cadre supervisor operator auditor"
VISITS = "agent stand_in grid_worker secretary cadre"
VISIT = {"household_id": "{home}", "visited_on": "2026-11-15", "needs": []}

ROWS: list[Row] = [
    Row(
        "PUT /visits/{visit_id}",
        "whoever is paired with the household, and posts of its area",
        404,
        {201: VISITS},
        body=VISIT,
        about={"visit_id": "new_visit"},
    ),
    signed_in("GET /visits", "those that one paid", shows=("visit_id", "grid_worker")),
    signed_in(
        "GET /visits", "those to one's own household", query={"whose": "received"}, shows=("visit_id", "citizen")
    ),
    Row("GET /visits", "posts that oversee the area", 403, {200: READS}, query=AREA, shows=("visit_id", READS)),
    signed_in("GET /visits/coverage", "the households that one answers for"),
    Row("GET /visits/coverage", "posts that oversee the area", 403, {200: READS}, query=AREA),
    signed_in("GET /visits/coverage/export", "as the list"),
    Row(
        "GET /visits/{visit_id}",
        "the visitor, the household, and posts that oversee the area (these without its words)",
        404,
        {200: f"citizen grid_worker {READS}"},
    ),
    Row(
        "POST /visits/{visit_id}/needs/{number}/case",
        "the household",
        404,
        {201: "citizen", 403: f"grid_worker {READS}"},
    ),
    Row(
        "POST /visits/{visit_id}/contest",
        "the household",
        404,
        {201: "citizen", 403: f"grid_worker {READS}"},
        body={"words": "不是这样"},
    ),
    Row(
        "POST /visits/{visit_id}/contest/answer",
        "who oversees the area from the township or above, never the visitor",
        404,
        {200: "cadre supervisor operator", 403: "citizen grid_worker secretary auditor"},
        body={"upheld": True, "words": "已核实"},
        about={"visit_id": "contested"},
    ),
]


def makers(there: County) -> dict[str, Maker]:
    """Visits that the grid worker paid to the citizen's household."""
    household = uuid4()

    async def home() -> str:
        await there.stand.hear(
            HouseholdListed(household_id=household, division_code=VILLAGE, ended_on=None),
            HouseholdPeopled(household_id=household, person_ids=(there.people["citizen"],)),
        )
        return str(household)

    async def new_visit() -> str:
        return str(uuid4())

    async def visit_id() -> str:
        visit = str(uuid4())
        leave = {"by": str(there.people["citizen"]), "way": "spoken"}
        need = {"kind": "help", "words": "修路", "case": False}
        body = {**VISIT, "household_id": await home(), "leave": leave, "needs": [need]}
        putting = Row("PUT /visits/{visit_id}", "", 201)
        answer = await there.call(putting, f"/visits/{visit}", by="grid_worker", body=body)
        assert answer.status_code == 201, answer.text
        return visit

    async def contested() -> str:
        visit = await visit_id()
        said = await there.stand.post(f"/visits/{visit}/contest", by=there.people["citizen"], words="不是这样")
        assert said.status_code == 201, said.text
        return visit

    async def number() -> str:
        return "1"

    return {"home": home, "new_visit": new_visit, "visit_id": visit_id, "contested": contested, "number": number}
