"""Results: counted once and published, few sheets gone up, the door apart; below the line told once until put right."""

from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from python_calamine import CalamineWorkbook

from contracts.feedback import SurveyFellShort, SurveyJudgedAgain
from services.feedback.surveys.results.actions import publish_survey
from tests.feedback.ballots.test_casting import contents
from tests.feedback.cells.polling import told
from tests.feedback.facts import DISTRICT, NEXT_VILLAGE, TOWNSHIP, VILLAGE, organization_id, post
from tests.feedback.office import Office
from tests.feedback.surveys.asking import (
    AUDITOR,
    BAD,
    CADRE,
    FAIR,
    GOOD,
    GUIDE,
    OPERATOR,
    UNSURE,
    Asking,
    drafted,
    opened,
    people,
)

pytestmark = pytest.mark.asyncio


def counts(table: dict[str, Any], question: str) -> dict[str, tuple[int, int]]:
    """What is told of a question, by option."""
    (found,) = [one for one in table["questions"] if one["code"] == question]
    return {option["code"]: (option["least"], option["most"]) for option in found["options"]}


async def answered_badly(office: Office) -> Asking:
    """A survey with two satisfied of five with an opinion in the village, three elsewhere, and six at the door."""
    asking = await opened(office)
    await asking.all_answer(VILLAGE, GOOD, FAIR, BAD, BAD, UNSURE | {"words": "修路"}, given=8)
    await asking.paper(1, BAD, by=GUIDE)
    await asking.paper(1, BAD, by=AUDITOR)
    await asking.paper(2, GOOD, by=GUIDE)  # nobody reads it a second time
    await asking.all_answer(NEXT_VILLAGE, BAD, BAD, GOOD)
    for _ in range(6):
        assert (await asking.at_the_door(GOOD)).status_code == 201
    return asking


