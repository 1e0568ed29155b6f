"""A served profile ends in good order when it is told to."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

STREAMING = """
import asyncio, sys
from profiles.serving import serve

ending = asyncio.Event()

async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"first", "more_body": True})
        await ending.wait()
        await send({"type": "http.response.body", "body": b"last"})

def tell(port):
    print(port, file=sys.stderr, flush=True)

asyncio.run(serve(app, host="127.0.0.1", port=0, started=tell, ending=[ending]))
"""


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_program_after_its_services_have_stopped(sign: signal.Signals, tmp_path: Path) -> None:
    # A service of the directory that is still open leaves its write-ahead file behind; one that was closed does not.
    command = [sys.executable, "-m", "profiles.cli", "up", "--home", str(tmp_path), "--port", "0"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LIANXIN_")}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as program:
        assert program.stderr is not None
        assert any("listening on port" in line for line in program.stderr)
        program.send_signal(sign)
        program.stderr.read()
        assert program.wait(20) == 0
    assert sorted(tmp_path.glob("*-wal")) == []


def test_answers_that_go_on_and_on_are_ended_whole_before_the_program_ends() -> None:
    with subprocess.Popen([sys.executable, "-c", STREAMING], stderr=subprocess.PIPE, text=True) as program:
        assert program.stderr is not None
        port = int(program.stderr.readline())
        with httpx.stream("GET", f"http://127.0.0.1:{port}/", timeout=60) as answer:
            pieces = answer.iter_bytes()
            assert next(pieces) == b"first"
            program.send_signal(signal.SIGTERM)
            assert b"".join(pieces) == b"last"  # one that was broken off would raise
        program.stderr.read()
        assert program.wait(60) == 0
