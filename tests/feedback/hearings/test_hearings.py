"""A hearing: announced in time, seats drawn so that anybody can check, no decision before each question has its due."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from contracts.members import PersonErased
from services.feedback.hearings.actions import drawn
from tests.feedback.deliberations.deciding import Village, village
from tests.feedback.facts import VILLAGE, post
from tests.feedback.office import Office

pytestmark = pytest.mark.asyncio


async def announced(there: Village, *, days: int = 7, seats: int = 5) -> tuple[str, UUID]:
    """A hearing, and who answers there."""
    answering = post(uuid4(), "first_secretary", at="D-1-1", area=VILLAGE)
    await there.office.hear(answering)
    body = {
        "division_code": VILLAGE,
        "title": "卫生费怎么收",
        "words": "每户每月收多少卫生费，请大家来谈。",
        "meets_at": (there.office.clock.at + timedelta(days=days)).isoformat(),
        "place": "村部",
        "seats": seats,
        "answer_post_id": str(answering.post_id),
    }
    if days < 7:
        return await there.refused("/hearings", by=there.keeper, body=body), answering.person_id
    made = await there.done("/hearings", by=there.keeper, body=body, code=201)
    return str(made["hearing"]["id"]), answering.person_id


async def read(office: Office, hearing: str) -> dict[str, Any]:
    """A hearing as everybody reads it."""
    transport = httpx.ASGITransport(app=office.mounted.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://feedback") as client:
        answer = await client.get(f"/hearings/{hearing}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


class TestHearings:
    """On SQLite; the class below runs the same on PostgreSQL."""

    async def test_it_is_decided_when_each_question_has_its_answer_and_its_response(self, office: Office) -> None:
        there = await village(office)
        hearing, answering = await announced(there)
        where = f"/hearings/{hearing}"
        await there.done(f"{where}/participants", by=there.villager, body={"part": "household"}, code=201)
        again = await there.refused(f"{where}/participants", by=there.villager, body={"part": "representative"})
        assert again == "signed-up-for-hearing"
        put = await there.done(f"{where}/questions", by=there.villager, body={"words": "五保户收不收？"}, code=201)
        assert (await read(office, hearing))["questions"] == []  # nobody has looked at it yet
        await there.done(f"{where}/seating", by=there.keeper, body={})
        late = await there.refused(f"{where}/participants", by=uuid4(), body={"part": "household"})
        assert late == "sign-up-closed"
        held: dict[str, object] = {"attended": 1, "questions": ["钱由谁管？"]}
        assert await there.refused(f"{where}/record", by=there.keeper, body=held) == "hearing-ahead"
        office.clock.at += timedelta(days=8)
        many = held | {"attended": 2}
        assert await there.refused(f"{where}/record", by=there.keeper, body=many) == "attendance-wrong"
        shown = await there.done(f"{where}/record", by=there.keeper, body=held)
        assert (shown["households"], shown["representatives"], shown["attended"]) == (1, 0, 1)
        first, second = (one["id"] for one in shown["questions"])
        assert first == put["id"]

        decision: dict[str, Any] = {"words": "每户每月两元，五保户不收。", "responses": []}
        assert await there.refused(f"{where}/decision", by=there.keeper, body=decision) == "questions-unanswered"
        said = {"words": "不收。"}
        assert await there.refused(f"/hearings/questions/{first}/answer", by=there.keeper, body=said) == NOT_THEIRS
        assert await there.refused(f"/hearings/questions/{first}/answer", by=uuid4(), body=said) == "not-found"
        for question in (first, second):
            await there.done(f"/hearings/questions/{question}/answer", by=answering, body=said)
        responses = [{"question_id": one, "response": "accepted", "reason": "合理"} for one in (first, second)]
        for wrong in (
            [],
            responses[:1],
            [responses[0], responses[0]],
            [*responses, responses[0] | {"question_id": hearing}],
        ):
            refused = await there.refused(f"{where}/decision", by=there.keeper, body=decision | {"responses": wrong})
            assert refused == "each-question-responded"
        office.clock.at += timedelta(days=16)
        due = await office.get("/hearings", by=there.keeper, code=VILLAGE, overdue="true")
        assert [one["id"] for one in due.json()["items"]] == [hearing]
        responses[1]["response"] = "partly"
        await there.done(f"{where}/decision", by=there.keeper, body=decision | {"responses": responses})
        public = await read(office, hearing)
        assert public["decision"] == decision["words"]
        told = [(one["response_zh"], one["in_the_room"]) for one in public["questions"]]
        assert told == [("采纳", False), ("部分采纳", True)]
        assert str(there.villager) not in str(public)


class TestHearingsOnPostgres(TestHearings):
    """The same statements on the other database."""

    @pytest.fixture
    def office(self, office_on_postgres: Office) -> Office:
        return office_on_postgres


NOT_THEIRS = "answers-by-post"


async def test_it_is_announced_in_time(office: Office) -> None:
    there = await village(office)
    assert (await announced(there, days=6))[0] == "hearing-notice-too-short"


async def test_seats_are_drawn_once_by_a_seed_that_anybody_can_work_with(office: Office) -> None:
    there = await village(office)
    hearing, _ = await announced(there)
    people = [uuid4() for _ in range(6)]
    for person in people:
        body = {"part": "representative"}
        await there.done(f"/hearings/{hearing}/participants", by=person, body=body, code=201)
    shown = await there.done(f"/hearings/{hearing}/seating", by=there.keeper, body={})
    assert (shown["signed_up"], shown["representatives"], len(shown["seed"])) == (6, 5, 64)
    again = await there.refused(f"/hearings/{hearing}/seating", by=there.keeper, body={})
    assert again == "not-allowed-now"
    ids = [uuid4() for _ in range(8)]
    assert drawn(ids, seats=5, seed="a") == drawn(ids[::-1], seats=5, seed="a") != drawn(ids, seats=5, seed="b")
    assert drawn(ids[:5], seats=5, seed=None) == ids[:5]


async def test_of_who_was_erased_nothing_is_left(office: Office) -> None:
    there = await village(office)
    hearing, _ = await announced(there)
    words = {"words": "我家住在三组十号。"}
    await there.done(f"/hearings/{hearing}/questions", by=there.villager, body=words, code=201)
    await there.done(f"/hearings/{hearing}/participants", by=there.villager, body={"part": "household"}, code=201)
    held = (await office.get("/me/export", by=there.villager)).text
    assert "三组十号" in held
    assert "household" in held
    await office.hear(PersonErased(person_id=there.villager, erased_at=datetime.fromisoformat("2023-05-12T04:00:00Z")))
    work = (await office.get(f"/hearings/{hearing}/work", by=there.keeper)).json()
    assert [one["words"] for one in work["questions"]] == ["（已按本人申请删除）"]
    assert "household" not in (await office.get("/me/export", by=there.villager)).text
