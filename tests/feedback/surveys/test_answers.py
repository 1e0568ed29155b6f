"""Answers: once by each code and of whom nothing is known; at the door apart; from paper by two persons and a third."""

from typing import Any
from uuid import UUID, uuid4

import pytest
import structlog
from sqlalchemy import Text, literal_column, select

from services.feedback.surveys.answers import codes
from services.feedback.surveys.answers.codes import WrongSurveyCode
from services.feedback.tables import Table
from tests.feedback.ballots.test_casting import contents
from tests.feedback.cells.polling import on
from tests.feedback.facts import DISTRICT, NEXT_VILLAGE, TOWNSHIP, VILLAGE, post
from tests.feedback.office import Office
from tests.feedback.surveys.asking import (
    AUDITOR,
    BAD,
    CADRE,
    CLOSES,
    FAIR,
    GOOD,
    GUIDE,
    OPERATOR,
    PUBLISHES,
    opened,
    people,
)

ANSWERS: list[tuple[dict[str, Any], str, str]] = [
    ({"overall": "satisfied"}, "heard", "missing"),
    (GOOD | {"overall": "great"}, "overall", "not-an-option"),
    (GOOD | {"why": ["slow"]}, "why", "not-asked"),  # its condition hides it
    (GOOD | {"roads": 6}, "roads", "not-an-option"),
    (GOOD | {"other": "x"}, "other", "not-asked"),
    (BAD | {"why": "slow"}, "why", "not-an-option"),
    (BAD | {"why": []}, "why", "missing"),
]


class TestAnswers:
    """On SQLite; the class below runs the same on PostgreSQL."""

    @pytest.mark.asyncio
    async def test_a_code_is_good_for_one_answer_and_nothing_says_whose(self, office: Office) -> None:
        await people(office)
        asking = await opened(office)
        mine, other = await asking.codes(VILLAGE, 2)
        for answers, question, fault in ANSWERS:
            refused = (await asking.answer(mine, answers)).json()
            assert (refused["code"], refused["question"], refused["fault"]) == ("answers-do-not-fit", question, fault)
        before = await contents(office)
        telling = {"Cookie": "who=me", "X-Forwarded-For": "10.1.2.3", "Authorization": "Bearer me"}
        with structlog.testing.capture_logs() as lines:
            taken = await asking.answer(mine, FAIR | {"words": " 路灯 "}, headers=telling)
        assert taken.status_code == 200, taken.text
        assert lines == []
        now = await contents(office)
        changed = {name for name in now if now[name] != before[name]}
        assert changed == {"urn", "words_pool", "survey_code"}
        counts = '{"heard":1,"heard=false":1,"overall":1,"overall=fairly_satisfied":1,"roads":1,"roads=4":1}'
        assert now["urn"] == [(UUID(asking.part(VILLAGE)), 1, counts)]
        assert "路灯" not in repr(now)
        for code, answers, end in ((mine, FAIR, "survey-code-used"), (other[:-1] + "x", GOOD, "wrong-survey-code")):
            assert (await asking.answer(code, answers)).json()["code"] == end
        assert (await asking.answer(codes.new_code(), GOOD)).status_code == 404
        assert (await asking.answer(other, GOOD, weighs=8193)).json()["code"] == "survey-answer-of-other-size"

        assert (await asking.answer(other, GOOD)).status_code == 200
        after = await contents(office)
        assert [row[1] for row in after["urn"]] == [2]
        assert after["words_pool"] != now["words_pool"]  # mixed anew by an answer without any
        shown = (await office.get(asking.path, by=OPERATOR)).json()["parts"][0]
        assert (shown["answered_at_least"], shown["quota_met"]) == (0, False)  # in steps of five

    @pytest.mark.asyncio
    async def test_a_paper_counts_when_two_read_it_alike_or_a_third_has_looked(self, office: Office) -> None:
        await people(office)
        asking = await opened(office)
        assert (await asking.paper(1, GOOD, by=GUIDE)).json()["stage"] == "once"
        assert (await asking.paper(1, GOOD, by=GUIDE)).json()["code"] == "paper-entered-by-you"
        assert (await asking.paper(1, GOOD, by=AUDITOR)).json()["stage"] == "agreed"
        assert (await asking.paper(1, GOOD, by=OPERATOR)).json()["code"] == "paper-entered-twice"
        on(office, CLOSES.replace(day=11))  # papers are entered after the close
        await office.mounted.timers.fire_due()
        await asking.paper(2, GOOD, by=GUIDE)
        assert (await asking.paper(2, BAD, by=OPERATOR)).json()["stage"] == "differs"
        assert (await office.get(f"{asking.path}/papers", by=GUIDE)).status_code == 404
        (open_one,) = (await office.get(f"{asking.path}/papers", by=OPERATOR)).json()["items"]
        assert open_one["differences"] == [
            {"question": "heard", "first": ["true"], "second": ["false"]},
            {"question": "overall", "first": ["satisfied"], "second": ["dissatisfied"]},
            {"question": "why", "first": [], "second": ["slow"]},
        ]
        settlement = f"{asking.path}/papers/{open_one['id']}/settlement"
        own = await office.post(settlement, by=OPERATOR, body={"answers": BAD})
        assert own.json()["code"] == "settled-by-an-enterer"
        third = uuid4()
        await office.hear(post(third, "supervisor", at="D", area=DISTRICT))
        looked = await office.post(settlement, by=third, body={"answers": BAD})
        assert looked.json()["stage"] == "agreed", looked.text
        again = await office.post(settlement, by=third, body={"answers": BAD})
        assert again.json()["code"] == "paper-not-in-dispute"
        result = await asking.published()
        (paper,) = [one for one in result["taken"] if one["channel"] == "paper"]
        assert (paper["given"], paper["answered"]) == (2, 2)
        assert (await contents(office))["paper_sheet"] == []


