"""Who did what to a request is shown to its requester, with the post by which they did it, and can be proven."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from chassis.audit.days import seal_one
from chassis.audit.proofs import Proof
from chassis.audit.verify import verify
from chassis.clock import local_date, real_now
from services.tasks.roster.model import Post
from tests.tasks.conftest import Village

pytestmark = pytest.mark.asyncio


async def rows(village: Village, *, by: UUID, about: object) -> list[dict[str, object]]:
    """What somebody sees of the audit of a thing, the oldest first."""
    answer = await village.stand.get("/audit/rows", by=by, about=about)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, object]] = answer.json()["items"]
    return items[::-1]


async def test_a_requester_sees_who_did_what_by_which_post_and_can_have_it_proven(village: Village) -> None:
    case, people = (await village.submit())["id"], village.people
    await village.stand.post(f"/requests/{case}/return", by=people.agent, reason="是邻村的路灯")
    await village.stand.post(f"/requests/{case}/dispatch", by=people.cadre, post_id=str(people.other_agent_post))
    await village.stand.post(f"/requests/{case}/promise", by=people.other_agent, promised_on="2026-11-18")
    await village.stand.post(f"/requests/{case}/report", by=people.other_agent, note="换了灯泡")
    await village.stand.post(f"/requests/{case}/judgement", by=people.villager, solved="yes", round=1)
    async with village.stand.mounted.sessions() as session:
        posts = {str(post.person_id): str(post.id) for post in await session.all(select(Post))}
    seen = await rows(village, by=people.villager, about=case)
    did = [people.agent, people.cadre, people.other_agent, people.other_agent, people.villager]
    assert [row["actor_id"] for row in seen] == [str(person) for person in did]
    assert [row["post_id"] for row in seen] == [posts.get(str(person)) for person in did]
    assert None not in [row["post_id"] for row in seen[:4]]

    own = await rows(village, by=people.agent, about=case)
    assert [row["actor_id"] for row in own] == [str(people.agent)]
    assert await rows(village, by=people.neighbour, about=case) == []

    proof_path = f"/audit/proofs/{seen[1]['audit_id']}"
    assert (await village.stand.get(proof_path, by=people.neighbour)).status_code == 404
    assert (await village.stand.get(proof_path, by=people.villager)).json()["code"] == "not-sealed-yet"
    async with village.stand.mounted.sessions() as session:
        await seal_one(session, "tasks", before=local_date(real_now() + timedelta(days=2)), fact=None)
    proof = Proof.model_validate((await village.stand.get(proof_path, by=people.villager)).json())
    assert proof.holds()
    assert str(people.cadre) in proof.leaf
    async with village.stand.mounted.sessions() as session:
        assert (await verify(session, "tasks", witnesses={})).faults == []
