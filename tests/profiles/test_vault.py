"""`lianxin vault` on a home directory: its keys shown, changed while a service runs, and taken away."""

import re
from pathlib import Path

import pytest
import pytest_asyncio
from sqlmodel import select
from typer.testing import CliRunner

from chassis.clock import local_date, real_now
from chassis.secrecy import number_of, place_of
from chassis.settings import DevelopmentSettings, Refused
from profiles import embedded, vault
from profiles.attached import attached_here
from profiles.cli import app
from services.members.accounts.model import SigningKey
from services.members.app import prepare

DEVELOPMENT = DevelopmentSettings(development=True)
runner = CliRunner()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No service runs beside these commands, so nothing has to be waited for."""
    monkeypatch.setattr(vault, "ALL_LOOKED", 0)
    now = real_now()  # one day for the whole test, whenever it runs
    for module in ("chassis.clock", "profiles.vault"):
        monkeypatch.setattr(f"{module}.real_now", lambda: now)
    for variable in ("LIANXIN_DATABASE", "LIANXIN_VAULT_KEY", "LIANXIN_VAULT_KEY_FILE"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A migrated home directory in which one value is sealed: the private signing key."""
    embedded.migrate(tmp_path)
    return tmp_path


def lianxin(*arguments: str, home: Path) -> tuple[int, str]:
    """Run a command on a home directory; its exit code and what it said."""
    done = runner.invoke(app, ["vault", *arguments, "--home", str(home)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


@pytest_asyncio.fixture
async def signing(home: Path) -> Path:
    """The same, with a signing key made by members."""
    async with attached_here("members", home, development=DEVELOPMENT) as members:
        await prepare(members)
    return home


def test_a_key_is_added_everything_is_sealed_under_it_and_the_old_one_taken_away(signing: Path) -> None:
    assert re.search(r"1 号 .*正在使用 +1 个数值", lianxin("show", home=signing)[1])
    first = (signing / embedded.RING).read_text(encoding="ascii")

    code, said = lianxin("rotate", home=signing)

    assert (code, "现用 2 号密钥，重新加密了 1 行" in said) == (0, True)
    shown = lianxin("show", home=signing)[1]
    assert re.search(r"1 号 .*只用于解密 +0 个数值\n2 号 .*已用 0 天 +正在使用 +1 个数值", shown)
    assert first not in shown
    assert lianxin("retire", "1", "--at-once", home=signing)[0] == 0
    assert [key.number for key in vault.ring_file(signing).read().keys] == [2]
    assert lianxin("show", home=signing)[0] == 0


def test_a_key_that_seals_or_is_not_there_cannot_be_taken_away(signing: Path) -> None:
    for number, why in (("1", "this key seals"), ("2", "no such key")):
        with pytest.raises(Refused, match=why):
            lianxin("retire", number, home=signing)


def test_a_key_under_which_values_are_left_cannot_be_taken_away(signing: Path) -> None:
    file = vault.ring_file(signing)
    file.write(file.read().grown(on=local_date(real_now())))
    with pytest.raises(Refused, match="values are left"):
        lianxin("retire", "1", "--at-once", home=signing)
    assert lianxin("reseal", home=signing)[0] == 0
    assert lianxin("retire", "1", "--at-once", home=signing)[0] == 0


def test_on_the_day_of_a_new_key_the_old_one_stays_unless_somebody_says_that_nothing_is_under_way(
    signing: Path,
) -> None:
    assert lianxin("rotate", home=signing)[0] == 0
    with pytest.raises(Refused, match="added today"):
        lianxin("retire", "1", home=signing)
    assert lianxin("retire", "1", "--at-once", home=signing)[0] == 0


def test_values_whose_key_is_lost_are_shown_as_lost(signing: Path) -> None:
    file = vault.ring_file(signing)
    file.write(file.read().grown(on=local_date(real_now())).without(1))
    code, said = lianxin("show", home=signing)
    assert (code, "另有 1 个数值的密钥不在密钥环中" in said) == (1, True)
    code, said = lianxin("reseal", home=signing)
    assert (code, "有 1 行任何密钥都打不开" in said) == (1, True)


@pytest.mark.asyncio
async def test_a_running_service_opens_and_seals_with_a_key_that_was_added_after_its_start(signing: Path) -> None:
    async with attached_here("members", signing, development=DEVELOPMENT) as running:
        await vault.rotate(signing, progress=lambda *_: None)
        async with running.sessions() as session:
            (kid,) = await session.all(select(SigningKey.kid))
            key = await session.get(SigningKey, kid)
        assert key is not None
        assert number_of(key.private_key) == 2
        assert running.vault.open_bytes(key.private_key, place=place_of("signing_key", "private_key", kid))


def test_in_a_cluster_every_database_and_a_ring_in_a_file_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANXIN_DATABASE", "postgresql://nowhere/members")
    with pytest.raises(Refused, match="ring has to be in a file"):
        lianxin("rotate", home=tmp_path)
    (tmp_path / "ring").write_text("00" * 32, encoding="ascii")
    monkeypatch.setenv("LIANXIN_VAULT_KEY_FILE", str(tmp_path / "ring"))
    with pytest.raises(Refused, match="every service's database is needed"):
        lianxin("show", home=tmp_path)
