"""Whom a request goes to as it comes in, and why it says that it is this person."""

from contextlib import closing
from pathlib import Path
from sqlite3 import connect
from uuid import UUID

import pytest
from sqlalchemy.dialects import sqlite
from sqlmodel import select

from contracts.members import PostHeld
from services.tasks.dispatches.load import MOST, OPEN_CASES, Load
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster.duty import Duty
from services.tasks.roster.model import Post
from tests.tasks.conftest import VILLAGE, Village
from tests.tasks.dispatches.offices import ROWS, chair, colleague, department, given, holder, notices
from tests.tasks.duties.lists import duty, entry, in_force, organization

pytestmark = pytest.mark.asyncio
NOBODY_VILLAGE = "430702100203"


async def test_an_errand_of_the_townships_own_goes_to_the_agent_and_names_the_line(village: Village) -> None:
    await in_force(village, ROWS)
    case = await village.submit(wording="路灯坏了")
    assert case["named_person"] == "生成proxy_agent"
    (first,) = (await given(village, case["id"]))["items"]
    line = await entry(village, "便民服务和全程代办")
    assert (first["way"], first["duty"]["id"]) == ("agent", str(line.id))
    assert first["why_zh"] == "本村（社区）的代办员。依据：基本履职事项第 基本-1 项“便民服务和全程代办”。"
    await village.stand.settle()
    assert village.told("tasks.request.dispatched.v1")[-1]["duty_entry_id"] == str(line.id)


async def test_an_errand_of_the_catalogue_goes_by_its_code(village: Village) -> None:
    await in_force(village, [*ROWS, duty(9, "低保受理", 代办事项编码="subsistence-allowance")])
    case = await village.submit(kind=None, wording="秸秆", item_code="subsistence-allowance")
    (first,) = (await given(village, case["id"]))["items"]
    assert first["duty"]["name"] == "低保受理"  # and not by a word that was said besides


async def test_without_a_list_or_a_line_it_goes_to_the_agent_and_says_so(village: Village) -> None:
    case = await village.submit()
    (first,) = (await given(village, case["id"]))["items"]
    assert (first["duty"], first["why_zh"]) == (None, "本村（社区）的代办员。履职事项清单中没有对应的事项。")


async def test_what_the_county_has_taken_back_goes_to_its_department_and_not_to_the_village(village: Village) -> None:
    office = await department(village)
    await in_force(village, ROWS)
    case = await village.submit(wording="邻居违建")
    assert case["named_person"] == "应急局局长"
    (first,) = (await given(village, case["id"]))["items"]
    assert (first["person_id"], first["way"]) == (str(office.person), "department")
    assert "已由县级收回" in first["why_zh"]
    assert "收回-1" in first["why_zh"]
    seen = await village.stand.get(f"/requests/{case['id']}", by=village.people.agent)
    assert seen.status_code == 404


async def test_of_an_unknown_department_it_goes_to_the_head_of_the_county(village: Village) -> None:
    await in_force(village, ROWS[:3])  # 应急局 is no organisation here
    case = await village.submit(wording="违建")
    (first,) = (await given(village, case["id"]))["items"]
    assert first["person_id"] == str(village.people.supervisor)


async def test_of_a_vacant_department_it_climbs_within_the_county(village: Village) -> None:
    await department(village, headed=False)
    await in_force(village, ROWS)
    case = await village.submit(wording="违建")
    (first,) = (await given(village, case["id"]))["items"]
    assert first["person_id"] == str(village.people.supervisor)


async def test_a_cooperating_duty_has_its_lead_in_the_county_and_the_agent_helping(village: Village) -> None:
    office = await department(village)
    await in_force(village, ROWS)
    case = await village.submit(wording="有人烧秸秆")
    (first,) = (await given(village, case["id"]))["items"]
    assert (first["person_id"], first["way"]) == (str(office.person), "lead")
    helpers = (await village.stand.get(f"/requests/{case['id']}/helpers", by=village.people.agent)).json()["items"]
    assert [(one["person_id"], one["part"]) for one in helpers] == [(str(village.people.agent), "巡查劝阻")]
    assert await notices(village, village.people.agent, case["id"]) == ["help"]


async def test_without_its_lead_a_cooperating_duty_is_the_agents(village: Village) -> None:
    await in_force(village, ROWS)
    case = await village.submit(wording="有人烧秸秆")
    (first,) = (await given(village, case["id"]))["items"]
    assert (first["way"], first["duty"]["kind"]) == ("agent", "cooperating")


async def test_what_two_departments_claim_waits_for_the_chair_of_the_area(village: Village) -> None:
    secretary = await chair(village)
    await in_force(village, ROWS)
    case = await village.submit(wording="燃气有味道")
    assert (case["stage"], case["named_person"]) == ("received", None)
    assert await notices(village, secretary.person, case["id"]) == ["difficult"]
    way = await given(village, case["id"], by=secretary.person)
    assert (way["items"], way["waiting_zh"]) == ([], "还没有承办人：正由所在乡镇（街道）负责人确定。")
    mine = await village.stand.get("/requests", by=secretary.person, whose="working")
    assert [one["id"] for one in mine.json()["items"]] == [case["id"]]


