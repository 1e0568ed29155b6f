"""A plan from the county down to the village, worked on, found done, and counted up again."""

from datetime import timedelta

import pytest

from tests.tasks.checklists.lists import (
    YEAR,
    assignments,
    broken_down,
    done,
    numbers,
    organization,
    plan,
    post_of,
    seen,
)
from tests.tasks.conftest import Village

pytestmark = pytest.mark.asyncio


async def test_a_plan_goes_down_to_each_village_in_one_persons_name(village: Village) -> None:
    plan_id, (first, second) = await plan(village, "修水渠", "装路灯")
    written = await broken_down(village, plan_id)
    assert (written["items"], written["areas"], written["leaves"]) == (2, 3, 6)
    assert written["vacant"] == 2  # of two villages nobody answers: the township has their items meanwhile
    assert len(await assignments(village, village.people.secretary)) == 2
    assert len(await assignments(village, village.people.cadre)) == 4
    assert await numbers(village, f"/checklists/{plan_id}") == (6, 0, 0, 0, 0, 0, 0, 0)
    assert await numbers(village, f"/checklist-items/{first}") == (3, 0, 0, 0, 0, 0, 0, 0)
    around = await seen(village, f"/checklist-items/{second}", village.people.operator)
    assert [one["parted"] for one in around["below"]] == [True]  # the township's, which goes on to its villages
    assert around["below"][0]["progress"]["leaves"] == 3


async def test_what_was_broken_down_is_not_broken_down_twice(village: Village) -> None:
    plan_id, _ = await plan(village, "修水渠")
    await broken_down(village, plan_id, areas=["430702100201"])
    written = await broken_down(village, plan_id)
    assert (written["leaves"], written["already_there"]) == (2, 1)
    assert await numbers(village, f"/checklists/{plan_id}") == (3, 0, 0, 0, 0, 0, 0, 0)
    again = await village.stand.post(
        f"/checklists/{plan_id}/breakdown/preview", by=village.people.operator, level="village"
    )
    assert again.json()["type"].endswith("/nothing-to-break-down")


async def test_nothing_else_is_written_than_what_was_shown(village: Village) -> None:
    plan_id, _ = await plan(village, "修水渠")
    by = village.people.operator
    shown = await done(village, f"/checklists/{plan_id}/breakdown/preview", by, level="village")
    await done(village, f"/checklists/{plan_id}/items", by, title="后加的", due_on="2027-06-30")
    late = await village.stand.post(f"/checklists/{plan_id}/breakdown", by=by, level="village", token=shown["token"])
    assert late.status_code == 409, late.text
    assert late.json()["type"].endswith("/not-this-breakdown")


async def test_an_item_is_signed_for_worked_on_accepted_and_struck_off(village: Village) -> None:
    plan_id, _ = await plan(village, "修水渠")
    await broken_down(village, plan_id, areas=["430702100201"])
    (mine,) = await assignments(village, village.people.secretary)
    path, secretary, cadre = f"/assignments/{mine.id}", village.people.secretary, village.people.cadre

    signed = await done(village, f"{path}/pledge", secretary, promised_on="2027-03-31", words="春灌前修好")
    assert (signed["stage"], signed["promised_on"], len(signed["text_digest"])) == ("pledged", "2027-03-31", 64)
    await done(village, f"{path}/progress", secretary, share=40, words="已清淤")
    assert await numbers(village, f"/checklists/{plan_id}") == (1, 1, 0, 0, 0, 0, 0, 40)
    await done(village, f"{path}/report", secretary, words="通水了")
    assert await numbers(village, f"/checklists/{plan_id}") == (1, 1, 1, 0, 0, 0, 0, 100)

    own = await village.stand.post(f"{path}/acceptance", by=secretary)
    assert own.json()["type"].endswith("/may-not-accept")
    await done(village, f"{path}/return", cadre, words="还有一段没通")
    assert await numbers(village, f"/checklists/{plan_id}") == (1, 1, 0, 0, 0, 0, 0, 100)
    await done(village, f"{path}/report", secretary, words="全通了")
    await done(village, f"{path}/acceptance", cadre)
    assert await numbers(village, f"/checklists/{plan_id}") == (1, 1, 0, 1, 0, 0, 0, 100)
    gone = await done(village, f"{path}/closing-out", cadre, words="现场看过")
    assert (gone["stage"], gone["in_time"], gone["returns"]) == ("closed_out", True, 1)
    assert [step["move"] for step in gone["steps"]] == [
        "pledge", "progress", "report", "return", "report", "accept", "close_out",
    ]  # fmt: skip
    assert gone["steps"][0]["words"] == "春灌前修好"
    assert await numbers(village, f"/checklists/{plan_id}") == (1, 1, 0, 1, 1, 0, 0, 100)


