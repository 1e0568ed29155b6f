"""A matter's way: four meetings in their order, called in time, recorded by one and confirmed by another."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4

import httpx
import pytest
from python_calamine import CalamineWorkbook

from tests.feedback.deliberations.deciding import MINUTES, STEPS, Village, village
from tests.feedback.facts import OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, post
from tests.feedback.office import Office

pytestmark = pytest.mark.asyncio


async def listed(there: Village, code: str = VILLAGE, **query: str) -> list[str]:
    """The ids of a desk's list."""
    answer = await there.office.get("/deliberations", by=there.keeper, code=code, **query)
    assert answer.status_code == 200, answer.text
    return [str(one["id"]) for one in answer.json()["items"]]


async def asked_by_anybody(office: Office, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
    """Ask without signing in."""
    transport = httpx.ASGITransport(app=office.mounted.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://feedback") as client:
        return await client.get(path, headers=headers)


class TestSteps:
    """On SQLite; the class below runs the same on PostgreSQL."""

    async def test_a_decision_goes_through_four_meetings_and_two_publications(self, office: Office) -> None:
        there = await village(office)
        matter = (await there.open())["matter"]["id"]
        assert (await there.hold(await there.call(matter, STEPS[0]), 5, 5))["outcome"] == "no_quorum"
        assert await there.stage(matter) == "proposing"  # a meeting without its quorum counts as not held
        await there.through(matter, *STEPS)
        shown = await there.show(matter)
        held = [(one["kind"], one["number"], one["outcome"]) for one in shown["meetings"]]
        assert held[:2] == [(STEPS[0], 1, "no_quorum"), (STEPS[0], 2, "carried")]
        assert held[2:] == [(kind, 1, "carried") for kind in STEPS[1:]]
        assert (shown["matter"]["stage"], shown["matter"]["number_zh"]) == ("resolved", "2023年第1号")

        assert (await asked_by_anybody(office, f"/village-decisions/{matter}")).status_code == 404
        assert await listed(there, overdue="true") == []
        await there.days_later(4)  # one more than it may wait for its publication
        assert await listed(there, overdue="true") == [matter]
        assert await listed(there, overdue="true", stage="posted") == []
        assert (await there.publish(matter, "resolution"))["late"] is True
        assert await listed(there, overdue="true") == []

        await there.days_later(7)
        assert (await there.stage(matter), await there.resolved()) == ("posted", [])  # its last day
        await there.days_later(1)
        (told,) = await there.resolved()
        assert (str(told.deliberation_id), told.turn, told.number) == (matter, 1, 1)
        assert (told.post_id, told.due_on.isoformat()) == (there.carrier_post_id, "2023-12-31")

        await there.followed(told, "given")
        await there.days_later(2)
        assert await there.refused(f"/deliberations/{matter}/notices", by=there.keeper, body=RESULT) == NOT_NOW
        await there.followed(told, "done")
        assert (await there.show(matter))["matter"]["stage"] == "carried_out"
        await there.days_later(6)
        assert await listed(there, overdue="true", stage="carried_out") == [matter]
        await there.publish(matter, "result")
        await there.days_later(8)
        assert await there.stage(matter) == "finished"

        public = (await asked_by_anybody(office, f"/village-decisions?code={VILLAGE}")).json()
        assert [one["id"] for one in public["items"]] == [matter]
        whole = await asked_by_anybody(office, f"/village-decisions/{matter}")
        assert [one["kind_zh"] for one in whole.json()["notices"]] == ["决议公开", "实施结果公开"]
        assert str(there.keeper) not in whole.text
        known = {"If-None-Match": whole.headers["etag"]}
        assert (await asked_by_anybody(office, f"/village-decisions/{matter}", known)).status_code == 304


class TestStepsOnPostgres(TestSteps):
    """The same statements on the other database."""

    @pytest.fixture
    def office(self, office_on_postgres: Office) -> Office:
        return office_on_postgres


RESULT = {"kind": "result", "words": "路已修好。"}
NOT_NOW = "not-allowed-now"


async def test_what_is_not_carried_is_put_again_or_ended(office: Office) -> None:
    there = await village(office)
    matter = (await there.open())["matter"]["id"]
    await there.through(matter, *STEPS[:2])
    meeting = await there.hold(await there.call(matter, STEPS[2]), 10, 5, 3)  # five of ten are not more than half
    assert meeting["outcome"] == "not_carried"
    assert await there.stage(matter) == "rejected"
    again = {
        "words": "只硬化三组。",
        "carrier_post_id": str(there.carrier_post_id),
        "carry_out_by": "2023-12-31",
    }
    shown = await there.done(f"/deliberations/{matter}/versions", by=there.keeper, body=again, code=201)
    assert (shown["version"], shown["words"], shown["matter"]["stage"]) == (2, "只硬化三组。", "proposing")
    ended = await there.done(f"/deliberations/{matter}/ending", by=there.keeper, body={"reason": "overtaken"})
    assert (ended["matter"]["stage"], ended["end_reason_zh"]) == ("ended", "情况变化，已无必要")


async def test_resolutions_are_numbered_by_village_and_year(office: Office) -> None:
    there = await village(office)
    for number in (1, 2):
        election = {"kind": "election", "carrier_post_id": None, "carry_out_by": None}
        matter = (await there.open(**election))["matter"]["id"]
        await there.through(matter, "election.villagers")
        assert (await there.show(matter))["matter"]["number_zh"] == f"2023年第{number}号"
    await there.publish(matter, "resolution")
    await there.days_later(8)
    assert (await there.stage(matter), await there.resolved()) == ("finished", [])  # nothing to carry out


async def test_a_meeting_is_of_its_step_and_told_in_time(office: Office) -> None:
    there = await village(office)
    matter = (await there.open())["matter"]["id"]
    where = f"/deliberations/{matter}/meetings"
    body = {"kind": STEPS[3], "place": "村部", "agenda": "修路", "entitled": 10, "entitled_on": "2023-05-01"}
    soon = body | {"meets_at": (office.clock.at + timedelta(days=9)).isoformat()}
    assert await there.refused(where, by=there.keeper, body=soon) == "wrong-body"  # not before the other three
    await there.through(matter, *STEPS[:3])
    soon = body | {"kind": "decision.villagers", "meets_at": (office.clock.at + timedelta(days=9)).isoformat()}
    answer = (await office.post(where, by=there.keeper, body=soon)).json()
    assert (answer["code"], answer["notice_days"]) == ("notice-too-short", 10)
    called = await there.call(matter, "decision.villagers", entitled=300, days=10)
    assert await there.refused(where, by=there.keeper, body=soon) == "meeting-called-already"
    ahead = (await asked_by_anybody(office, f"/village-decisions/meetings?code={TOWNSHIP}")).json()["items"]
    assert [(one["id"], one["kind_zh"], one["village"]) for one in ahead] == [(called["id"], "村民会议", "甲一村")]
    off = await there.done(f"/deliberations/meetings/{called['id']}/calling-off", by=there.keeper, body={})
    assert off["stage"] == "called_off"
    assert (await asked_by_anybody(office, f"/village-decisions/meetings?code={VILLAGE}")).json()["items"] == []


async def test_one_records_and_another_confirms_what_can_be_true(office: Office) -> None:
    there = await village(office)
    matter = (await there.open())["matter"]["id"]
    meeting = await there.call(matter, STEPS[0], days=1)
    where = f"/deliberations/meetings/{meeting['id']}"
    votes = {"attended": 10, "in_favour": 6, "against": 4, "abstained": 0} | MINUTES
    assert await there.refused(f"{where}/record", by=there.keeper, body=votes) == "meeting-not-held-yet"
    assert await there.refused(f"{where}/confirmation", by=there.confirmer, body={}) == NOT_NOW
    office.clock.at += timedelta(days=2)
    for wrong in ({"attended": 11}, {"abstained": 1}):
        assert await there.refused(f"{where}/record", by=there.keeper, body=votes | wrong) == "counts-do-not-add-up"
    await there.done(f"{where}/record", by=there.keeper, body=votes)
    assert await there.refused(f"{where}/confirmation", by=there.keeper, body={}) == "confirmed-by-keeper"
    back = await there.done(f"{where}/return", by=there.confirmer, body={})
    assert (back["stage"], back["attended"]) == ("called", None)
    await there.done(f"{where}/record", by=there.confirmer, body=votes)
    done = await there.done(f"{where}/confirmation", by=there.keeper, body={})
    assert (done["outcome"], done["minutes_digest"]) == ("carried", "ab" * 32)


async def test_who_keeps_and_who_reads(office: Office) -> None:
    there = await village(office)
    guide, elsewhere = uuid4(), uuid4()
    await office.hear(
        post(guide, "guide", at="D-1", area=VILLAGE),
        post(elsewhere, "township_cadre", at="D-2", area=OTHER_TOWNSHIP),
    )
    matter = (await there.open())["matter"]["id"]
    ending = {"reason": "withdrawn"}
    assert await there.refused(f"/deliberations/{matter}/ending", by=guide, body=ending) == MAY_NOT
    assert await there.refused(f"/deliberations/{matter}/ending", by=elsewhere, body=ending) == "not-found"
    codes = [(await office.get(f"/deliberations/{matter}", by=who)).status_code for who in (guide, elsewhere)]
    assert codes == [200, 404]
    assert (await office.get("/deliberations", by=elsewhere, code=VILLAGE)).status_code == 403
    assert (await office.get("/deliberations/rules", by=uuid4())).json()["items"][2]["notice_days"] == 3
    sheet = await office.get("/deliberations/sheet", by=there.confirmer, code=TOWNSHIP)
    rows = CalamineWorkbook.from_filelike(BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    assert [row[2:4] for row in rows] == [["议题", "阶段"], ["硬化村组道路", "待村党组织提议"]]


WRONG: list[tuple[dict[str, object], str]] = [
    ({"division_code": TOWNSHIP}, "not-a-village"),
    ({"carry_out_by": None}, "carrier-not-named"),
    ({"carry_out_by": "2023-05-12"}, "carrier-not-named"),
    ({"carrier_post_id": str(UUID(int=7))}, "carrier-not-named"),
    ({"kind": "election"}, "carrier-not-named"),
]
MAY_NOT = "may-not-keep-deliberations"


async def test_a_decision_names_who_carries_it_out(office: Office) -> None:
    there = await village(office)
    right = {
        "division_code": VILLAGE,
        "kind": "decision",
        "title": "修路",
        "words": "修路。",
        "carrier_post_id": str(there.carrier_post_id),
        "carry_out_by": "2023-12-31",
    }
    for wrong, code in WRONG:
        assert await there.refused("/deliberations", by=there.keeper, body=right | wrong) == code, wrong
    assert await there.refused("/deliberations", by=there.villager, body=right) == MAY_NOT
