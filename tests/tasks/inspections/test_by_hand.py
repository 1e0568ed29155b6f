"""The page says how a draw is worked out by hand: its own blocks are run, and give what we give."""

import json
import re
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from profiles.embedded import migrate
from profiles.inspection_commands import app

PAGE = Path(__file__).parents[3] / "docs" / "subsystems" / "inspections.md"
EXAMPLE = PAGE.with_name("inspections-example.json")
SAID = json.loads(EXAMPLE.read_text(encoding="utf-8"))


def block(language: str) -> str:
    """The page's one block in a language."""
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def test_the_dozen_lines_of_python_give_the_same(tmp_path: Path) -> None:
    script = tmp_path / "recompute.py"
    script.write_text(block("python"), encoding="utf-8")
    assert len(block("python").splitlines()) < 25
    alone = [sys.executable, "-I", str(script), str(EXAMPLE)]
    done = subprocess.run(
        alone, check=True, capture_output=True, encoding="utf-8", cwd=tmp_path, env={"PYTHONUTF8": "1"}
    )
    assert "、".join(SAID["drawn"]) in done.stdout
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(SAID | {"drawn": SAID["drawn"][::-1]}), encoding="utf-8")
    assert subprocess.run([*alone[:-1], str(broken)], check=False, capture_output=True).returncode != 0


def test_sha256sum_gives_the_same() -> None:
    done = subprocess.run(["/bin/sh", "-ec", block("sh")], check=True, capture_output=True, encoding="utf-8")
    lines = done.stdout.splitlines()
    written = re.findall(r"^# ([0-9a-f]{64})$", block("sh"), re.MULTILINE)
    assert [line[:64] for line in lines[:3]] == written
    assert written == [SAID["units_sha256"], SAID["seed"], SAID["seed_and_units_sha256"]]
    assert [line[65:] for line in lines[3:]] == SAID["drawn"]


def test_the_command_line_gives_the_same() -> None:
    checked = CliRunner().invoke(app, ["verify", str(EXAMPLE)])
    assert (checked.exit_code, "复算一致" in checked.output) == (0, True), checked.output


def test_an_id_that_the_installation_does_not_know_is_said_so(tmp_path: Path) -> None:
    migrate(tmp_path)
    asked = CliRunner().invoke(app, ["verify", SAID["draw_id"], "--home", str(tmp_path)])
    assert (asked.exit_code, asked.output) == (1, "没有这次抽样，请核对编号。\n")
    assert CliRunner().invoke(app, ["verify", "neither-file-nor-id", "--home", str(tmp_path)]).exit_code == 2