async def test_a_day_that_went_by_is_seen_without_anybody_saying_so(village: Village) -> None:
    plan_id, _ = await plan(village, "修水渠")
    await broken_down(village, plan_id, areas=["430702100201"], due_on="2026-11-18")
    village.clock.at += timedelta(days=3)
    await village.stand.settle()
    assert await numbers(village, f"/checklists/{plan_id}") == (1, 0, 0, 0, 0, 1, 0, 0)
    late = await seen(village, "/assignments", village.people.cadre, whose="below", late=True)
    assert [one["days_left"] for one in late["items"]] == [-1]
    (mine,) = await assignments(village, village.people.secretary)
    early = await village.stand.post(
        f"/assignments/{mine.id}/pledge", by=village.people.secretary, promised_on="2026-11-19"
    )
    assert early.json()["type"].endswith("/pledge-too-late")
    asked = await done(
        village, f"/assignments/{mine.id}/extensions", village.people.secretary, wanted_on="2026-12-31", words="下雨"
    )
    extension = asked["extensions"][0]["id"]
    await done(village, f"/assignments/{mine.id}/extensions/{extension}/decision", village.people.cadre, granted=True)
    await done(village, f"/assignments/{mine.id}/pledge", village.people.secretary, promised_on="2026-12-01")
    await done(village, f"/assignments/{mine.id}/report", village.people.secretary, words="补上了")
    await done(village, f"/assignments/{mine.id}/acceptance", village.people.cadre)
    assert await numbers(village, f"/checklists/{plan_id}") == (1, 1, 0, 1, 0, 0, 1, 100)


async def test_a_problem_arises_from_an_item_and_leaves_its_list_with_proof_alone(village: Village) -> None:
    plan_id, _ = await plan(village, "修水渠")
    await broken_down(village, plan_id, areas=["430702100201"])
    (mine,) = await assignments(village, village.people.secretary)
    raised = await done(
        village,
        f"/checklist-items/{mine.item_id}/problems",
        village.people.secretary,
        title="缺水泥",
        due_on="2026-12-10",
    )
    assert (raised["origin"], raised["origin_id"], raised["holder"]["stage"]) == ("item", str(mine.item_id), "issued")
    around = await seen(village, f"/checklist-items/{mine.item_id}", village.people.cadre)
    assert [one["title"] for one in around["arisen"]] == ["缺水泥"]
    assert [one["title"] for one in around["above"]] == ["修水渠", "修水渠"]
    fixing = await done(
        village,
        f"/checklist-items/{raised['id']}/rectifications",
        village.people.cadre,
        title="调拨水泥",
        due_on="2026-12-05",
    )
    path = f"/assignments/{fixing['holder']['assignment_id']}"
    await done(village, f"{path}/pledge", village.people.secretary, promised_on="2026-12-01")
    unproven = await village.stand.post(f"{path}/report", by=village.people.secretary, words="到了")
    assert unproven.json()["type"].endswith("/evidence-missing")


async def test_an_item_that_is_handed_over_is_signed_for_anew(village: Village) -> None:
    plan_id, _ = await plan(village, "修水渠")
    await broken_down(village, plan_id, areas=["430702100201"])
    (mine,) = await assignments(village, village.people.secretary)
    await done(village, f"/assignments/{mine.id}/pledge", village.people.secretary, promised_on="2027-03-31")
    to = await post_of(village, village.people.agent)
    handed = await done(
        village, f"/assignments/{mine.id}/hand-over", village.people.cadre, post_id=to, words="书记外出学习"
    )
    assert (handed["stage"], handed["promised_on"], handed["first_promised_on"]) == ("issued", None, "2027-03-31")
    assert await numbers(village, f"/checklists/{plan_id}") == (1, 0, 0, 0, 0, 0, 0, 0)
    gone = await village.stand.post(
        f"/assignments/{mine.id}/pledge", by=village.people.secretary, promised_on="2027-01-31"
    )
    assert gone.json()["type"].endswith("/not-your-assignment")
    await done(village, f"/assignments/{mine.id}/pledge", village.people.agent, promised_on="2027-01-31")


