"""Phones with our program on them, driven by a test: what `clients/phone` does over HTTP, each by its own clock."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from profiles.servers.processes import program
from tests.standins.node import installed

HOME = Path(__file__).parents[2] / "clients" / "phone"


class Phones:
    """Any number of phones by their names, in one process of Node."""

    def __init__(self, node: "subprocess.Popen[str]", base: str) -> None:
        self._node = node
        self._base = base

    def draw(self, phone: str, *, token: str, at: datetime) -> list[str]:
        """What the app does when it is opened; the codes of what its owner is told."""
        return [one["code"] for one in self._asked(phone, "draw", at=at, token=token)]

    def cast(self, phone: str, *, at: datetime) -> list[str]:
        """What the app does every half minute; the codes of what its owner is told."""
        return [one["code"] for one in self._asked(phone, "cast", at=at)]

    def give(self, phone: str, cell_id: str, *, grade: int, at: datetime) -> bool:
        """The owner says what they think; whether it was taken."""
        said = self._asked(phone, "give", at=at, cell=cell_id, grade=grade, reasons=[])
        assert said["whatNextZh"]
        return bool(said["taken"])

    def answer(self, phone: str, survey_id: str, answers: dict[str, object], *, at: datetime) -> bool:
        """The owner answers a survey; whether it was taken."""
        return bool(self._asked(phone, "answer", at=at, survey=survey_id, answers=answers)["taken"])

    def cells(self, phone: str, *, at: datetime) -> list[str]:
        """The cells that the owner may speak of, or has."""
        return [one["cell"]["id"] for one in self._asked(phone, "cells", at=at)]

    def digest(self, phone: str, *, at: datetime) -> str:
        """What the owner reads out to a neighbour."""
        return str(self._asked(phone, "digest", at=at)["readOut"])

    def kept(self, phone: str, *, at: datetime) -> dict[str, Any]:
        """All that lies on a phone, which no screen shows."""
        found: dict[str, Any] = json.loads(self._asked(phone, "kept", at=at))
        return found

    def _asked(self, phone: str, do: str, *, at: datetime, token: str | None = None, **more: object) -> Any:
        now = int(at.timestamp() * 1000)
        order = {"phone": phone, "base": self._base, "token": token, "now": now, "do": do, **more}
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.write(json.dumps(order) + "\n")
        self._node.stdin.flush()
        line = self._node.stdout.readline()
        assert line, "the phones are gone: what they said last stands above"
        return json.loads(line)


@contextmanager
def phones(base: str) -> Iterator[Phones]:
    """Phones that speak with `http://…/api` for the length of a block."""
    command = [program("node", package="nodejs"), "built/test/driven.js"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=installed(HOME), stdin=pipe, stdout=pipe, text=True) as node:
        try:
            yield Phones(node, base)
        finally:
            node.kill()


if __name__ == "__main__":  # compile it, or say what is wrong
    installed(HOME)