async def test_more_of_its_words_decide_between_two_lines(village: Village) -> None:
    await in_force(village, ROWS)
    case = await village.submit(wording="电梯旁燃气有味道")
    (first,) = (await given(village, case["id"]))["items"]
    assert first["duty"]["name"] == "电梯检查"


async def test_where_nobody_serves_a_village_the_chair_decides_and_those_who_dispatch_are_told(
    village: Village,
) -> None:
    secretary = await chair(village)
    case = await village.submit(division_code=NOBODY_VILLAGE)
    assert case["stage"] == "received"
    assert await notices(village, secretary.person, case["id"]) == ["difficult"]
    assert await notices(village, village.people.cadre, case["id"]) == ["unassigned"]


async def test_where_no_agent_is_in_office_a_grid_worker_has_it(village: Village) -> None:
    worker = await holder(village, "grid_worker", "村支部", NOBODY_VILLAGE)
    case = await village.submit(division_code=NOBODY_VILLAGE)
    (first,) = (await given(village, case["id"]))["items"]
    assert (first["person_id"], first["way"]) == (str(worker.person), "grid_worker")


async def test_nobody_is_given_what_they_ask_themselves(village: Village) -> None:
    office = await department(village)
    await in_force(village, ROWS)
    asked = {"division_code": VILLAGE, "kind": "help", "wording": "违建"}
    case = (await village.stand.post("/requests", by=office.person, **asked)).json()
    (first,) = (await given(village, case["id"], by=office.person))["items"]
    assert first["person_id"] != str(office.person)


async def test_of_two_agents_the_one_with_fewer_open_cases_has_the_next(village: Village) -> None:
    loaded = await village.submit()  # with the one agent there is
    second = await colleague(village)
    counted = [str((await village.submit())["id"]) for _ in range(5)]
    had = [(await given(village, case))["items"][0] for case in counted]
    assert had[0]["person_id"] == str(second.person)
    assert had[0]["why_zh"].startswith("本村（社区）的代办员，2 人中在办件最少（0 件）。")
    persons = [one["person_id"] for one in had]
    assert sorted(map(persons.count, set(persons))) == [2, 3]  # with the first one's three and three
    assert await open_cases(village, village.people.agent) == 3
    await village.stand.post(f"/requests/{loaded['id']}/answer", by=village.people.agent, words="已办")
    assert await open_cases(village, village.people.agent) == 2  # what is done loads nobody


async def test_one_agent_costs_no_question_about_loads(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    async def asked(*_: object) -> None:
        raise AssertionError("the load was asked where one alone could have it")

    monkeypatch.setattr(Load, "least", asked)
    assert (await village.submit())["named_person"] == "生成proxy_agent"


async def test_a_load_is_counted_to_an_end_and_from_the_index(village: Village) -> None:
    case = UUID(str((await village.submit())["id"]))
    async with village.stand.mounted.sessions() as session:
        one = await session.get(ServiceRequest, case)
        assert one is not None
        values = dict(vars(one))
        for number in range(MOST + 5):
            index = number.to_bytes(32, "big")
            session.add(ServiceRequest(**values | {"id": UUID(int=number + 1), "tracking_index": index}))
    assert await open_cases(village, village.people.agent) == MOST


async def test_a_load_is_read_from_an_index_alone(village: Village, tmp_path: Path) -> None:
    """On SQLite, whose plan says so; on PostgreSQL the planner of a small table would rather read it whole."""
    await village.submit()
    if not (tmp_path / "tasks.db").exists():
        return
    text = str(OPEN_CASES.compile(dialect=sqlite.dialect()))
    with closing(connect(f"file:{tmp_path / 'tasks.db'}?mode=ro", uri=True)) as file:
        plan = file.execute(f"EXPLAIN QUERY PLAN {text}", [1] * text.count("?"))  # the plan is the same for every value
        lines = [str(row[3]) for row in plan]
    assert any("USING COVERING INDEX service_request_working" in line for line in lines), lines


async def test_an_absent_agents_load_is_not_their_stand_ins(village: Village) -> None:
    second = await colleague(village)
    async with village.stand.mounted.sessions() as session:
        posts = {one.person_id: one for one in await session.all(select(Post))}
        able = [Duty(posts[village.people.agent], None), Duty(posts[second.person], None)]
        load = Load()
        turns = [(await load.least(session, able, UUID(int=number)))[0].post.person_id for number in range(10)]
    assert sorted(map(turns.count, set(turns))) == [5, 5]  # what was given meanwhile counts, unread


async def test_who_is_no_longer_in_office_is_given_nothing(village: Village) -> None:
    second = await colleague(village)
    there = await organization(village, "村支部")
    ended = PostHeld(
        post_id=second.post,
        person_id=second.person,
        name="旧代办员",
        kind="proxy_agent",
        organization_id=there.id,
        division_code=VILLAGE,
        from_on=village.clock.at.date().replace(year=2020),
        to_on=None,
        ended_at=village.clock.now(),
    )
    await village.stand.hear(ended)
    assert {(await village.submit())["named_person"] for _ in range(3)} == {"生成proxy_agent"}


async def open_cases(village: Village, person: UUID) -> int:
    """As the load is read."""
    async with village.stand.mounted.sessions() as session:
        ((found,),) = await session.all(OPEN_CASES, person=person)
    return int(found)
