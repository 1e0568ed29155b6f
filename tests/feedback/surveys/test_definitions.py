"""A survey is drafted one level above, frozen when announced, and opens, closes and is published by itself."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.feedback.cells.polling import on
from tests.feedback.facts import DISTRICT, NEXT_VILLAGE, TOWNSHIP, VILLAGE, organization_id
from tests.feedback.office import Office
from tests.feedback.surveys.asking import CADRE, CLOSES, DEFINITION, GUIDE, OPERATOR, SURVEY, drafted, opened, people

pytestmark = pytest.mark.asyncio

ASKED_OF_ALL = {"code": "a", "kind": "opinion", "title_zh": "一", "required": False}
REFUSED: list[tuple[dict[str, object], str]] = [
    ({"subject": "post"}, "subject-does-not-fit"),
    ({"item_code": "pension"}, "subject-does-not-fit"),
    ({"channels": ["member"]}, "channels-do-not-fit"),
    ({"audience": "members"}, "channels-do-not-fit"),
    ({"parts": [{"division_code": DISTRICT, "quota": 0}]}, "parts-overlap"),
    ({"parts": [{"division_code": TOWNSHIP, "quota": 0}, *SURVEY["parts"]]}, "parts-overlap"),
    ({"publishes_on": "2023-06-15"}, "survey-dates-out-of-turn"),  # four days to enter papers
    ({"opens_on": "2023-06-11"}, "survey-dates-out-of-turn"),
    ({"judged": "why"}, "not-judged-by-opinion"),
    ({"judged": "nothing"}, "not-judged-by-opinion"),
    (
        {"judged": "a", "definition": DEFINITION | {"pages": [{"questions": [ASKED_OF_ALL]}]}},
        "not-judged-by-opinion",
    ),
    ({"organization_id": str(uuid4())}, "no-such-unit"),
]


class TestSurveys:
    """On SQLite; the class below runs the same on PostgreSQL."""

    async def test_a_survey_is_announced_and_then_goes_its_way(self, office: Office) -> None:
        await people(office)
        asking = await drafted(office)
        assert (await office.get("/survey-results", by=uuid4())).json()["items"] == []
        whole = {"parts": [{"division_code": TOWNSHIP, "quota": 5}], "channels": ["household"]}
        revised = await office.post(f"{asking.path}/revision", by=OPERATOR, body=SURVEY | whole)
        assert [(part["division_code"], part["kind"], part["quota"]) for part in revised.json()["parts"]] == [
            (TOWNSHIP, "rest", 5)
        ]
        back = await office.post(f"{asking.path}/revision", by=OPERATOR, body=SURVEY)
        assert [(part["division_code"], part["kind"]) for part in back.json()["parts"]] == [
            (VILLAGE, "area"),
            (NEXT_VILLAGE, "area"),
            (TOWNSHIP, "door"),
            (TOWNSHIP, "rest"),
        ]
        announced = (await office.post(f"{asking.path}/announcement", by=OPERATOR, body={})).json()
        assert (announced["survey"]["line_percent"], announced["least"]) == (85, 5)
        late = await office.post(f"{asking.path}/revision", by=OPERATOR, body=SURVEY)
        assert late.json()["code"] == "not-allowed-now"
        stages = []
        for day in (date(2023, 5, 31), date(2023, 6, 1), CLOSES, date(2023, 6, 11), date(2023, 6, 20)):
            on(office, day)
            await office.mounted.timers.fire_due()
            (listed,) = (await office.get("/survey-results", by=uuid4(), subject="organization")).json()["items"]
            stages.append(listed["stage"])
        assert stages == ["announced", "open", "open", "closed", "published"]

    async def test_the_list_is_of_what_lies_below_and_is_cut_by_filters(self, office: Office) -> None:
        await people(office)
        asking = await drafted(office)
        top = await drafted(office, organization_id=str(organization_id("D")), division_code=DISTRICT)

        async def found(by: object = OPERATOR, **query: str) -> list[str]:
            answer = await office.get("/surveys", by=by, **query)  # type: ignore[arg-type]
            return [one["id"] for one in answer.json()["items"]]

        assert await found() == [top.id, asking.id]
        assert await found(organization_id=str(organization_id("D-1"))) == [asking.id]
        assert await found(division_code=TOWNSHIP, stage="draft", subject="organization") == [asking.id]
        assert await found(stage="open") == await found(subject="post") == await found(by=CADRE) == []
        first = (await office.get("/surveys", by=OPERATOR, limit=1)).json()
        assert await found(cursor=first["next"]) == [asking.id]


class TestSurveysOnPostgres(TestSurveys):
    """The same statements on the other database."""

    @pytest.fixture
    def office(self, office_on_postgres: Office) -> Office:
        return office_on_postgres


async def test_what_would_not_hold_is_refused(office: Office) -> None:
    await people(office)
    for otherwise, code in REFUSED:
        answer = await office.post("/surveys", by=OPERATOR, body=SURVEY | otherwise)
        assert answer.json()["code"] == code, otherwise
    for by in (CADRE, GUIDE, uuid4()):  # of whom it is about; in no charge; nobody
        assert (await office.post("/surveys", by=by, body=SURVEY)).json()["code"] == "may-not-run-surveys"
    asking = await drafted(office)
    assert (await office.get(asking.path, by=CADRE)).status_code == 404
    office.clock.at += timedelta(days=60)
    late = await office.post(f"{asking.path}/announcement", by=OPERATOR, body={})
    assert late.json()["code"] == "survey-announced-too-late"
    dropped = await office.post(f"{asking.path}/dropping", by=OPERATOR, body={})
    assert dropped.json()["survey"]["stage"] == "dropped"


async def test_a_survey_that_takes_answers_is_given_up_by_nobody(office: Office) -> None:
    await people(office)
    asking = await opened(office)
    assert (await office.post(f"{asking.path}/dropping", by=OPERATOR, body={})).json()["code"] == "not-allowed-now"
