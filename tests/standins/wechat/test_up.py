"""`lianxin up --standins`: anybody signs in by WeChat without an account there; never outside development."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from profiles.programs import ROOT, lianxin

WHERE = re.compile(r"stand-in at (http://\S+)|listening on port ([0-9]+)")

UPSTREAMS = {f"LIANXIN_UPSTREAM_{name}": "http://127.0.0.1:9" for name in ("MEMBERS", "TASKS", "FEEDBACK")}
CLUSTER = {
    "LIANXIN_DATABASE": "postgresql://127.0.0.1:9/none",
    "LIANXIN_KAFKA": "127.0.0.1:9",
    "LIANXIN_VAULT_KEY": "0" * 64,
}


@contextmanager
def up(home: Path) -> Iterator[tuple[str, str]]:
    """The installation with its stand-ins; the addresses of both."""
    command = [*lianxin("up", "--standins", "--home", str(home)), "--port", "0"]
    environment = os.environ | {"LIANXIN_DEVELOPMENT": "1"}
    running = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    assert running.stderr is not None
    standin = gateway = ""
    with running.stderr as said:
        try:
            for line in said:
                found = WHERE.search(line)
                standin = (found and found[1]) or standin
                gateway = f"http://127.0.0.1:{found[2]}" if found and found[2] else gateway
                if standin and gateway:
                    break
            yield standin, gateway
        finally:
            running.send_signal(signal.SIGTERM)
            for _ in said:  # so that it never waits for somebody to read
                pass
            assert running.wait(60) == 0


def test_anybody_signs_in_by_wechat_without_an_account_there(tmp_path: Path) -> None:
    with up(tmp_path) as (standin, gateway), httpx.Client(timeout=60) as client:
        code = client.post(f"{standin}/standin/login", json={"name": "张样"}).json()["code"]
        told = client.post(f"{gateway}/api/members/sign-in/wechat", json={"code": code, "device": "手机"})
        assert told.status_code == 200, told.text
        headers = {"authorization": f"Bearer {told.json()['access_token']}"}
        account = client.get(f"{gateway}/api/members/wechat/account", headers=headers).json()
        assert account["bound"] is False


@pytest.mark.parametrize(
    ("words", "environment"),
    [
        (["up", "--standins"], {}),
        (["up"], {"LIANXIN_WECHAT_ADDRESS": "http://127.0.0.1:9"}),
        (["serve", "gateway"], {"LIANXIN_WECHAT_ADDRESS": "http://127.0.0.1:9"} | UPSTREAMS),
        (["serve", "tasks"], {"LIANXIN_WECHAT_ADDRESS": "http://127.0.0.1:9"} | CLUSTER),
    ],
)
def test_outside_development_no_profile_starts_with_a_stand_in(
    tmp_path: Path, words: list[str], environment: dict[str, str]
) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIANXIN_")}
    done = subprocess.run(
        lianxin(*words),
        cwd=ROOT,
        env=kept | {"LIANXIN_HOME": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "拒绝启动" in done.stderr
    assert "LIANXIN_DEVELOPMENT=1" in done.stderr
    assert list(tmp_path.glob("log.db")) == []
