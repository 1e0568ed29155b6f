"""The rows of mass surveys: the branch of the village of the left columns is judged; agent and secretary are of it."""

from datetime import timedelta
from functools import partial
from itertools import count
from uuid import UUID, uuid4

from services.feedback.surveys.definitions.model import Survey, SurveyStage
from services.feedback.surveys.results.actions import publish_survey
from services.feedback.surveys.results.model import Shortfall
from tests.feedback import facts
from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.tasks.conftest import MONDAY

RUNNING = "cadre supervisor operator"
IN_OFFICE = "guide cadre supervisor operator auditor"  # in the area, and not of the branch
READING = "secretary cadre supervisor operator auditor"

TODAY = MONDAY.date()
QUESTION = {"code": "overall", "kind": "opinion", "title_zh": "满意吗？"}
SURVEY = {
    "subject": "organization",
    "organization_id": str(facts.organization_id("D-1-1")),
    "audience": "villagers",
    "division_code": facts.VILLAGE,
    "parts": [{"division_code": facts.VILLAGE, "quota": 0}],
    "channels": ["household", "interviewer", "paper"],
    "opens_on": str(TODAY - timedelta(days=1)),
    "closes_on": str(TODAY + timedelta(days=9)),
    "publishes_on": str(TODAY + timedelta(days=30)),
    "judged": "overall",
    "definition": {"title_zh": "村支部满意度测评", "pages": [{"questions": [QUESTION]}]},
}
GOOD, BAD = {"overall": "satisfied"}, {"overall": "dissatisfied"}
OPEN, PUBLISHED = {"survey_id": "open_survey"}, {"survey_id": "published_survey"}

FORM = {"title": "一", "elements": [{"type": "boolean", "name": "a", "title": "二"}]}

ROWS: list[Row] = [
    Row("POST /surveys", "who is in charge one level above whom it is about", 403, {201: RUNNING}, body=SURVEY),
    signed_in("GET /surveys", "of organisations below one's own", shows=("survey_id", f"{RUNNING} auditor")),
    signed_in("POST /surveys/surveyjs", "whoever has a form", body={"form": FORM}),
    Row("GET /surveys/{survey_id}", "who may run it", 404, {200: RUNNING}),
    Row("GET /surveys/{survey_id}/surveyjs", "who may run it", 404, {200: RUNNING}),
    Row("POST /surveys/{survey_id}/revision", "who may run it", 404, {200: RUNNING}, body=SURVEY),
    Row("POST /surveys/{survey_id}/announcement", "who may run it", 404, {200: RUNNING}),
    Row("POST /surveys/{survey_id}/dropping", "who may run it", 404, {200: RUNNING}),
    Row(
        "POST /surveys/{survey_id}/codes",
        "who may run it; of a counter also who is in office there and not judged",
        404,
        {201: RUNNING},
        about=OPEN,
        body={"part_id": "{survey_part}", "channel": "household", "many": 1},
    ),
    Row(
        "PUT /surveys/{survey_id}/interviews/{interview_id}",
        "who is in office in the area and does not work for whom it is about",
        403,
        {201: IN_OFFICE},
        about=OPEN,
        body={"part_id": "{survey_part}", "answers": GOOD},
    ),
    Row(
        "POST /surveys/{survey_id}/papers",
        "as interviews",
        403,
        {201: IN_OFFICE},
        about=OPEN,
        body={"part_id": "{survey_part}", "number": 1, "answers": GOOD},
    ),
    Row("GET /surveys/{survey_id}/papers", "who may run it", 404, {200: RUNNING}, about=OPEN),
    Row(
        "POST /surveys/{survey_id}/papers/{paper_id}/settlement",
        "who may run it, and entered it neither time",
        404,
        {200: RUNNING},
        about=OPEN,
        body={"answers": BAD},
    ),
    Row(
        "GET /surveys/{survey_id}/results",
        "who sees the work of whom it is about",
        404,
        {200: READING},
        about=PUBLISHED,
    ),
    Row("GET /surveys/{survey_id}/results/sheet", "as the results", 404, {200: READING}, about=PUBLISHED),
    Row("GET /surveys/{survey_id}/words", "who may run it", 404, {200: RUNNING}, about=PUBLISHED),
    signed_in("GET /shortfalls", "of organisations below one's own", shows=("short_survey", f"{RUNNING} auditor")),
    everybody("GET /survey-results", "who wants to know what was asked", 200),
    everybody("GET /survey-results/{survey_id}", "once it is published", 200, about=PUBLISHED),
    everybody("GET /survey-answers/{survey_id}/form", "who answers, of whom nothing is known", 200, about=OPEN),
    everybody(
        "POST /survey-answers",
        "whoever has a code; of another size, refused",
        422,
        body={"code": "0000-0000-0000-0000", "answers": GOOD, "altcha": "AAAA"},
    ),
]


def makers(there: County) -> dict[str, Maker]:
    """Surveys at each stage, and what comes with them."""
    stand, people = there.stand, there.people
    made: dict[str, str] = {}
    numbers = count(100)

    async def done(path: str, by: str, **body: object) -> dict[str, object]:
        answer = await stand.post(path, by=people[by], **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    async def survey(stage: SurveyStage) -> str:
        shown = await done("/surveys", "operator", **SURVEY)
        made["part"] = shown["parts"][-1]["id"]  # type: ignore[index]
        survey_id = UUID(shown["survey"]["id"])  # type: ignore[index]
        if stage is not SurveyStage.DRAFT:
            await done(f"/surveys/{survey_id}/announcement", "operator")
            async with stand.mounted.sessions() as session:
                found = await session.get(Survey, survey_id, lock=True)
                assert found is not None
                found.stage = SurveyStage.OPEN
                if stage is SurveyStage.PUBLISHED:
                    await publish_survey(survey_id, session)
        return str(survey_id)

    async def open_survey() -> str:
        found = await survey(SurveyStage.OPEN)
        made["open"] = made["part"]
        return found

    async def short_survey() -> str:
        """One below the line."""
        found = UUID(await survey(SurveyStage.PUBLISHED))
        now = stand.mounted.clock.now()
        short = Shortfall(
            id=found,
            subject_key=str(found),
            organization_id=facts.organization_id("D-1-1"),
            line_percent=85,
            found_at=now,
            again_by=TODAY,
            next_survey_id=None,
            above_line=None,
            judged_at=None,
        )
        async with stand.mounted.sessions() as session:
            session.add(short)
        return str(found)

    async def survey_part() -> str:
        await there.thing("open_survey")
        return made["open"]

    async def paper_id() -> str:
        """A paper of the open survey that two read differently."""
        survey_id, number = await there.thing("open_survey"), next(numbers)
        entry = {"part_id": made["open"], "number": number}
        await done(f"/surveys/{survey_id}/papers", "guide", **entry, answers=GOOD)
        return str((await done(f"/surveys/{survey_id}/papers", "auditor", **entry, answers=BAD))["id"])

    async def interview_id() -> str:
        return str(uuid4())

    return {
        "survey_id": partial(survey, SurveyStage.DRAFT),
        "open_survey": open_survey,
        "published_survey": partial(survey, SurveyStage.PUBLISHED),
        "short_survey": short_survey,
        "survey_part": survey_part,
        "paper_id": paper_id,
        "interview_id": interview_id,
    }