class TestAnswersOnPostgres(TestAnswers):
    """The same statements on the other database."""

    @pytest.fixture
    def office(self, office_on_postgres: Office) -> Office:
        return office_on_postgres


@pytest.mark.asyncio
async def test_the_databases_own_numbers_tie_no_answer_to_a_code(office_on_postgres: Office) -> None:
    office = office_on_postgres
    await people(office)
    asking = await opened(office)
    for code in await asking.codes(VILLAGE, 3):
        assert (await asking.answer(code, GOOD | {"words": "谢谢"})).status_code == 200
    written = {}
    async with office.mounted.sessions() as session:
        for name in ("urn", "words_pool", "survey_code"):
            table = Table.metadata.tables[name]
            of_row = select(literal_column("xmin::text", Text)).select_from(table)
            written[name] = {transaction for (transaction,) in await session.all(of_row)}
    assert len(written["survey_code"]) == 3  # the control: each was used in a transaction of its own
    assert written["urn"] == written["words_pool"]
    assert len(written["words_pool"]) == 1


@pytest.mark.asyncio
async def test_at_the_door_asks_somebody_who_does_not_work_there_once_for_each_id(office: Office) -> None:
    await people(office)
    asking = await opened(office)
    assert (await asking.at_the_door(GOOD, by=CADRE)).json()["code"] == "may-not-take-answers"
    assert (await asking.at_the_door(GOOD, by=uuid4())).json()["code"] == "may-not-take-answers"
    body = {"part_id": asking.part(VILLAGE), "answers": GOOD}
    path = f"{asking.path}/interviews/{uuid4()}"
    for _ in range(2):
        assert (await office._call("PUT", path, AUDITOR, json=body)).status_code == 201
    other = await office._call("PUT", path, AUDITOR, json=body | {"answers": BAD})
    assert other.json()["code"] == "recorded-differently"
    assert [str(row[0]) for row in (await contents(office))["urn"]] == [asking.part(TOWNSHIP, "door")]
    counter = await asking.codes(VILLAGE, 1, channel="counter", by=GUIDE)
    assert (await asking.answer(counter[0], GOOD)).status_code == 200
    for by, channel, code in (
        (GUIDE, "household", "not-found"),
        (CADRE, "counter", "may-not-take-answers"),
        (OPERATOR, "invitation", "way-not-offered"),
        (OPERATOR, "paper", "way-not-offered"),
    ):
        asked = {"part_id": asking.part(VILLAGE), "channel": channel, "many": 1}
        assert (await office.post(f"{asking.path}/codes", by=by, body=asked)).json()["code"] == code
    on(office, PUBLISHES)
    assert (await asking.answer(counter[0], GOOD)).json()["code"] == "survey-not-open"


