"""What was redone three times is a difficult case by itself: the chair is told, and its owner goes on (C6)."""

from datetime import timedelta

import pytest

from tests.tasks.conftest import Village
from tests.tasks.dispatches.offices import notices

pytestmark = pytest.mark.asyncio

PLAN = {"words": "方案", "ground": "simple"}


async def redone(village: Village, case: str, *, round_: int, put_right: bool = True) -> None:
    """The villager says that it is not solved, and whoever owns the rectification puts it right."""
    people, stand = village.people, village.stand
    said = await stand.post(f"/requests/{case}/judgement", by=people.villager, solved="no", round=round_)
    assert said.status_code == 200, said.text
    if not put_right:
        return
    for owner in (people.secretary, people.cadre, people.supervisor):
        mine = (await stand.get("/rectifications", by=owner)).json()["items"]
        path = next((f"/rectifications/{one['id']}" for one in mine if one["round"] == round_), None)
        if path is not None and (await stand.post(f"{path}/plan", by=owner, **PLAN)).status_code == 200:
            break
    await stand.post(f"{path}/report", by=owner, words="完成", evidence=[await stand.attach(by=owner)])
    checks = [one for one in (people.cadre, people.supervisor, people.operator) if one != owner]
    done = [await stand.post(f"{path}/verification", by=one, put_right=True) for one in checks]
    assert 200 in {one.status_code for one in done}, [one.text for one in done]


async def test_the_third_rectification_makes_it_difficult_and_it_is_put_right_all_the_same(village: Village) -> None:
    people, stand = village.people, village.stand
    case = await village.handled()
    for round_ in (1, 2):
        await redone(village, case, round_=round_)
        village.clock.at += timedelta(hours=1)
        assert (await stand.get(f"/requests/{case}", by=people.villager)).json()["stage"] == "handled"
    await redone(village, case, round_=3, put_right=False)
    shown = (await stand.get(f"/requests/{case}", by=people.villager)).json()
    assert (shown["stage"], len(shown["rectifications"])) == ("difficult", 3)
    told = [
        kind
        for person in (people.cadre, people.supervisor, people.operator)
        for kind in await notices(village, person, case)
    ]
    assert "redone" in told
    again = await stand.post(f"/requests/{case}/judgement", by=people.villager, solved="partly", round=3)
    assert (again.status_code, again.json()["stage"]) == (200, "difficult")
    for by in (people.cadre, people.supervisor, people.operator, people.secretary):
        taken = await stand.post(f"/requests/{case}/take-up", by=by, promised_on="2026-11-20")
        given = await stand.post(f"/requests/{case}/dispatch", by=by, post_id=str(people.other_agent_post))
        assert {taken.status_code, given.status_code} <= {403, 404, 409}, (taken.text, given.text)
    for owner in (people.secretary, people.cadre, people.supervisor, people.operator):
        mine = (await stand.get("/rectifications", by=owner)).json()["items"]
        for one in mine:
            path = f"/rectifications/{one['id']}"
            await stand.post(f"{path}/plan", by=owner, **PLAN)
            await stand.post(f"{path}/report", by=owner, words="完成", evidence=[await stand.attach(by=owner)])
            for by in (people.cadre, people.supervisor, people.operator):
                await stand.post(f"{path}/verification", by=by, put_right=True)
    assert (await stand.get(f"/requests/{case}", by=people.villager)).json()["stage"] == "handled"