class TestResults:
    """On SQLite; the class below runs the same on PostgreSQL."""

    async def test_it_is_counted_published_and_told_and_the_next_survey_says_whether_it_was_put_right(
        self, office: Office
    ) -> None:
        await people(office)
        asking = await answered_badly(office)
        assert (await asking.results())["code"] == "not-published-yet"
        shown = await asking.published()
        parts = {(part["division_code"], part["kind"]): part for part in shown["parts"]}
        assert {place: (part["outcome"], part["responses"]) for place, part in parts.items()} == {
            (VILLAGE, "area"): ("published", 6),
            (NEXT_VILLAGE, "area"): ("went_up", None),
            (TOWNSHIP, "rest"): ("too_few", 3),
            (TOWNSHIP, "door"): ("published", 6),
        }
        village = parts[VILLAGE, "area"]["table"]
        assert counts(village, "overall") == {
            "satisfied": (1, 1),
            "fairly_satisfied": (1, 1),
            "dissatisfied": (3, 3),
            "no_opinion": (1, 1),
        }
        assert counts(village, "roads")[""] == (5, 6)  # all but one at most gave no points
        assert "why" not in {one["code"] for one in village["questions"]}  # shown to three: too few
        overall = village["questions"][0]
        assert overall["share"] == {
            "percent_least": "40.00",
            "percent_most": "40.00",
            "low": "11.76",
            "high": "76.92",
        }
        door = parts[TOWNSHIP, "door"]["table"]
        assert counts(door, "overall")["satisfied"] == (0, 6)  # one of the two good answers, and that is all
        whole = shown["whole"]["questions"][0]
        assert (shown["whole"]["responses"], whole["share"]["percent_least"], whole["share"]["percent_most"]) == (
            12,
            "63.63",
            "72.72",
        )
        assert "低于达标线 85%" in shown["says_zh"]
        assert {one["channel"]: (one["given"], one["answered"], one["percent"]) for one in shown["taken"]} == {
            "household": (11, 8, "72.72"),
            "counter": (0, 0, None),
            "interviewer": (6, 6, None),
            "paper": (2, 1, None),
        }

        left = await contents(office)
        for table in ("urn", "words_pool", "survey_code", "taken_interview", "paper_sheet"):
            assert left[table] == []
        words = (await office.get(f"{asking.path}/words", by=OPERATOR)).json()["items"]
        assert words == [{"question": "words", "words": "修路"}]
        assert (await office.get(f"{asking.path}/words", by=CADRE)).status_code == 404
        async with office.mounted.sessions() as session:
            await publish_survey(UUID(asking.id), session)  # as a timer that fired twice would
        (short,) = await told(office, SurveyFellShort)
        assert (str(short.survey_id), short.organization_id, short.line_percent) == (
            asking.id,
            organization_id("D-1"),
            85,
        )
        (waiting,) = (await office.get("/shortfalls", by=OPERATOR, waiting="true")).json()["items"]
        assert (waiting["survey"]["id"], waiting["again_by"], waiting["overdue"]) == (asking.id, "2023-12-17", False)
        assert (await office.get("/shortfalls", by=CADRE)).json()["items"] == []

        days = {"opens_on": "2023-07-01", "closes_on": "2023-07-10", "publishes_on": "2023-07-20"}
        later = await drafted(office, **days)
        await office.post(f"{later.path}/announcement", by=OPERATOR, body={})
        office.clock.at = office.clock.at.replace(month=7, day=2)
        await office.mounted.timers.fire_due()
        await later.all_answer(VILLAGE, *[GOOD] * 5)
        await later.all_answer(NEXT_VILLAGE, *[FAIR] * 6)
        office.clock.at = office.clock.at.replace(day=20)
        await office.mounted.timers.fire_due()
        assert (await later.results())["survey"]["below_line"] is False
        (judged,) = await told(office, SurveyJudgedAgain)
        assert (str(judged.survey_id), str(judged.next_survey_id), judged.above_line) == (asking.id, later.id, True)
        assert len(await told(office, SurveyFellShort)) == 1
        assert (await office.get("/shortfalls", by=OPERATOR, waiting="true")).json()["items"] == []
        (put_right,) = (await office.get("/shortfalls", by=OPERATOR)).json()["items"]
        assert (put_right["above_line"], put_right["next_survey_id"]) == (True, later.id)

    async def test_a_review_among_members_and_a_survey_of_a_post_are_not_for_everybody(self, office: Office) -> None:
        await people(office)
        secretary = post(uuid4(), "secretary", at="D-1", area=TOWNSHIP)
        await office.hear(secretary)
        of_post = {"subject": "post", "post_id": str(secretary.post_id)}
        one_place = {"parts": [{"division_code": TOWNSHIP, "quota": 0}], "channels": ["member"]}
        asking = await opened(office, **of_post, audience="members", **one_place)
        codes = await office.post(
            f"{asking.path}/codes",
            by=OPERATOR,
            body={"part_id": asking.part(TOWNSHIP, "rest"), "channel": "member", "many": 6},
        )
        for code, answers in zip(codes.json()["codes"], [GOOD] * 4 + [BAD] * 2, strict=True):
            assert (await asking.answer(code["code"], answers)).status_code == 200
        assert (await asking.published())["code"] == "not-found"
        assert (await office.get("/survey-results", by=uuid4())).json()["items"] == []
        assert (await office.get(f"{asking.path}/results", by=GUIDE)).status_code == 404
        read = (await office.get(f"{asking.path}/results", by=AUDITOR)).json()
        assert read["whole"]["questions"][0]["share"]["percent_least"] == "66.66"
        sheet = await office.get(f"{asking.path}/results/sheet", by=CADRE)
        rows = CalamineWorkbook.from_filelike(BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
        assert rows[1] == ["合计", "6", "您对镇党委的工作满意吗？", "6", "满意", "4", "4", "66.66", "29.99—90.32"]
        assert rows[-1][:3] == ["党员测评码", "6", "发出 6"]
        (short,) = await told(office, SurveyFellShort)
        assert (short.post_id, short.audience) == (secretary.post_id, "members")


class TestResultsOnPostgres(TestResults):
    """The same statements on the other database."""

    @pytest.fixture
    def office(self, office_on_postgres: Office) -> Office:
        return office_on_postgres


async def test_without_a_judged_question_or_enough_sheets_nothing_falls_short(office: Office) -> None:
    await people(office)
    loose = await opened(office, judged=None, channels=["household"])
    few = await opened(
        office, channels=["household"], organization_id=str(organization_id("D")), division_code=DISTRICT
    )
    await loose.all_answer(VILLAGE, *[BAD] * 5)
    await few.all_answer(VILLAGE, *[BAD] * 4)
    assert "只收集意见" in (await loose.published())["says_zh"]
    told_of_few = await few.results()
    assert (told_of_few["whole"], told_of_few["survey"]["below_line"]) == (None, None)
    assert told_of_few["says_zh"] == "各片区份数都太少，不公布结果。"
    assert await told(office, SurveyFellShort) == []
