"""Grades are given to a level at once, capped, from the record, by two; a veto caps them; two others hear appeals."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.clock import real_now
from contracts.feedback import ResultAppealSettled, ReviewGraded
from contracts.members import PersonErased
from services.feedback.grades.model import ReviewSubject
from tests.feedback.accountability.committee import (
    AGENT,
    BRANCH,
    CADRE,
    CITIZEN,
    OPERATOR,
    SECRETARY,
    SUPERVISOR,
    TOWNSHIP_HEAD,
    confirmed,
    convened,
    later,
)
from tests.feedback.facts import DISTRICT, NEXT_VILLAGE, NOON, VILLAGE, Case, organization_id, post
from tests.feedback.office import Office

pytestmark = pytest.mark.asyncio

ABOVE = str(organization_id("D-1"))
COUNTY_SUPERVISOR = uuid4()


async def asked(office: Office, path: str, by: UUID, **body: Any) -> Any:
    """What a call answers, or the code of its refusal."""
    answer = (await office.post(path, by=by, body=body)).json()
    return answer.get("code") or answer


async def everybody(office: Office) -> dict[str, list[dict[str, str]]]:
    """Who is in office, with a second one at the county; grounds in each village."""
    near = await convened(office)
    other = Case(village=NEXT_VILLAGE, organization="D-1-2")
    await office.hear(post(COUNTY_SUPERVISOR, "supervisor", at="D", area=DISTRICT), *other.up_to_handling())
    return {"甲一村支部": near, "甲二村支部": [{"kind": "case", "id": str(other.id)}], "甲镇机关支部": near}


async def begun(office: Office, by: UUID, kind: str, *, at: str = ABOVE, **otherwise: Any) -> Any:
    """A review of the year that runs."""
    return await asked(office, "/reviews", by, organization_id=at, kind=kind, year=2023, **otherwise)


def graded(review: Any, grounds: dict[str, list[dict[str, str]]], *grades: str) -> dict[str, Any]:
    """A body that gives the subjects of a review these grades, in their order."""
    return {
        "grades": [
            {"subject_id": one["id"], "grade": grade, "grounds": grounds[one["organization_name"]], "words": "见记录"}
            for one, grade in zip(review["subjects"], grades, strict=True)
        ]
    }


async def veto(office: Office, year: int) -> Any:
    """The village's branch is vetoed by two, for a year."""
    case = Case(agent=AGENT)
    await office.hear(*case.up_to_handling())
    body = {"organization_id": BRANCH, "year": year, "grounds": [{"kind": "case", "id": str(case.id)}]}
    made = await asked(office, "/vetoes", CADRE, **body, item_code="asked_for_a_certain_grade", words="两户核实")
    assert made["stage"] == "proposed", made
    assert await confirmed(office, SUPERVISOR) == "confirmed"
    return made


async def public(office: Office, year: int = 2023) -> dict[str, str]:
    """The grades of units as everybody reads them."""
    items = (await office.get("/unit-grades", by=CITIZEN, at=ABOVE, year=year)).json()["items"]
    return {one["organization_name"]: one["grade_zh"] for one in items}


