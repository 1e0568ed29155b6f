"""Notices that are about no case."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from contracts.feedback import InvitationReminded
from contracts.members import SignInMisused
from tests.tasks.conftest import Village

pytestmark = pytest.mark.asyncio


async def test_a_person_is_told_that_somebody_else_may_have_used_their_sign_in(village: Village) -> None:
    await village.stand.hear(SignInMisused(person_id=village.people.neighbour, session_id=uuid4()))
    [told] = (await village.stand.get("/notices", by=village.people.neighbour)).json()["items"]
    assert told["kind"] == "sign_in_misused"
    assert told["request_id"] is None
    assert "重新登录" in told["title_zh"]
    assert (await village.stand.get("/notices", by=village.people.villager)).json()["items"] == []
    read = await village.stand.post(f"/notices/{told['id']}/read", by=village.people.neighbour)
    assert read.json()["read_at"] is not None


async def test_who_has_not_graded_is_reminded_of_the_newest_round_while_it_can_be_graded(village: Village) -> None:
    case = UUID(await village.handled())

    def reminded(nth: int, *, of_round: int = 1, days: int = 30) -> InvitationReminded:
        until = village.clock.now() + timedelta(days=days)
        return InvitationReminded(request_id=case, round=of_round, reminder=nth, expires_at=until)

    await village.stand.hear(reminded(1), reminded(2), reminded(3, of_round=7), reminded(4, days=-1))
    found = (await village.stand.get("/notices", by=village.people.villager)).json()["items"]
    told = [one for one in found if one["kind"] == "grade_reminder"]
    assert [one["request_id"] for one in told] == [str(case)] * 2
    assert "由您自己决定" in told[0]["title_zh"]
    assert "未解决" in told[0]["title_zh"]
    agent = (await village.stand.get("/notices", by=village.people.agent)).json()["items"]
    assert "grade_reminder" not in {one["kind"] for one in agent}
