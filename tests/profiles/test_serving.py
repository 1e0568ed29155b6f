"""A served profile ends in good order when it is told to."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest


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
