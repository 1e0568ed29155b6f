"""Imports point downwards and no service knows another; without exceptions."""

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.services import ROOT


def test_the_import_rules_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    told = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


def test_the_import_rules_have_no_exceptions() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        rules = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    assert {rule["type"] for rule in rules} == {"layers", "independence", "forbidden"}
    assert not [rule["name"] for rule in rules if {"ignore_imports", "allow_indirect_imports"} & set(rule)]
