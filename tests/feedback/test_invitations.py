"""Whoever gives no grade is reminded a few times and then asked no longer; their silence is no grade."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from services.feedback.ratings.pressure import GradePressure
from tests.feedback.facts import NOON, TOWNSHIP, VILLAGE, Case, organization_id, post
from tests.feedback.office import Office
from tests.feedback.test_ratings import asked, give

pytestmark = pytest.mark.asyncio

ASKED = NOON + timedelta(days=1)  # when the first round of a case is reported done
LAST_DAY = NOON.replace(month=6, hour=15, minute=59)  # 10 June, 23:59 in Shanghai: the thirtieth day after


async def at(office: Office, days: float) -> None:
    """So many days after the person was asked; what is due is done."""
    office.clock.at = ASKED + timedelta(days=days)
    await office.mounted.timers.fire_due()


async def reminders(office: Office) -> list[dict[str, Any]]:
    """What `tasks` is told of those who have not graded."""
    return [json.loads(body) for of_type, body in await office.told() if of_type == "feedback.invitation.reminded.v1"]


async def figures(office: Office) -> dict[str, tuple[int, int]]:
    """The village's figures of the month as a citizen reads them: numerator and denominator."""
    answer = await office.get("/scorecards", by=uuid4(), unit="division", code=VILLAGE, month="2023-05")
    return {one["indicator"]: (one["numerator"], one["denominator"]) for one in answer.json()["unit"]["figures"]}


async def stages(office: Office, person: UUID) -> dict[int, str]:
    """The stage of each round."""
    return {int(str(one["round"])): str(one["stage"]) for one in await asked(office, person)}


class TestSilence:
    """On SQLite; the class below runs the same on PostgreSQL."""

    async def test_it_is_reminded_of_twice_and_then_it_is_silence_and_no_grade(self, office: Office) -> None:
        case = Case()
        await office.hear(*case.up_to_handling())
        await at(office, 2.9)
        assert await reminders(office) == []
        for day in (3, 3.1, 6, 9, 20):
            await at(office, day)
        told = await reminders(office)
        assert [(one["request_id"], one["round"], one["reminder"]) for one in told] == [
            (str(case.id), 1, 1),
            (str(case.id), 1, 2),
        ]
        assert set(told[0]) == {"request_id", "round", "reminder", "expires_at"}

        office.clock.at = LAST_DAY
        await office.mounted.timers.fire_due()
        assert await stages(office, case.requester) == {1: "open"}
        office.clock.at = LAST_DAY + timedelta(minutes=1)
        assert await give(office, case, "satisfied") == (409, "invitation-expired")  # before the timer fires, too
        await office.mounted.timers.fire_due()
        assert await stages(office, case.requester) == {1: "expired"}
        assert await give(office, case, "satisfied") == (409, "invitation-expired")
        assert len(await office.told()) == 2

        counted = await figures(office)
        assert (counted["responded"], counted["silent"], counted["satisfied"]) == ((0, 1), (1, 1), (0, 0))

        await office.hear(case.handled(of_round=2))  # it was said not to be solved, and done again
        assert await stages(office, case.requester) == {1: "expired", 2: "open"}
        office.clock.at = LAST_DAY
        assert await give(office, case, "very_satisfied") == (200, "")
        counted = await figures(office)
        assert (counted["responded"], counted["silent"], counted["satisfied"]) == ((1, 1), (0, 1), (1, 1))

    async def test_nobody_is_reminded_of_a_round_that_was_graded_or_gave_way(self, office: Office) -> None:
        graded, redone = Case(), Case()
        await office.hear(*graded.up_to_handling(), *redone.up_to_handling(), redone.handled(of_round=2))
        assert await give(office, graded, "satisfied") == (200, "")
        await at(office, 3)
        assert await reminders(office) == []  # the second round was reported done a day later
        await at(office, 4)
        assert [(one["request_id"], one["round"]) for one in await reminders(office)] == [(str(redone.id), 2)]
        await at(office, 40)
        assert await stages(office, graded.requester) == {1: "rated"}
        assert await stages(office, redone.requester) == {1: "over", 2: "expired"}

    async def test_neither_the_handlers_post_nor_the_handlers_device_grades(self, office: Office) -> None:
        case, before = Case(), uuid4()
        await office.hear(*case.up_to_handling()[:-1], case.handled(by=before), case.handled(of_round=2))
        await office.hear(post(case.agent, "proxy_agent", at="D-1-1", area=VILLAGE, until=date(2023, 5, 12)))
        [path] = [
            f"/invitations/{one['id']}/rating" for one in await asked(office, case.requester) if one["round"] == 2
        ]
        body = {"rating": "satisfied", "reasons": []}

        async def refused(*beside: UUID) -> tuple[int, str]:
            answer = await office.post(path, by=case.requester, body=body, beside=beside)
            return answer.status_code, answer.json().get("code", "")

        for handler in (case.agent, before):  # of the newest round, and of the one before
            assert await refused(uuid4(), handler) == (403, "handlers-device-may-not-rate")
        successor = post(case.requester, "stand_in", at="D-1-1", area=VILLAGE, since=date(2023, 5, 12))
        await office.hear(successor)
        assert await refused() == (403, "handlers-post-may-not-rate")
        await office.hear(successor.model_copy(update={"to_on": date(2023, 5, 11)}))
        await office.hear(
            post(case.requester, "secretary", at="D-1-1", area=VILLAGE),
            post(case.requester, "proxy_agent", at="D-1", area=TOWNSHIP),
        )
        assert await refused(uuid4()) == (200, "")  # other posts, and a colleague's device who handled nothing of it

    async def test_those_above_count_who_graded_and_nobody_else_does(self, office: Office) -> None:
        boss, handles_too = uuid4(), uuid4()
        await office.hear(
            post(boss, "supervisor", at="D-1", area=TOWNSHIP),
            post(handles_too, "township_cadre", at="D-1", area=TOWNSHIP),
        )
        cases = [Case() for _ in range(3)] + [Case(agent=handles_too)]
        for case in cases:
            await office.hear(*case.up_to_handling())
        assert await give(office, cases[0], "very_dissatisfied") == (200, "")
        office.clock.at = LAST_DAY + timedelta(days=1)
        await office.mounted.timers.fire_due()
        await office.hear(cases[1].handled(of_round=2))
        where = {"unit": "division", "code": TOWNSHIP, "month": "2023-05"}
        told = await office.get("/invitations/counts", by=boss, **where)
        village, next_village = told.json()["items"]
        names = ("asked", "rated", "open", "expired", "over", "response_percent", "asked_for_a_grade")
        assert [village[name] for name in names] == [5, 1, 1, 3, 0, "20.00", 0]
        assert (next_village["asked"], next_village["response_percent"]) == (0, None)
        for known in (cases[0].id, cases[0].requester, "dissatisfied"):
            assert str(known) not in told.text
        own_left_out = (await office.get("/invitations/counts", by=handles_too, **where)).json()["items"][0]
        assert (own_left_out["asked"], own_left_out["rated"]) == (4, 1)
        of_committee = await office.get(
            "/invitations/counts", by=boss, **where | {"unit": "organization", "code": "D-1"}
        )
        assert {one["code"]: one["asked"] for one in of_committee.json()["items"]}["D-1-1"] == 5
        for nobody in (cases[0].agent, cases[0].requester):
            refused = await office.get("/invitations/counts", by=nobody, **where)
            assert (refused.status_code, refused.json()["code"]) == (403, "may-not-count-invitations")


