"""`lianxin keys`: what the operator sees and does about the keys of tokens, in both profiles."""

from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from chassis.migrations import upgrade
from chassis.tables import AUDIT, OUTBOX
from contracts.members import SigningKeyPublished, SigningKeyWithdrawn
from profiles import embedded
from profiles.attached import attached
from profiles.cli import app
from profiles.options import run
from profiles.services import prepare


@pytest.fixture(params=["embedded", "cluster"])
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Both profiles, each with the key of its first start."""
    for name in ("LIANXIN_DATABASE", "LIANXIN_CLOCK", "LIANXIN_HOME"):
        monkeypatch.delenv(name, raising=False)
    if request.param == "embedded":
        embedded.migrate(tmp_path)
    else:
        database = request.getfixturevalue("postgres_database")
        upgrade("members", database)
        monkeypatch.setenv("LIANXIN_DATABASE", database)
        monkeypatch.setenv("LIANXIN_KAFKA", "127.0.0.1:1")  # nothing is said to the broker
        monkeypatch.setenv("LIANXIN_VAULT_KEY", "00" * 32)

    async def first_start() -> None:
        async with attached("members", tmp_path) as members:
            await prepare(members)

    run(first_start())
    return tmp_path


def lianxin(home: Path, *words: str) -> Result:
    """Run a command of keys."""
    return CliRunner().invoke(app, ["keys", *words, "--home", str(home)])


def listed(home: Path) -> dict[str, str]:
    """How each key stands, by its id, the newest first."""
    lines = [line.split() for line in lianxin(home, "list").output.splitlines()]
    return {kid: stands for kid, stands, *_ in lines}


def left_behind(home: Path) -> tuple[list[str], list[str]]:
    """The facts that the running service has to carry, and what the audit says was done."""

    async def read() -> tuple[list[str], list[str]]:
        async with attached("members", home) as members, members.sessions() as session:
            told = await session.all(select(OUTBOX.c.type).order_by(OUTBOX.c.position))
            done = await session.all(select(AUDIT.c.action).order_by(AUDIT.c.id))
            return [of_type for (of_type,) in told], [action for (action,) in done]

    return run(read())


def test_a_new_key_waits_and_a_leaked_one_is_withdrawn(home: Path) -> None:
    [first] = listed(home)
    assert listed(home) == {first: "有效"}

    assert lianxin(home, "rotate").exit_code == 0
    second, _ = listed(home)
    assert listed(home) == {second: "待启用", first: "有效"}

    withdrawn = lianxin(home, "withdraw", first)
    assert withdrawn.exit_code == 0, withdrawn.output
    assert listed(home) == {second: "有效", first: "已失效"}  # it signs sooner than was meant
    told, done = left_behind(home)
    assert set(told) == {SigningKeyPublished.type, SigningKeyWithdrawn.type}
    assert [action for action in done if "signing_key" in action] == ["rotate_signing_key", "withdraw_signing_key"]


def test_a_key_that_is_not_good_cannot_be_withdrawn(home: Path) -> None:
    before = listed(home)
    refused = lianxin(home, "withdraw", "unheard-of")
    assert refused.exit_code == 1
    assert "lianxin keys list" in refused.output
    assert listed(home) == before
