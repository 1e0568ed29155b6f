"""The phone's own tests, in the runtime that it is written for; what does not compile strictly does not run here."""

import subprocess

from profiles.servers.processes import program
from tests.clients.phones import HOME
from tests.standins.node import installed


def test_the_phones_program_keeps_what_it_promises() -> None:
    command = [program("npm", package="npm"), "test"]
    done = subprocess.run(command, cwd=installed(HOME), capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr
    assert "# fail 0" in done.stdout
    assert "# pass 0" not in done.stdout