class TestSilenceOnPostgres(TestSilence):
    """The same again."""

    @pytest.fixture
    def office(self, office_on_postgres: Office) -> Office:
        """In the place of the one on SQLite."""
        return office_on_postgres


async def test_that_a_certain_grade_was_asked_for_is_kept_by_unit_and_quarter_and_told_without_the_grade(
    office: Office,
) -> None:
    case = Case()
    await office.hear(*case.up_to_handling())
    [invitation] = await asked(office, case.requester)
    body = {"rating": "very_satisfied", "reasons": ["asked_for_a_certain_grade"]}
    answer = await office.post(f"/invitations/{invitation['id']}/rating", by=case.requester, body=body)
    assert answer.status_code == 200, answer.text
    [(of_type, told)] = await office.told()
    assert of_type == "feedback.rating.grade_asked_for.v1"
    assert set(json.loads(told)) == {"request_id", "round", "handler_id", "named_at"}
    async with office.mounted.sessions() as session:
        [kept] = await session.all(select(GradePressure))
    assert (kept.division_code, kept.organization_id, kept.quarter) == (VILLAGE, organization_id("D-1-1"), "2023-Q2")


async def test_a_result_never_stands_without_how_many_gave_it_and_a_handler_learns_of_few_not_even_that(
    office: Office,
) -> None:
    cases = [Case() for _ in range(5)]
    for case in cases[:4]:
        await office.hear(*case.up_to_handling())
    agent = cases[0].agent
    await office.hear(post(agent, "proxy_agent", at="D-1-1", area=VILLAGE))
    assert await give(office, cases[0], "satisfied") == (200, "")
    where = {"unit": "division", "code": VILLAGE, "month": "2023-05"}

    async def shown(by: UUID) -> dict[str, dict[str, Any]]:
        answer = (await office.get("/scorecards", by=by, **where)).json()
        return {one["indicator"]: one for one in answer["unit"]["figures"]}

    anybody = (await shown(uuid4()))["satisfied"]
    assert (anybody["numerator"], anybody["denominator"]) == (1, 1)
    assert anybody["beside_zh"] == "评价率 1 / 4 件（25.00%）；到期未评价率 0 / 4 件（0.00%）"
    theirs = await shown(agent)
    assert [theirs[one]["numerator"] for one in ("satisfied", "responded", "silent")] == [None] * 3
    assert (theirs["satisfied"]["denominator"], theirs["responded"]["denominator"]) == (None, 4)
    await office.hear(*cases[4].up_to_handling())
    theirs = await shown(agent)  # five were asked: how many graded tells of nobody; how the one did is kept
    assert (theirs["responded"]["numerator"], theirs["satisfied"]["numerator"]) == (1, None)
