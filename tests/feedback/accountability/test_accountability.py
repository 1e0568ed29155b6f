"""Nobody is held to account unheard, by themselves, by one person alone where it is grave, or by the machine."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from chassis.clock import real_now
from chassis.plans import table_of
from contracts.feedback import CellFoundBelowLine, MeasureMoved, SurveyFellShort
from contracts.members import PersonErased
from services.feedback.accountability.model import AccountabilityCase, Consideration
from services.feedback.cells.cutting import Cut
from services.feedback.cells.model import BallotTerm, Cell, Outcome, TermStage
from tests.feedback.accountability.committee import (
    AGENCY,
    AGENT,
    BRANCH,
    CADRE,
    CITIZEN,
    OPERATOR,
    SECRETARY,
    SUPERVISOR,
    TOWNSHIP_HEAD,
    brought,
    confirmed,
    convened,
    did,
    later,
    seen,
)
from tests.feedback.facts import DISTRICT, FAR_VILLAGE, NOON, TOWNSHIP, VILLAGE, Case, organization_id
from tests.feedback.office import Office

pytestmark = pytest.mark.asyncio


async def below_line(office: Office, month: int) -> CellFoundBelowLine:
    """A cell of the village closed below the line."""
    term = BallotTerm(
        id=uuid4(),
        district_code=DISTRICT,
        served_from=NOON.date().replace(month=month, day=1),
        served_to=NOON.date().replace(month=month, day=20),
        draws_until=NOON.date().replace(month=month, day=21),
        closes_on=NOON.date().replace(month=month, day=28),
        least_expected=20,
        least_cast=5,
        line_percent=85,
        stage=TermStage.CLOSED,
        planned_by=OPERATOR,
        planned_at=NOON,
        opened_at=NOON,
        closed_at=NOON,
    )
    cell = Cell.begin(term, Cut(VILLAGE, 20, None), group_code="all", item_codes=[])
    cell.stage, cell.outcome, cell.below_line = TermStage.CLOSED, Outcome.PUBLISHED, True
    async with office.mounted.sessions() as session:
        session.add(term, cell)
    return CellFoundBelowLine(
        cell_id=cell.id,
        township_code=TOWNSHIP,
        division_code=VILLAGE,
        owner_code=TOWNSHIP,
        group_code="all",
        item_codes=(),
        served_from=term.served_from,
        served_to=term.served_to,
        found_at=NOON,
    )


class TestTheWayOfACase:
    """On SQLite; the class below runs the same on PostgreSQL."""

    async def test_a_praise_is_posted_its_objections_answered_and_the_roll_holds_units_alone(
        self, office: Office
    ) -> None:
        grounds = await convened(office)
        unit = await brought(office, grounds, "reward")
        person = await brought(office, grounds, "commendation", post_id=str(AGENCY.post_id))
        posted = (await office.get("/honours/notices", by=CITIZEN)).json()["items"]
        assert [(one["measure_zh"], one["holder_name"]) for one in posted] == [
            ("通报表扬", "李四"),
            ("表彰奖励", None),
        ]
        path = f"/honours/notices/{unit['case']['id']}/objections"
        made = await office.post(path, by=CITIZEN, body={"words": "账目还没公开"})
        assert made.status_code == 201
        assert (await office.post(path, by=CITIZEN, body={"words": "再说一次"})).json()["code"] == "objected-already"
        assert await did(office, unit, "answer", SECRETARY) == "not-allowed-now"
        await later(office, 8)
        assert (await office.post(path, by=AGENT, body={"words": "晚了"})).json()["code"] == "not-a-praise"
        assert await did(office, unit, "decision", CADRE) == "objection-unanswered"
        answering = f"/accountability/objections/{made.json()['id']}/answer"
        assert (await office.post(answering, by=CITIZEN, body={"words": "x"})).status_code == 404
        assert (await office.post(answering, by=CADRE, body={"words": "已于五月公开"})).status_code == 200
        assert (await office.post(answering, by=CADRE, body={"words": "x"})).json()["code"] == "answered-already"
        own = (await office.get("/me/accountability", by=CITIZEN)).json()["objections"]
        assert [(one["words"], one["answer"]) for one in own] == [("账目还没公开", "已于五月公开")]
        for by, whose in ((SECRETARY, None), (CADRE, str(CITIZEN))):
            assert [one["person_id"] for one in (await seen(office, unit, by))["objections"]] == [whose]

        assert (await did(office, unit, "decision", CADRE, document_no="1"))["waits_for_second"]
        assert await confirmed(office, SUPERVISOR) == "confirmed"
        assert (await did(office, person, "decision", CADRE))["case"]["stage"] == "decided"
        listed = (await office.get("/accountability", by=OPERATOR)).json()["items"]
        assert [(one["id"], one["stage"]) for one in listed] == [
            (person["case"]["id"], "decided"),
            (unit["case"]["id"], "decided"),
        ]
        own = (await office.get("/me/accountability", by=AGENT)).json()["items"]
        assert [one["measure_zh"] for one in own] == ["通报表扬"]
        roll = (await office.get("/honours", by=CITIZEN)).json()["items"]
        assert [(one["organization_name"], one["holder_name"]) for one in roll] == [("甲一村支部", None)]
        await later(office, 367)
        assert (await office.get("/honours", by=CITIZEN)).json()["items"] == []

    async def test_a_second_cell_below_the_line_is_put_on_the_desk_and_nothing_follows_by_itself(
        self, office: Office
    ) -> None:
        await convened(office)
        await office.hear(await below_line(office, 3))
        assert (await office.get("/accountability/considerations", by=CADRE)).json()["items"] == []
        second, third = await below_line(office, 4), await below_line(office, 5)
        await office.hear(second, second, third)
        await later(office, 400)
        desk = (await office.get("/accountability/considerations", by=CADRE)).json()["items"]
        assert {(one["id"], one["organization_id"]) for one in desk} == {
            (str(second.cell_id), BRANCH),
            (str(third.cell_id), BRANCH),
        }
        async with office.mounted.sessions() as session:
            assert await session.all(select(table_of(AccountabilityCase).c.id)) == []

        grounds = [{"kind": "cell", "id": str(third.cell_id)}]
        await brought(office, grounds, "order_to_rectify", consideration_id=str(third.cell_id))
        path = f"/accountability/considerations/{second.cell_id}/setting-aside"
        assert (await office.post(path, by=SECRETARY, body={"words": "不用"})).status_code == 404
        aside = await office.post(path, by=CADRE, body={"words": "与下一期一并处理"})
        assert aside.json()["set_aside"] == "与下一期一并处理"
        assert (await office.post(path, by=CADRE, body={"words": "x"})).json()["code"] == "already-considered"
        assert (await office.get("/accountability/considerations", by=CADRE)).json()["items"] == []
        async with office.mounted.sessions() as session:
            taken = await session.get(Consideration, third.cell_id)
        assert taken is not None
        assert (taken.case_id is None, taken.settled_by) == (False, CADRE)


async def test_a_survey_below_the_line_about_a_post_is_put_on_the_desk_as_of_its_organisation(office: Office) -> None:
    await convened(office)
    short = SurveyFellShort(
        survey_id=uuid4(),
        subject="post",
        audience="villagers",
        organization_id=organization_id("D-1-1"),
        post_id=AGENCY.post_id,
        item_code=None,
        township_code=TOWNSHIP,
        division_code=VILLAGE,
        line_percent=85,
        opened_on=NOON.date(),
        closed_on=NOON.date(),
        found_at=NOON,
    )
    at_the_top = short.model_copy(update={"survey_id": uuid4(), "organization_id": organization_id("D")})
    await office.hear(short, short, at_the_top)
    (one,) = (await office.get("/accountability/considerations", by=CADRE)).json()["items"]
    assert (one["id"], one["organization_id"], one["cause"]) == (str(short.survey_id), BRANCH, "survey_fell_short")
    assert str(AGENT) not in str(one)


class TestOnPostgres(TestTheWayOfACase):
    """The same statements on the other database."""

    @pytest.fixture
    def office(self, office_on_postgres: Office) -> Office:
        return office_on_postgres


class TestWhoMay:
    """What is refused, and who sees what."""

    async def test_a_grave_measure_is_heard_decided_by_two_and_quashed_by_a_third_one_level_higher(
        self, office: Office
    ) -> None:
        grounds = await convened(office)
        made = await brought(office, grounds, "criticism")
        assert (made["authority_zh"], made["appeal_authority_zh"]) == ("甲镇党委", "某区委")
        assert await did(office, made, "decision", CADRE) == "not-heard-yet"
        assert await did(office, made, "answer", CADRE) == "not-yours-to-answer"
        assert (await did(office, made, "answer", SECRETARY, words="当时停电"))["answer"] == "当时停电"
        assert await did(office, made, "answer", SECRETARY) == "not-allowed-now"
        assert await did(office, made, "decision", SECRETARY) == "may-not-hold-to-account"

        drafted = await did(office, made, "decision", CADRE, words="通报批评", document_no="甲纪〔2023〕1号")
        assert (drafted["case"]["stage"], drafted["waits_for_second"], drafted["decision"]) == ("heard", True, None)
        redrafted = await did(office, made, "decision", CADRE, words="通报批评一次", document_no="甲纪〔2023〕2号")
        assert redrafted["waits_for_second"]
        newest, oldest = (await office.get("/proposals", by=SUPERVISOR)).json()["items"]
        stale = await office.post(f"/proposals/{oldest['id']}/confirmation", by=SUPERVISOR, body={})
        assert (newest["words"], stale.json()["code"]) == ("通报批评一次", "proposal-over")
        assert await confirmed(office, SUPERVISOR) == "confirmed"
        decided = await seen(office, made, SECRETARY)
        assert (decided["decision"], decided["document_no"]) == ("通报批评一次", "甲纪〔2023〕2号")

        assert await did(office, made, "appeal", CADRE) == "not-yours-to-answer"
        assert (await did(office, made, "appeal", SECRETARY, words="事实不符"))["case"]["stage"] == "appealed"
        for by, code in ((CADRE, "may-not-hold-to-account"), (SECRETARY, "may-not-hold-to-account")):
            assert await did(office, made, "appeal-decision", by, quash=True) == code
        quashed = await did(office, made, "appeal-decision", OPERATOR, quash=True, words="原决定不当")
        assert (quashed["case"]["stage"], quashed["outcome"]) == ("quashed", "原决定不当")
        assert await did(office, made, "appeal", SECRETARY) == "not-allowed-now"
        told = await office.told_of(MeasureMoved)
        assert [one.move for one in told] == ["bring", "decide", "quash"]  # a draft that waits is told to nobody
        assert {(one.organization_id, one.post_id) for one in told} == {(UUID(BRANCH), None)}

    async def test_a_person_in_office_sees_their_own_and_nobody_beside_them_does(self, office: Office) -> None:
        grounds = await convened(office)
        made = await brought(office, grounds, "talk", post_id=str(AGENCY.post_id))
        path = f"/accountability/{made['case']['id']}"
        for by, code in ((AGENT, 200), (CADRE, 200), (SECRETARY, 404), (CITIZEN, 404)):
            assert (await office.get(path, by=by)).status_code == code
        assert [one["id"] for one in (await office.get("/me/accountability", by=AGENT)).json()["items"]] == [
            made["case"]["id"]
        ]
        assert (await office.get("/me/accountability", by=SECRETARY)).json()["items"] == []

        await later(office, 10)
        assert await did(office, made, "decision", CADRE) == "not-heard-yet"
        await later(office, 1)  # the ten days of hearing are over without a word
        assert (await did(office, made, "decision", CADRE))["case"]["stage"] == "decided"
        await later(office, 30)
        assert (await did(office, made, "appeal", AGENT))["case"]["stage"] == "appealed"
        assert await did(office, made, "appeal-decision", CADRE, quash=False) == "may-not-hold-to-account"
        await later(office, 160)  # the effect is over before the appeal is decided
        upheld = await did(office, made, "appeal-decision", OPERATOR, quash=False)
        assert (upheld["case"]["stage"], upheld["outcome"]) == ("ended", "已核实")
        told = await office.told_of(MeasureMoved)
        assert [(one.move, one.post_id) for one in told] == [
            (move, AGENCY.post_id) for move in ("bring", "decide", "confirm")
        ]
        listed = (await office.get("/accountability", by=TOWNSHIP_HEAD)).json()["items"]
        all_of_them = (await office.get("/accountability", by=TOWNSHIP_HEAD, over="true")).json()["items"]
        assert (listed, [one["holder_name"] for one in all_of_them]) == ([], ["李四"])
        dropped = await brought(office, grounds, "commendation")
        assert (await did(office, dropped, "dropping", CADRE))["case"]["stage"] == "dropped"
        assert [one.move for one in await office.told_of(MeasureMoved)][3:] == ["bring", "drop"]

        await office.hear(PersonErased(person_id=AGENT, erased_at=real_now()))
        async with office.mounted.sessions() as session:
            kept = await session.get(AccountabilityCase, UUID(made["case"]["id"]))
        assert kept is not None
        assert kept.person_id != AGENT
        assert {kept.reason, kept.answer, kept.decision, kept.appeal, kept.outcome} == {None}

    async def test_an_appeal_that_is_late_or_would_be_decided_by_the_same_person_is_refused(
        self, office: Office
    ) -> None:
        grounds = await convened(office)
        made = await brought(office, grounds, "interview")
        await later(office, 11)
        assert (await did(office, made, "decision", OPERATOR))["case"]["stage"] == "decided"
        await later(office, 30)
        assert (await did(office, made, "appeal", SECRETARY))["case"]["stage"] == "appealed"
        assert await did(office, made, "appeal-decision", OPERATOR, quash=False) == "decides-again"
        other = await brought(office, grounds, "interview")
        await later(office, 11)
        await did(office, other, "decision", CADRE)
        await later(office, 31)
        assert await did(office, other, "appeal", SECRETARY) == "appeal-too-late"
        assert await did(office, other, "dropping", CADRE) == "not-allowed-now"
        await later(office, 150)
        assert (await seen(office, other, SECRETARY))["case"]["stage"] == "ended"

    async def test_everybody_is_told_how_many_measures_stand_in_a_county_and_never_how_few(
        self, office: Office
    ) -> None:
        grounds = await convened(office)
        made = [await brought(office, grounds, "talk") for _ in range(6)]
        made += [await brought(office, grounds, "interview")]
        for one in made:
            await did(office, one, "answer", SECRETARY)
            await did(office, one, "decision", CADRE)

        async def counts(year: int) -> dict[str, tuple[int | None, str]]:
            told = (await office.get("/accountability-figures", by=CITIZEN, code=DISTRICT, year=year)).json()
            assert "甲一村" not in str(told)
            return {one["measure"]: (one["count"], one["says_zh"]) for one in told["items"]}

        first = await counts(2023)
        assert (first["talk"], first["interview"]) == ((6, "6 件"), (None, "少于 5 件"))
        assert (first["criticism"], (await counts(2022))["talk"]) == ((0, "0 件"), (0, "0 件"))
        for one in made[:2]:  # two are quashed, and four are too few to be told
            await did(office, one, "appeal", SECRETARY)
            await did(office, one, "appeal-decision", OPERATOR, quash=True)
        assert (await counts(2023))["talk"] == (None, "少于 5 件")

    async def test_only_those_above_propose_and_only_from_the_record(self, office: Office) -> None:
        grounds = await convened(office)
        complaint = Case(agent=AGENT)
        far = Case(village=FAR_VILLAGE, organization="D-2-1")
        about = complaint.submitted().model_copy(update={"about_person_id": AGENT})
        await office.hear(about, far.submitted())
        body = {"organization_id": BRANCH, "measure": "talk", "grounds": grounds, "reason": "未按时办结"}
        for by, change, code in (
            (SECRETARY, {}, "may-not-hold-to-account"),
            (TOWNSHIP_HEAD, {"organization_id": str(organization_id("D-1"))}, "may-not-hold-to-account"),
            (OPERATOR, {"organization_id": str(organization_id("D"))}, "nobody-above"),
            (CADRE, {"organization_id": str(organization_id("D-2-1"))}, "may-not-hold-to-account"),
            (CADRE, {"post_id": str(uuid4())}, "one-position"),
            (CADRE, {"grounds": [{"kind": "case", "id": str(complaint.id)}]}, "ground-not-in-record"),
            (CADRE, {"grounds": [{"kind": "case", "id": str(far.id)}]}, "ground-not-in-record"),
            (CADRE, {"grounds": [{"kind": "report", "id": str(uuid4())}]}, "ground-not-in-record"),
        ):
            answer = await office.post("/accountability", by=by, body=body | change)
            assert answer.json()["code"] == code, (change, answer.text)