class TestTheYearOfUnits:
    """On SQLite; the class below runs the same on PostgreSQL."""

    async def test_a_level_is_graded_at_once_by_two_and_a_veto_caps_it_until_it_is_lifted(self, office: Office) -> None:
        grounds = await everybody(office)
        review = await begun(office, CADRE, "units")
        assert [one["organization_name"] for one in review["subjects"]] == ["甲镇机关支部", "甲一村支部", "甲二村支部"]
        assert await begun(office, CADRE, "units") == "review-is-there"
        path, subject = f"/reviews/{review['review']['id']}/grades", review["subjects"][1]["id"]
        asking = f"/review-subjects/{subject}/report"
        good = graded(review, grounds, "competent", "excellent", "competent")
        for body, code in (
            ({"grades": good["grades"][:2]}, "grades-incomplete"),
            ({"grades": [good["grades"][0], *good["grades"][:2]]}, "grades-incomplete"),
            (graded(review, grounds, "excellent", "excellent", "competent"), "too-many-excellent"),
            (good, "not-ready-to-grade"),
        ):
            assert await asked(office, path, CADRE, **body) == code
        assert await asked(office, asking, CADRE, words="代写") == "not-yours-to-report"
        assert (await asked(office, asking, SECRETARY, words="办结 12 件"))["words"] == "办结 12 件"
        elsewhere = graded(
            review, grounds | {"甲二村支部": grounds["甲一村支部"]}, "competent", "excellent", "competent"
        )
        assert await asked(office, path, CADRE, **elsewhere) == "ground-not-in-record"
        assert (await asked(office, path, CADRE, **good))["review"]["stage"] == "proposed"
        assert await asked(office, asking, SECRETARY, words="补充") == "review-is-over"
        own = (await office.get("/me/grades", by=SECRETARY)).json()["items"]
        assert [(one["grade"], one["proposed_grade"], one["justification"]) for one in own] == [(None, None, None)]
        assert await public(office) == {}
        assert await confirmed(office, SUPERVISOR) == "confirmed"
        assert await public(office) == {"甲镇机关支部": "合格", "甲一村支部": "优秀", "甲二村支部": "合格"}

        made = await veto(office, 2023)
        assert (await public(office))["甲一村支部"] == "合格"
        (listed,) = (await office.get("/vetoes", by=SECRETARY)).json()["items"]
        assert (listed["id"], listed["best_zh"], listed["words"]) == (made["id"], "合格", "两户核实")
        assert len((await begun(office, CADRE, "secretaries"))["subjects"]) == 1
        reviews = (await office.get("/reviews", by=TOWNSHIP_HEAD)).json()["items"]
        assert [(one["kind_zh"], one["stage"]) for one in reviews] == [
            ("书记述职评议", "collecting"),
            ("年终定性", "graded"),
        ]
        contested = {"kind": "veto", "about_id": made["id"], "words": "与我支部无关"}
        assert await asked(office, "/result-appeals", CADRE, **contested) == "not-yours-to-contest"
        appeal = await asked(office, "/result-appeals", SECRETARY, **contested)
        assert await asked(office, "/result-appeals", SECRETARY, **contested) == "result-contested-already"
        deciding = f"/result-appeals/{appeal['id']}/decision"
        assert await asked(office, deciding, CADRE, upheld=True, words="成立") == "may-not-hold-to-account"
        assert (await asked(office, deciding, OPERATOR, upheld=True, words="成立"))["decision"] is None
        assert await confirmed(office, COUNTY_SUPERVISOR) == "confirmed"
        assert (await public(office))["甲一村支部"] == "优秀"
        (told,) = (await office.get("/result-appeals", by=SECRETARY)).json()["items"]
        assert (told["stage"], told["decision"]) == ("upheld", "成立")
        units = {(one.organization_id, one.person_id) for one in await office.told_of(ReviewGraded)}
        assert units == {(organization_id(code), None) for code in ("D-1-0", "D-1-1", "D-1-2")}
        assert "excellent" not in str(await office.told())  # what they got, they read here
        (settled,) = await office.told_of(ResultAppealSettled)
        assert (str(settled.appeal_id), settled.person_id) == (appeal["id"], SECRETARY)

    async def test_a_report_appealed_against_is_issued_anew_by_two_others(self, office: Office) -> None:
        await everybody(office)
        office.clock.at = NOON + timedelta(days=40)
        body = {"unit": "division", "code": VILLAGE, "period": "2023-05"}
        report = (await asked(office, "/reports", CADRE, **body))["report"]["id"]
        contested = {"kind": "report", "about_id": report, "words": "漏了一件"}
        appeal = await asked(office, "/result-appeals", SECRETARY, **contested)
        deciding = f"/result-appeals/{appeal['id']}/decision"
        wrong = {"upheld": True, "words": "漏计", "grade": "competent"}
        assert await asked(office, deciding, OPERATOR, **wrong) == "grade-missing"
        await asked(office, deciding, OPERATOR, upheld=True, words="漏计")
        assert await confirmed(office, COUNTY_SUPERVISOR) == "report-unchanged"
        await office.hear(Case(agent=AGENT).submitted())
        assert await confirmed(office, COUNTY_SUPERVISOR) == "confirmed"
        newest, _ = (await office.get("/reports", by=CADRE, unit="division", code=VILLAGE)).json()["items"]
        assert (newest["edition"], newest["reason_zh"]) == (2, "单位申诉成立")
        assert await asked(office, "/result-appeals", SECRETARY, **contested) == "not-found"  # it was replaced
        await later(office, 16)
        late = {"kind": "report", "about_id": newest["id"], "words": "还是不对"}
        assert await asked(office, "/result-appeals", SECRETARY, **late) == "contested-too-late"


