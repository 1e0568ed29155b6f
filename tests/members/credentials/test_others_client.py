"""A client that others wrote draws a credential over HTTP, and the ballot box takes what it makes of it."""

import asyncio
import json
from pathlib import Path

import pytest

from profiles.servers.processes import program
from services.feedback.ballots.credentials import CredentialNotOfThisCell, check_credential
from tests.members.credentials.client import bytes_of
from tests.members.credentials.conftest import AGENT, SERVED, TODAY, Poll, cell, done
from tests.standins.node import installed

pytestmark = pytest.mark.asyncio

HERE = Path(__file__).parent / "blindrsa"


async def test_a_client_that_others_wrote_draws_a_credential(poll: Poll) -> None:
    opened = cell()
    await poll.office.stand.hear(opened, *done(poll.people[SERVED], poll.people[AGENT]))
    await poll.on(TODAY.replace(day=17))
    [shown] = await poll.to_draw(SERVED)
    directory = await asyncio.to_thread(installed, HERE)
    node = await asyncio.create_subprocess_exec(
        program("node", package="nodejs"),
        "draw.mjs",
        shown["public_key"],
        cwd=directory,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert node.stdin is not None
    assert node.stdout is not None
    blinded = (await asyncio.wait_for(node.stdout.readline(), 60)).decode().strip()
    code, answer = await poll.draw(opened.cell_id, blinded, by=SERVED)
    assert code == 200, answer
    told, _ = await asyncio.wait_for(node.communicate(f"{answer}\n".encode()), 60)
    assert node.returncode == 0
    credential = json.loads(told)
    message, signature = bytes_of(credential["message"]), bytes_of(credential["signature"])
    check_credential(shown["public_key"], message=message, signature=signature)
    with pytest.raises(CredentialNotOfThisCell):
        check_credential(shown["public_key"], message=message[::-1], signature=signature)