async def test_an_item_is_broken_down_by_hand_to_persons(village: Village) -> None:
    plan_id, _ = await plan(village, "一户一技能")
    await broken_down(village, plan_id, areas=["430702100201"])
    (mine,) = await assignments(village, village.people.secretary)
    parts = [{"post_id": await post_of(village, village.people.agent), "title": f"第{n}户"} for n in range(1, 4)]
    answer = await village.stand.post(
        f"/checklist-items/{mine.item_id}/breakdown", by=village.people.secretary, parts=parts
    )
    assert answer.status_code == 201, answer.text
    assert [one["number"] for one in answer.json()] == ["1.1", "1.2", "1.3"]
    assert await numbers(village, f"/checklists/{plan_id}") == (3, 0, 0, 0, 0, 0, 0, 0)
    (withdrawn,) = await assignments(village, village.people.secretary)
    assert withdrawn.stage.value == "withdrawn"
    first = (await assignments(village, village.people.agent))[0]
    await done(village, f"/assignments/{first.id}/pledge", village.people.agent, promised_on="2027-01-31")
    await done(village, f"/assignments/{first.id}/report", village.people.agent, words="学会了")
    await done(village, f"/assignments/{first.id}/acceptance", village.people.secretary)
    assert await numbers(village, f"/checklists/{plan_id}") == (3, 1, 0, 1, 0, 0, 0, 33)


async def test_an_item_taken_off_takes_along_what_is_below_it(village: Village) -> None:
    plan_id, (first, _) = await plan(village, "修水渠", "装路灯")
    await broken_down(village, plan_id)
    await done(village, f"/checklist-items/{first}/withdrawal", village.people.operator, words="并入水利项目")
    assert await numbers(village, f"/checklists/{plan_id}") == (3, 0, 0, 0, 0, 0, 0, 0)
    gone = await village.stand.post(f"/checklist-items/{first}/changes", by=village.people.operator, title="改名")
    assert gone.json()["type"].endswith("/item-withdrawn")


async def test_a_template_brings_its_lines_and_says_where_it_comes_from(village: Village) -> None:
    shown = await seen(village, "/checklists/templates", village.people.secretary)
    assert {"skill-and-job", "travelling-classes"} <= {one["code"] for one in shown["items"]}
    assert all(one["source"] and one["confidence_zh"] for one in shown["items"])
    unit = await organization(village, "村支部")
    body = {"organization_id": unit, "kind": "task", "title": "流动学堂", "template_code": "travelling-classes", **YEAR}
    made = await done(village, "/checklists", village.people.secretary, **body)
    lines = await seen(village, f"/checklists/{made['id']}/items", village.people.secretary, limit=2)
    rest = await seen(
        village, f"/checklists/{made['id']}/items", village.people.secretary, limit=2, cursor=lines["next"]
    )
    assert [one["number"] for one in (*lines["items"], *rest["items"])] == ["1", "2", "3", "4"]


async def test_a_list_is_kept_by_those_who_answer_for_it(village: Village) -> None:
    plan_id, (item, _) = await plan(village, "修水渠", "装路灯")
    for person in (village.people.villager, village.people.agent, village.people.secretary):
        assert (await village.stand.get(f"/checklists/{plan_id}", by=person)).status_code == 404
    await broken_down(village, plan_id)
    unit = await organization(village, "镇党委")
    own = await village.stand.post(
        "/checklists", by=village.people.secretary, organization_id=unit, kind="task", title="越权", **YEAR
    )
    assert own.json()["type"].endswith("/may-not-keep-lists")
    assert (await village.stand.get(f"/checklist-items/{item}", by=village.people.villager)).status_code == 404
    (mine, _) = await assignments(village, village.people.secretary)
    assert (await village.stand.get(f"/assignments/{mine.id}", by=village.people.other_agent)).status_code == 404


async def test_a_line_without_a_number_gets_one_that_is_free(village: Village) -> None:
    unit, by = await organization(village, "村支部"), village.people.secretary
    made = await done(village, "/checklists", by, organization_id=unit, kind="task", title="清单", **YEAR)
    path = f"/checklists/{made['id']}/items"
    await done(village, path, by, title="先写的", due_on="2027-06-30", number="2")
    second = await done(village, path, by, title="没有编号", due_on="2027-06-30")
    assert second["number"] == "3"
    await done(village, f"/checklists/{made['id']}/publication", by)
    await done(village, path, by, title="占了编号", due_on="2027-06-30", number="3.1")
    parts = [{"post_id": await post_of(village, village.people.agent)}]
    answer = await village.stand.post(f"/checklist-items/{second['id']}/breakdown", by=by, parts=parts)
    assert [one["number"] for one in answer.json()] == ["3.2"]
    again = await village.stand.post(path, by=by, title="重号", due_on="2027-06-30", number="3.2")
    assert again.json()["type"].endswith("/number-taken")