class TestTheYearOnPostgres(TestTheYearOfUnits):
    """The same statements on the other database."""

    @pytest.fixture
    def office(self, office_on_postgres: Office) -> Office:
        return office_on_postgres


async def test_a_vetoed_unit_cannot_be_proposed_for_more_and_a_veto_takes_two(office: Office) -> None:
    grounds = await everybody(office)
    body = {"organization_id": BRANCH, "year": 2023, "grounds": grounds["甲一村支部"], "words": "核实"}
    for by, change, code in (
        (SECRETARY, {}, "may-not-hold-to-account"),
        (CADRE, {"item_code": "bad_weather"}, "no-such-veto-item"),
        (CADRE, {"year": 2024}, "year-to-come"),
    ):
        assert await asked(office, "/vetoes", by, **{"item_code": "false_record"} | body | change) == code
    review = await begun(office, CADRE, "units")
    await veto(office, 2023)
    subject = review["subjects"][1]["id"]
    await asked(office, f"/review-subjects/{subject}/report", SECRETARY, words="述职")
    path = f"/reviews/{review['review']['id']}/grades"
    too_good = graded(review, grounds, "competent", "excellent", "competent")
    assert await asked(office, path, CADRE, **too_good) == "vetoed-unit"
    lesser = graded(review, grounds, "basically_competent", "competent", "not_competent")
    assert (await asked(office, path, CADRE, **lesser))["subjects"][1]["capped_zh"] == "有一票否决，最高为合格"
    (waiting,) = (await office.get("/proposals", by=SUPERVISOR)).json()["items"]
    assert (await office.post(f"/proposals/{waiting['id']}/refusal", by=SUPERVISOR, body={})).status_code == 200
    seen = (await office.get(f"/reviews/{review['review']['id']}", by=TOWNSHIP_HEAD)).json()
    assert (seen["review"]["stage"], seen["subjects"][0]["grade"]) == ("collecting", None)