@pytest.mark.asyncio
async def test_at_the_quota_doors_and_counters_stop_and_whoever_is_invited_is_heard(office: Office) -> None:
    await people(office)
    parts = [{"division_code": VILLAGE, "quota": 7}, {"division_code": NEXT_VILLAGE, "quota": 0}]
    asking = await opened(office, parts=parts)
    at_counter = {"part_id": asking.part(VILLAGE), "channel": "counter"}
    beyond = await office.post(f"{asking.path}/codes", by=GUIDE, body=at_counter | {"many": 8})
    assert (beyond.json()["code"], beyond.json()["at_most"]) == ("codes-beyond-quota", 7)
    drawn = await asking.codes(VILLAGE, 1, channel="counter", by=GUIDE)
    await asking.all_answer(VILLAGE, *[GOOD] * 4)
    for _ in range(5):  # the ninth is told as five, as it is on the page
        assert (await asking.at_the_door(GOOD)).status_code == 201
    await asking.all_answer(VILLAGE, GOOD)
    refused = await asking.at_the_door(GOOD)
    assert (refused.status_code, refused.json()["code"], refused.json()["quota"]) == (409, "quota-reached", 7)
    stopped = await office.post(f"{asking.path}/codes", by=GUIDE, body=at_counter | {"many": 1})
    assert stopped.json()["code"] == "quota-reached"
    assert (await asking.answer(drawn[0], BAD)).status_code == 200  # what was drawn is good
    await asking.all_answer(VILLAGE, BAD)  # and so is every invitation
    assert (await asking.at_the_door(GOOD, code=NEXT_VILLAGE)).status_code == 201  # no quota, no end
    shown = {part["division_code"]: part for part in (await office.get(asking.path, by=OPERATOR)).json()["parts"][:2]}
    assert [(part["answered_at_least"], part["quota_met"]) for part in shown.values()] == [(10, True), (0, None)]
    found = {part["division_code"]: part for part in (await asking.published())["parts"] if part["kind"] == "area"}
    assert [(part["reached"], part["quota_met"]) for part in found.values()] == [(12, True), (1, None)]


@pytest.mark.asyncio
async def test_codes_are_shown_once_with_a_picture_that_no_server_is_told(office: Office) -> None:
    await people(office)
    asking = await opened(office)
    body = {"part_id": asking.part(VILLAGE), "channel": "counter", "many": 1}
    first = await office.post(f"{asking.path}/codes", by=OPERATOR, body=body, key="the-same-key-twice")
    (one,) = first.json()["codes"]
    assert one["address"].endswith(f"#{one['code']}")
    assert one["picture_svg"].startswith("<svg")
    again = await office.post(f"{asking.path}/codes", by=OPERATOR, body=body, key="the-same-key-twice")
    assert again.json()["code"] == "already-shown"
    assert codes.plain(one["code"]) not in repr(await contents(office)).replace("-", "")
    async with office.mounted.sessions() as session:
        rows = await session.all(select(Table.metadata.tables["survey_code"].c.used))
    assert rows == [(False,)]


def test_a_mistyped_code_is_found_before_it_is_looked_for() -> None:
    whole = codes.plain(codes.new_code())
    for place in range(16):
        wrong = whole[:place] + str((int(whole[place]) + 1) % 10) + whole[place + 1 :]
        with pytest.raises(WrongSurveyCode):
            codes.plain(wrong)
