"""`lianxin clients`: a township's system is registered at the server, in either profile, and asks at once."""

import re
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from chassis.credentials import ShownKey
from chassis.migrations import upgrade
from profiles import embedded
from profiles.attached import attached
from profiles.cli import app
from profiles.options import run
from profiles.services import prepare
from services.members.clients.admission import admit
from services.members.divisions.actions import list_divisions
from services.members.imports.actions import import_roster
from tests.members.village import DIVISIONS, organization, roster


@pytest.fixture(params=["embedded", "cluster"])
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Both profiles, each with one organisation."""
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
    run(fill(tmp_path))
    return tmp_path


async def fill(home: Path) -> None:
    """Bring the organisation in."""
    async with attached("members", home) as members:
        await prepare(members)
        async with members.sessions() as session:
            await list_divisions(session, DIVISIONS)
        async with members.sessions() as session:
            await import_roster(session, roster(organizations=[organization("A1")]))


def lianxin(home: Path, *words: str) -> Result:
    """Run a command of clients."""
    return CliRunner().invoke(app, ["clients", *words, "--home", str(home)])


def refusal(home: Path, key: str) -> str:
    """The code with which a key is refused; empty if it is good."""

    async def once() -> str:
        async with attached("members", home) as members, members.sessions() as session:
            await admit(session, ShownKey(kind="api-key", key=key))
        return ""

    try:
        return run(once())
    except Exception as refused:  # noqa: BLE001  # whatever it is, the test names it
        return type(refused).__name__


def keys(said: Result) -> list[str]:
    """The keys that a command showed."""
    assert said.exit_code == 0, said.output
    ids = re.findall(r"密钥编号：([0-9a-f]{32})", said.output)
    secrets = re.findall(r"：([A-Za-z0-9_-]{43})$", said.output, re.MULTILINE)
    return [f"{key_id}.{secret}" for key_id, secret in zip(ids, secrets, strict=True)]


def test_a_system_is_registered_rotates_its_key_and_is_suspended(home: Path) -> None:
    made = lianxin(home, "create", "镇系统", "--organization", "A1", "--kind", "api-key", "--kind", "hmac-sm3")
    key, _ = keys(made)
    found = re.search(r"对接系统编号：(\S+)", made.output)
    assert found
    assert refusal(home, key) == ""
    [new] = keys(lianxin(home, "rotate", found[1], "--kind", "api-key"))
    assert [refusal(home, one) for one in (key, new)] == ["", ""]
    listed = lianxin(home, "list").output
    assert found[1] in listed
    assert all(one.partition(".")[0] in listed and one.partition(".")[2] not in listed for one in (key, new))
    assert lianxin(home, "suspend", found[1]).exit_code == 0
    assert [refusal(home, one) for one in (key, new)] == ["CredentialRefused"] * 2
    early = lianxin(home, "resume", found[1])
    assert (early.exit_code, "just-suspended" in early.output) == (2, True)


def test_what_cannot_be_registered_is_refused_with_a_sentence(home: Path) -> None:
    nowhere = lianxin(home, "create", "镇系统", "--organization", "none")
    assert (nowhere.exit_code, "no-such-organization" in nowhere.output) == (2, True)
    assert lianxin(home, "create", " ", "--organization", "A1").exit_code == 2
    assert lianxin(home, "create", "镇系统", "--organization", "A1", "--per-minute", "0").exit_code == 2
    assert "对接系统编号" not in lianxin(home, "list").output
