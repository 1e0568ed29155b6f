"""Aid files: posted, objected to, decided by two, in force, left likewise; each move kept; the public sees little."""

from datetime import date, datetime
from uuid import UUID, uuid4

import pytest

from chassis.clock import SHANGHAI
from chassis.problems import NotAllowedNow
from services.members.aid_files.model import LIFECYCLE, AidFile, AidReason, AidStage
from tests.members.pairings.county import Township
from tests.members.village import ADDRESS, TOWNSHIP, VILLAGE
from tests.mounting import HandClock

pytestmark = pytest.mark.asyncio


async def on(there: Township, day: int, month: int = 11) -> None:
    """It is nine in the morning of this day."""
    clock = there.office.stand.mounted.clock
    assert isinstance(clock, HandClock)
    clock.at = datetime(2026, month, day, 9, 0, tzinfo=SHANGHAI)
    await there.office.stand.settle()


async def identified(there: Township, household: str = "H1") -> str:
    """A file that the village's secretary began."""
    body = {"household_id": str(there.households[household]), "reason": "illness"}
    answer = await there.post("/aid-files", by="书记", **body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def posted(there: Township) -> str:
    """A file that is on notice."""
    file = await identified(there)
    answer = await there.post(f"/aid-files/{file}/notice", by="书记")
    assert (answer.status_code, answer.json()["notice_to"]) == (200, "2026-11-22"), answer.text
    return file


async def decide(there: Township, file: str, decision: str, reason: str, *, second: str = "另一干部") -> int:
    """One proposes and another confirms."""
    proposed = await there.post(f"/aid-files/{file}/decision", decision=decision, reason=reason)
    assert proposed.status_code == 200, proposed.text
    path = f"/proposals/{proposed.json()['proposal_id']}/confirmation"
    assert (await there.post(path)).json()["code"] == "same-person"
    return (await there.post(path, by=second)).status_code


async def stage(there: Township, file: str) -> str:
    """Where it stands, as the household reads it."""
    return str((await there.get(f"/aid-files/{file}", by="户主甲")).json()["file"]["stage"])


async def test_a_household_is_entered_after_its_notice_by_two_persons_and_leaves_likewise(anywhere: Township) -> None:
    there = anywhere
    file = await posted(there)
    early = await there.post(f"/aid-files/{file}/decision", decision="take_in", reason="conditions_met")
    assert early.json()["code"] == "not-allowed-now"
    await on(there, 22)
    assert await stage(there, file) == "notice"
    await on(there, 23)
    assert await stage(there, file) == "deciding"
    assert await decide(there, file, "take_in", "conditions_met") == 200
    assert await stage(there, file) == "in_force"
    assert (await there.post(f"/aid-files/{file}/notice")).json()["stage"] == "exit_notice"
    await on(there, 1, month=12)
    assert await decide(there, file, "keep", "risk_remains") == 200
    await there.post(f"/aid-files/{file}/notice")
    await on(there, 15, month=12)
    assert await decide(there, file, "let_go", "income_stable", second="县管理员") == 200
    whole = (await there.get(f"/aid-files/{file}", by="户主甲")).json()
    assert [one["move"] for one in whole["steps"]] == [
        "identify",
        "post",
        "close_notice",
        "take_in",
        "post_exit",
        "close_exit_notice",
        "keep",
        "post_exit",
        "close_exit_notice",
        "let_go",
    ]
    assert whole["file"]["left_on"] == "2026-12-15"
    taken = whole["steps"][3]
    assert (taken["by"], taken["confirmed_by"]) == (str(there.people["乡镇干部"]), str(there.people["另一干部"]))
    again = await there.post("/aid-files", by="书记", household_id=str(there.households["H1"]), reason="disaster")
    assert again.status_code == 201


async def test_an_objection_holds_the_decision_up_until_another_person_has_answered(there: Township) -> None:
    file = await posted(there)
    said = await there.post(f"/aid-files/{file}/objections", by="户主乙", words="他家有车")
    assert said.status_code == 201
    await on(there, 23)
    held_up = await there.post(f"/aid-files/{file}/decision", decision="take_in", reason="conditions_met")
    assert held_up.json()["code"] == "objections-open"
    path = f"/aid-files/objections/{said.json()['id']}/answer"
    body = {"upheld": True, "words": "查实，有车"}
    assert (await there.post(path, by="书记", **body)).status_code == 403
    assert (await there.post(path, **body)).status_code == 200
    assert (await there.post(path, **body)).json()["code"] == "objection-answered"
    assert (await there.post(f"/aid-files/{file}/decision", decision="take_in", reason="conditions_met")).json()[
        "code"
    ] == "objections-open"
    assert await decide(there, file, "refuse", "objection_upheld") == 200
    seen = (await there.get(f"/aid-files/{file}", by="户主甲")).json()
    assert seen["file"]["stage"] == "refused"
    [objection] = seen["objections"]
    assert (objection["person_id"], objection["words"], objection["answer"]) == (None, None, "查实，有车")
    [in_office] = (await there.get(f"/aid-files/{file}", by="乡镇干部")).json()["objections"]
    assert (in_office["person_id"], in_office["words"]) == (str(there.heads["户主乙"]), "他家有车")


async def test_whoever_identified_a_household_answers_no_objection_to_it(there: Township) -> None:
    body = {"household_id": str(there.households["H1"]), "reason": "disaster"}
    file = (await there.post("/aid-files", **body)).json()["id"]
    await there.post(f"/aid-files/{file}/notice")
    said = await there.post(f"/aid-files/{file}/objections", by="户主乙", words="不符合")
    path = f"/aid-files/objections/{said.json()['id']}/answer"
    refused = await there.post(path, upheld=False, words="已核实")
    assert refused.json()["code"] == "not-who-identified"
    assert (await there.post(path, by="另一干部", upheld=False, words="已核实")).status_code == 200


async def test_the_public_sees_the_notice_with_the_least_there_is_and_only_while_it_lasts(there: Township) -> None:
    file = await posted(there)
    client = there.office.client
    answer = await client.get("/aid-notices", params={"division_code": TOWNSHIP})
    [line] = answer.json()["items"]
    assert line == {
        "id": file,
        "kind_zh": "纳入公示",
        "head_masked": "户**",
        "division_code": VILLAGE,
        "division_name": "坪湖村",
        "from_on": "2026-11-16",
        "to_on": "2026-11-22",
    }
    for secret in ("illness", "因病", "户主甲", ADDRESS, str(there.households["H1"])):
        assert secret not in answer.text
    await on(there, 23)
    assert (await client.get("/aid-notices", params={"division_code": TOWNSHIP})).json()["items"] == []
    assert (await there.post(f"/aid-files/{file}/objections", by="户主乙", words="晚了")).status_code == 404


async def test_a_household_has_one_file_at_a_time_and_neighbours_see_none_of_it(there: Township) -> None:
    file = await identified(there)
    body = {"household_id": str(there.households["H1"]), "reason": "disaster"}
    assert (await there.post("/aid-files", **body)).json()["code"] == "aid-file-there"
    assert (await there.get(f"/aid-files/{file}", by="户主乙")).status_code == 404
    assert (await there.get("/aid-files", by="户主乙")).json()["items"] == []
    assert [one["id"] for one in (await there.get("/aid-files", by="户主甲")).json()["items"]] == [file]
    listed = (await there.get("/aid-files", by="乡镇干部", division_code=TOWNSHIP, stage="identified")).json()
    assert [one["id"] for one in listed["items"]] == [file]
    assert (await there.get("/aid-files", by="代办员", division_code=VILLAGE)).status_code == 403
    assert (await there.post("/aid-files", by="代办员", **body)).status_code == 403


@pytest.mark.parametrize("stage_before", list(AidStage))
@pytest.mark.parametrize("move", LIFECYCLE.moves)
async def test_every_move_from_every_stage_is_as_the_table_says(move: str, stage_before: AidStage) -> None:
    file = AidFile(
        id=uuid4(),
        township_code=TOWNSHIP,
        division_code=VILLAGE,
        household_id=UUID(int=1),
        stage=stage_before,
        reason=AidReason.DISASTER,
        identified_by=UUID(int=2),
        identified_on=date(2026, 11, 16),
        notice_from=None,
        notice_to=None,
        entered_on=None,
        left_on=None,
    )

    def make() -> None:
        if move.startswith("post"):
            file.post(move, today=date(2026, 11, 16), days=7)
        else:
            file.move(move, today=date(2026, 11, 16))

    if LIFECYCLE.allows(move, stage_before):
        make()
    else:
        with pytest.raises(NotAllowedNow):
            make()
        assert file.stage is stage_before