async def test_secretaries_report_are_commented_on_voted_about_by_two_hands_and_are_in_no_public_list(
    office: Office,
) -> None:
    grounds = await everybody(office)
    review = await begun(office, CADRE, "secretaries")
    (subject,) = review["subjects"]
    assert (subject["person_id"], subject["holder_name"]) == (str(SECRETARY), "李四")
    of, path = f"/review-subjects/{subject['id']}", f"/reviews/{review['review']['id']}/grades"
    body = graded(review, grounds, "not_competent")
    counts = {"entitled": 30, "excellent": 4, "competent": 10, "basically_competent": 3, "not_competent": 3}
    assert await asked(office, path, CADRE, **body) == "not-ready-to-grade"
    assert await asked(office, f"{of}/comment", SECRETARY, words="我很好") == "may-not-review"
    assert (await asked(office, f"{of}/comment", CADRE, words="办得慢"))["comment"] == "办得慢"
    assert await asked(office, f"{of}/votes", CADRE, **counts | {"entitled": 40}) == "votes-do-not-add-up"
    assert await asked(office, f"{of}/votes", CADRE, **counts | {"entitled": 19}) == "votes-do-not-add-up"
    assert (await asked(office, f"{of}/votes", CADRE, **counts | {"excellent": 5}))["votes_counted"] is False
    assert await asked(office, f"{of}/votes", SUPERVISOR, **counts) == "votes-differ"
    assert (await asked(office, f"{of}/votes", CADRE, **counts))["votes_counted"] is False
    assert (await asked(office, f"{of}/votes", SUPERVISOR, **counts))["votes"] == [4, 10, 3, 3]
    assert await asked(office, f"{of}/votes", CADRE, **counts) == "votes-counted"
    alone = graded(review, grounds, "excellent")
    assert await asked(office, path, CADRE, **alone) == "too-many-excellent"  # a third of one is none
    await asked(office, path, CADRE, **body)
    assert await confirmed(office, SUPERVISOR) == "confirmed"
    assert await public(office) == {}
    assert (await office.get(f"/reviews/{review['review']['id']}", by=SECRETARY)).status_code == 404
    (own,) = (await office.get("/me/grades", by=SECRETARY)).json()["items"]
    assert (own["grade_zh"], own["votes"], own["justification"]) == ("差", [4, 10, 3, 3], "见记录")

    contested = {"kind": "grade", "about_id": subject["id"], "words": "有两件不是我办"}
    assert await asked(office, "/result-appeals", AGENT, **contested) == "not-found"
    appeal = await asked(office, "/result-appeals", SECRETARY, **contested)
    deciding = f"/result-appeals/{appeal['id']}/decision"
    upheld = {"upheld": True, "words": "改为一般", "grade": "basically_competent", "grounds": grounds["甲一村支部"]}
    assert await asked(office, deciding, OPERATOR, **upheld | {"grounds": []}) == "grade-missing"
    await asked(office, deciding, OPERATOR, **upheld)
    assert await confirmed(office, COUNTY_SUPERVISOR) == "confirmed"
    (own,) = (await office.get("/me/grades", by=SECRETARY)).json()["items"]
    assert (own["grade_zh"], own["justification"]) == ("一般", "改为一般")


async def test_a_branch_reviews_its_members_and_nobody_in_it_confirms(office: Office) -> None:
    grounds = await everybody(office)
    assert await begun(office, SECRETARY, "members", at=BRANCH) == "nobody-to-review"
    members = [AGENT, SUPERVISOR, uuid4()]
    review = await begun(office, SECRETARY, "members", at=BRANCH, members=list(map(str, members)))
    counts = {"entitled": 3, "excellent": 1, "competent": 2, "basically_competent": 0, "not_competent": 0}
    for one in review["subjects"]:
        for by in (SECRETARY, CADRE):
            assert "votes" in await asked(office, f"/review-subjects/{one['id']}/votes", by, **counts)
    of_agent = next(one["id"] for one in review["subjects"] if one["person_id"] == str(AGENT))
    assert (await asked(office, f"/review-subjects/{of_agent}/report", AGENT, words="带头办事"))["id"] == of_agent
    grades = ["excellent" if one["id"] == of_agent else "competent" for one in review["subjects"]]
    path = f"/reviews/{review['review']['id']}/grades"
    assert (await asked(office, path, SECRETARY, **graded(review, grounds, *grades)))["review"]["stage"] == "proposed"
    assert await confirmed(office, SUPERVISOR) == "may-not-review"
    assert await office.told_of(ReviewGraded) == []
    assert await confirmed(office, OPERATOR) == "confirmed"
    assert {one.person_id for one in await office.told_of(ReviewGraded)} == set(members)
    assert [one["grade_zh"] for one in (await office.get("/me/grades", by=AGENT)).json()["items"]] == ["优秀"]
    await office.hear(PersonErased(person_id=AGENT, erased_at=real_now()))
    async with office.mounted.sessions() as session:
        kept = await session.get(ReviewSubject, UUID(of_agent))
    assert kept is not None
    assert (kept.person_id == AGENT, kept.words, kept.justification) == (False, None, None)
