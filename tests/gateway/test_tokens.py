"""Each service checks each token itself: what the gateway lets through is not believed."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.clock import real_now
from contracts.members import AccessWithdrawn, SigningKeyPublished, SigningKeyWithdrawn
from profiles.services import NAMES
from tests.mounting import PEM, token
from tests.three_services import Lived, alive
from tests.token_attacks import ATTACKS, LI

pytestmark = pytest.mark.asyncio

READ = {"members": "/sessions", "tasks": "/notices", "feedback": "/invitations"}
"""A route of each service that answers everybody who is signed in, and no client."""
CHANGE = {
    "members": f"/sessions/{uuid4()}/end",
    "tasks": f"/notices/{uuid4()}/read",
    "feedback": f"/invitations/{uuid4()}/rating",
}


async def _codes(one: Lived, service: str, given: str) -> set[tuple[int, str]]:
    """What the service answers to reading and to changing with a token."""
    headers = {"authorization": f"Bearer {given}", "idempotency-key": uuid4().hex}
    read = await one.stand.client.get(READ[service], headers=headers)
    changed = await one.stand.client.post(CHANGE[service], headers=headers, json={"rating": "satisfied", "reasons": []})
    return {(answer.status_code, answer.json().get("code", "")) for answer in (read, changed)}


@pytest.mark.parametrize("service", NAMES)
async def test_no_forged_or_old_token_is_believed(service: str, tmp_path: Path) -> None:
    async with alive(service, tmp_path) as one:
        soon = real_now() + timedelta(days=1)
        await one.stand.hear(
            SigningKeyPublished(kid="withdrawn", public_key=PEM, not_after=soon),
            SigningKeyPublished(kid="over", public_key=PEM, not_after=real_now()),
            SigningKeyWithdrawn(kid="withdrawn", withdrawn_at=real_now()),
        )
        believed = {
            attack: codes
            for attack, forge in ATTACKS.items()
            if (codes := await _codes(one, service, forge())) != {(401, "unauthenticated")}
        }
        assert believed == {}
        assert await _codes(one, service, token(LI)) == {(200, ""), (404, "not-found")}


@pytest.mark.parametrize("service", NAMES)
async def test_a_client_calls_no_route_that_is_for_persons(service: str, tmp_path: Path) -> None:
    async with alive(service, tmp_path) as one:
        for scope in ("", "requests.send", "requests.read requests.send", "*", "admin"):
            given = token(LI, kind="client", scope=scope, sid=str(uuid4()))
            assert await _codes(one, service, given) == {(403, "scope-missing")}


@pytest.mark.parametrize("service", NAMES)
async def test_access_taken_back_ends_at_every_service(service: str, tmp_path: Path) -> None:
    async with alive(service, tmp_path) as one:
        session = uuid4()
        here, there = token(LI, sid=str(session)), token(LI, sid=str(uuid4()))
        refused = {(401, "unauthenticated")}
        await one.stand.hear(AccessWithdrawn(subject_id=LI, session_id=session, before=real_now()))
        await one.stand.mounted.keyring.refresh()
        assert await _codes(one, service, here) == refused
        assert await _codes(one, service, there) != refused
        await one.stand.hear(AccessWithdrawn(subject_id=LI, session_id=None, before=real_now()))
        await one.stand.mounted.keyring.refresh()
        assert await _codes(one, service, there) == refused
        assert await _codes(one, service, token(uuid4())) != refused
