"""Programs for Node that tests measure us by, installed once as their lock says."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from profiles.servers.processes import one_at_a_time, program

CACHE = Path(__file__).parents[2] / ".cache"


def installed(home: Path) -> Path:
    """A copy of a directory with what its `package-lock.json` names; made once for each state of the directory."""
    stamp = hashlib.sha256(b"".join(file.read_bytes() for file in _files(home))).hexdigest()[:16]
    cache = CACHE / home.name
    directory = cache / stamp
    with one_at_a_time(cache / "lock"):
        if not directory.exists():
            draft = cache / f"{stamp}.{os.getpid()}"
            draft.mkdir()
            for file in _files(home):
                shutil.copy(file, draft)
            command = [program("npm", package="npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=draft, capture_output=True, text=True, check=False, timeout=100)
            assert done.returncode == 0, done.stderr
            draft.rename(directory)
    return directory


def _files(home: Path) -> list[Path]:
    return sorted(file for file in home.iterdir() if file.suffix in {".json", ".mjs"})
