"""Programs for Node, others' that tests measure us by and our own for phones, installed once as their lock says."""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

from profiles.servers.processes import one_at_a_time, program

CACHE = Path(__file__).parents[2] / ".cache"


NOT_OURS = {"node_modules", "built"}


def installed(home: Path) -> Path:
    """A copy of a directory with what its `package-lock.json` names, built if it is to be built.

    Made once for each state of the directory. What does not compile fails here, in the compiler's own words.
    """
    stamp = hashlib.sha256(b"".join(file.read_bytes() for file in _files(home))).hexdigest()[:16]
    cache = CACHE / home.name
    directory = cache / stamp
    with one_at_a_time(cache / "lock"):
        if not directory.exists():
            draft = cache / f"{stamp}.{os.getpid()}"
            for file in _files(home):
                copy = draft / file.relative_to(home)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, copy)
            _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", at=draft)
            if "build" in json.loads((draft / "package.json").read_text(encoding="utf-8")).get("scripts", {}):
                _npm("run", "build", at=draft)
            draft.rename(directory)
    return directory


def _npm(*words: str, at: Path) -> None:
    command = [program("npm", package="npm"), *words]
    done = subprocess.run(command, cwd=at, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr


def _files(home: Path) -> list[Path]:
    found = (file for file in home.rglob("*") if file.suffix in {".json", ".mjs", ".ts"})
    return sorted(file for file in found if not NOT_OURS & set(file.relative_to(home).parts))
