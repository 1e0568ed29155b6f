"""Nothing that is of development alone starts where it was not said that this is development."""

import os
from contextlib import nullcontext
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chassis.settings import DevelopmentSettings, Refused, SingleSignOnSettings
from profiles.cli import app
from tests.deploy.test_deployment import SERVICES, filled

DEPLOYED = {name: list(service["command"]) for name, service in sorted(SERVICES.items()) if "build" in service}
BY_HAND = {"up": ["up"], "up --standins": ["up", "--standins"], "cluster": ["cluster"], "demo": ["demo"]}
OF_DEVELOPMENT = {"LIANXIN_CLOCK": "clock", "LIANXIN_WECHAT_ADDRESS": "http://127.0.0.1:9"}


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment with no setting of whoever runs the tests, and a directory of its own."""
    for name in os.environ:
        if name.startswith("LIANXIN_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LIANXIN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LIANXIN_CLUSTER", str(tmp_path / "cluster"))
    return monkeypatch


def refusal(words: list[str]) -> str:
    """What a command says as it refuses to start."""
    done = CliRunner().invoke(app, words)
    assert isinstance(done.exception, Refused), done.output
    return str(done.exception)


@pytest.mark.parametrize("asked", OF_DEVELOPMENT)
@pytest.mark.parametrize("name", DEPLOYED)
def test_a_deployed_command_does_not_start_with_anything_of_development(
    deployed: pytest.MonkeyPatch, name: str, asked: str
) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        deployed.setenv(variable, filled(value))
    assert DevelopmentSettings() == DevelopmentSettings(development=False, clock=None, wechat_address=None)
    deployed.setenv(asked, OF_DEVELOPMENT[asked])
    said = refusal(DEPLOYED[name])
    assert asked in said
    assert "LIANXIN_DEVELOPMENT=1" in said


@pytest.mark.parametrize("asked", OF_DEVELOPMENT)
@pytest.mark.parametrize("name", BY_HAND)
def test_nor_does_a_command_that_is_started_by_hand(
    deployed: pytest.MonkeyPatch, tmp_path: Path, name: str, asked: str
) -> None:
    deployed.setenv(asked, OF_DEVELOPMENT[asked])
    assert "LIANXIN_DEVELOPMENT=1" in refusal(BY_HAND[name])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["up", "--standins"], ["demo"]], ids=" ".join)
def test_stand_ins_and_the_demo_are_of_development(deployed: pytest.MonkeyPatch, words: list[str]) -> None:
    assert "LIANXIN_DEVELOPMENT=1" in refusal(words)


def test_no_deployed_command_asks_for_stand_ins_or_the_demo() -> None:
    assert not {"--standins", "demo", "up", "cluster"} & {word for words in DEPLOYED.values() for word in words}


@pytest.mark.parametrize(
    ("issuer", "redirect", "well"),
    [("https", "https", True), ("http", "https", False), ("https", "http", False)],
)
def test_single_sign_on_is_asked_by_https_alone(issuer: str, redirect: str, well: bool) -> None:
    settings = SingleSignOnSettings(
        issuer=f"{issuer}://sign-in.example.cn", client_id="lianxin", redirect=f"{redirect}://desk.example.cn/back"
    )
    settings.check(development=True)
    with nullcontext() if well else pytest.raises(Refused, match="https"):
        settings.check(development=False)
