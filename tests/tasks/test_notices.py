"""Notices that are about no case."""

from uuid import uuid4

import pytest

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
