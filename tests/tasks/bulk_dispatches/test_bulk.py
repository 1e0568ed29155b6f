"""Many cases dispatched at once: tried before, done as shown, and what may not be is said with its reason."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from contracts.members import PostHeld
from services.tasks.bulk_dispatches import actions
from services.tasks.bulk_dispatches.model import BulkDispatchRow
from services.tasks.dispatches.model import Dispatch
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster.model import Post
from tests.tasks.conftest import VILLAGE, Village

pytestmark = pytest.mark.asyncio


async def ask(village: Village, **body: object) -> str:
    return str((await village.submit(**body))["id"])


async def preview(village: Village, *, by: UUID | None = None, code: int = 201, **said: object) -> dict[str, Any]:
    """Try to give cases to the agent of the next village."""
    body = {"post_id": str(village.people.other_agent_post)} | said
    answer = await village.stand.post("/bulk-dispatches", by=by or village.people.cadre, **body)
    assert answer.status_code == code, answer.text
    return dict(answer.json())


async def carry_out(village: Village, shown: dict[str, Any]) -> dict[str, Any]:
    """Begin it, and wait until every case has been dealt with."""
    path, by = f"/bulk-dispatches/{shown['id']}", village.people.cadre
    begun = await village.stand.post(f"{path}/start", by=by, token=shown["token"])
    assert begun.status_code == 200, begun.text
    async with asyncio.timeout(20):
        while (told := (await village.stand.get(path, by=by)).json())["stage"] != "done":
            await asyncio.sleep(0.05)
    return dict(told)


async def case_of(village: Village, case: str) -> ServiceRequest:
    async with village.stand.mounted.sessions() as session:
        request = await session.get(ServiceRequest, UUID(case))
    assert request is not None
    return request


def outcomes(shown: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    return {row["request_id"]: (row["outcome"], row["reason"]) for row in shown["rows"]}


async def test_a_preview_moves_nothing_and_the_act_does_what_it_showed(village: Village) -> None:
    fresh, returned = await ask(village), await ask(village)
    await village.stand.post(f"/requests/{returned}/return", by=village.people.agent, reason="不归我管")
    dispatched = len(village.told("tasks.request.dispatched.v1"))
    shown = await preview(village, ids=[fresh, returned])
    assert outcomes(shown) == {fresh: ("planned", None), returned: ("planned", None)}
    assert {row["from_name"] for row in shown["rows"]} == {"生成proxy_agent"}
    assert [(await case_of(village, one)).turn for one in (fresh, returned)] == [1, 1]
    await village.stand.settle()
    assert len(village.told("tasks.request.dispatched.v1")) == dispatched
    told = await carry_out(village, shown)
    assert (told["done"], told["failed"], told["planned"], told["token"]) == (2, 0, 0, None)
    for one in (fresh, returned):
        request = await case_of(village, one)
        assert (request.stage.value, request.turn) == ("dispatched", 2)
        assert request.working_person_id == village.people.other_agent
    rows = await village.stand.get("/audit/rows", by=village.people.cadre)
    assert {one["about"] for one in rows.json()["items"] if one["reason"] == "bulk"} == {fresh, returned}


async def test_everything_open_of_an_agent_who_leaves(village: Village) -> None:
    fresh = await ask(village)
    promised = await ask(village)
    answer = await village.stand.post(
        f"/requests/{promised}/promise", by=village.people.agent, promised_on="2026-11-18"
    )
    assert answer.status_code == 200, answer.text
    done = await village.handled()
    cut = {"handler_id": str(village.people.agent), "open": True}
    shown = await preview(village, cut=cut)
    assert set(outcomes(shown)) == {fresh, promised}
    assert (await carry_out(village, shown))["done"] == 2
    request = await case_of(village, promised)
    assert (request.stage.value, request.handler_id, request.promised_on) == ("dispatched", None, None)
    assert str(request.first_promised_on) == "2026-11-18"  # kept, whoever promised it
    again = await village.stand.post(
        f"/requests/{promised}/promise", by=village.people.other_agent, promised_on="2026-11-19"
    )
    assert again.status_code == 200, again.text
    request = await case_of(village, promised)
    assert (str(request.first_promised_on), str(request.promised_on)) == ("2026-11-18", "2026-11-19")
    assert (await case_of(village, done)).handler_id == village.people.agent
    assert (await village.stand.get(f"/requests/{fresh}", by=village.people.agent)).status_code == 404


async def test_what_may_not_be_is_said_with_its_reason_and_left_alone(village: Village) -> None:
    fine, bound, done, returned, theirs = [await ask(village) for _ in range(5)]
    async with village.stand.mounted.sessions() as session:
        office = next(one.id for one in await session.all(select(Post)) if one.person_id == village.people.agent)
        row = await session.get(ServiceRequest, UUID(bound), lock=True)
        assert row is not None
        row.binding = True
    complaint = await ask(village, kind="complaint", about_post_id=str(office))
    await village.stand.post(f"/requests/{done}/answer", by=village.people.agent, words="已办")
    for one in (returned, theirs):
        given = await preview(village, ids=[one])
        await carry_out(village, given)
    await village.stand.post(f"/requests/{returned}/return", by=village.people.other_agent, reason="不归我管")
    strange = str(uuid4())
    shown = await preview(
        village, by=village.people.supervisor, ids=[fine, bound, done, returned, theirs, complaint, strange]
    )
    assert outcomes(shown) == {
        fine: ("planned", None),
        bound: ("refused", "given-by-a-chair"),
        done: ("refused", "not-allowed-now"),
        returned: ("refused", "returned-it-already"),
        theirs: ("refused", "theirs-already"),
        complaint: ("refused", "complaint-alone"),
        strange: ("refused", "not-found"),
    }
    assert all(row["reason_zh"] for row in shown["rows"] if row["outcome"] == "refused")
    assert (shown["planned"], shown["refused"]) == (1, 6)


async def test_nobody_is_told_anything_of_a_case_out_of_their_reach(village: Village) -> None:
    async with village.stand.mounted.sessions() as session:
        office = next(one.id for one in await session.all(select(Post)) if one.person_id == village.people.secretary)
    complaint = await ask(village, kind="complaint", about_post_id=str(office))
    shown = await preview(village, by=village.people.secretary, ids=[complaint])
    (row,) = shown["rows"]
    assert (row["reason"], row["stage_zh"], row["from_name"]) == ("not-found", None, None)


async def test_a_post_without_anybody_refuses_them_all(village: Village) -> None:
    case = await ask(village)
    shown = await preview(village, ids=[case], post_id=str(uuid4()))
    assert outcomes(shown) == {case: ("refused", "nobody-there")}


async def test_what_moved_since_the_preview_is_left_out(village: Village) -> None:
    moved, stays = await ask(village), await ask(village)
    shown = await preview(village, ids=[moved, stays])
    await village.stand.post(f"/requests/{moved}/answer", by=village.people.agent, words="已办")
    told = await carry_out(village, shown)
    assert outcomes(told) == {moved: ("failed", "moved-since-preview"), stays: ("done", None)}
    assert (await case_of(village, moved)).stage.value == "handled"


async def test_only_what_was_shown_is_begun_by_whom_it_was_shown_and_once(village: Village) -> None:
    shown = await preview(village, ids=[await ask(village)])
    path, cadre = f"/bulk-dispatches/{shown['id']}/start", village.people.cadre
    wrong = await village.stand.post(path, by=cadre, token="0" * 64)
    assert (wrong.status_code, wrong.json()["code"]) == (409, "not-this-preview")
    assert (await village.stand.post(path, by=village.people.supervisor, token=shown["token"])).status_code == 404
    await carry_out(village, shown)
    again = await village.stand.post(path, by=cadre, token=shown["token"])
    assert (again.status_code, again.json()["code"]) == (409, "begun-already")
    old = await preview(village, ids=[await ask(village)])
    village.clock.at += timedelta(minutes=30)
    late = await village.stand.post(f"/bulk-dispatches/{old['id']}/start", by=cadre, token=old["token"])
    assert (late.status_code, late.json()["code"]) == (409, "preview-too-old")


async def test_a_post_that_ends_before_the_act_dispatches_nothing(village: Village) -> None:
    case = await ask(village)
    shown = await preview(village, ids=[case])
    async with village.stand.mounted.sessions() as session:
        post = next(one for one in await session.all(select(Post)) if one.person_id == village.people.cadre)
    await village.stand.hear(
        PostHeld(
            post_id=post.id,
            person_id=post.person_id,
            name=post.name,
            kind=post.kind,
            organization_id=post.organization_id,
            division_code=post.division_code,
            from_on=post.from_on,
            to_on=(village.clock.at - timedelta(days=1)).date(),
        )
    )
    told = await carry_out(village, shown)
    assert (told["done"], told["failed"]) == (0, 1)
    assert (await case_of(village, case)).turn == 1


async def test_batches_and_two_copies_dispatch_each_once(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "BATCH", 2)
    cases = [await ask(village) for _ in range(5)]
    shown = await preview(village, cut={"area": VILLAGE, "open": True})
    begun = await village.stand.post(
        f"/bulk-dispatches/{shown['id']}/start", by=village.people.cadre, token=shown["token"]
    )
    assert begun.status_code == 200
    sessions = village.stand.mounted.sessions
    async with asyncio.timeout(20):
        while True:
            await asyncio.gather(actions.carry_on(sessions), actions.carry_on(sessions))
            told = (await village.stand.get(f"/bulk-dispatches/{shown['id']}", by=village.people.cadre)).json()
            if told["stage"] == "done":
                break
    assert (told["done"], told["failed"]) == (5, 0)
    async with village.stand.mounted.sessions() as session:
        given = await session.all(select(Dispatch))
        assert len(await session.all(select(BulkDispatchRow))) == 5
    assert sorted((str(one.request_id), one.turn) for one in given) == sorted(
        (case, n) for case in cases for n in (1, 2)
    )


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, "which-cases"),
        ({"ids": [str(uuid4())], "cut": {}}, "which-cases"),
        ({"cut": {"area": "430702100203"}}, "no-cases"),
        ({"cut": {"text": "灯"}}, "nothing-to-find"),
    ],
)
async def test_what_cannot_be_tried_is_refused(village: Village, said: dict[str, object], code: str) -> None:
    assert (await preview(village, code=422, **said))["code"] == code


async def test_who_dispatches_nobody_tries_none(village: Village) -> None:
    for person in (village.people.agent, village.people.villager):
        assert (await preview(village, by=person, code=403, ids=[str(uuid4())]))["code"] == "may-not-dispatch"


async def test_what_nobody_accepted_goes_back_where_it_was_and_of_the_rest_it_is_said_why(village: Village) -> None:
    people, stand = village.people, village.stand
    waiting, accepted = await ask(village), await ask(village)
    nobodys = await ask(village, division_code="430702100203")
    shown = await preview(village, ids=[waiting, accepted, nobodys])
    path, reason = f"/bulk-dispatches/{shown['id']}", "岗位选错了𠮷"
    early = await stand.post(f"{path}/undoing", by=people.cadre, reason=reason)
    assert (early.status_code, early.json()["code"]) == (409, "not-carried-out")
    await carry_out(village, shown)
    await stand.post(f"/requests/{accepted}/acceptance", by=people.other_agent)
    assert (await stand.post(f"{path}/undoing", by=people.operator, reason=reason)).status_code == 404
    undone = (await stand.post(f"{path}/undoing", by=people.cadre, reason=reason)).json()
    assert outcomes(undone) == {
        waiting: ("undone", None),
        accepted: ("done", "accepted-meanwhile"),
        nobodys: ("done", "was-with-nobody"),
    }
    assert (undone["undone"], undone["undo_reason"]) == (1, reason)
    back, stays = await case_of(village, waiting), await case_of(village, accepted)
    assert (back.working_person_id, back.turn, back.stage.value) == (people.agent, 3, "dispatched")
    assert (stays.working_person_id, stays.stage.value) == (people.other_agent, "accepted")
    again = await stand.post(f"{path}/undoing", by=people.cadre, reason=reason)
    assert (again.status_code, again.json()["code"]) == (409, "undone-already")
    rows = await stand.get("/audit/rows", by=people.cadre)
    assert {one["about"] for one in rows.json()["items"] if one["reason"] == "bulk_undone"} == {waiting}
