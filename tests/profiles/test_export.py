"""`lianxin export person`: one person's rows of all three services, in two files for them alone."""

import asyncio
import json
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from chassis.settings import DevelopmentSettings
from profiles import embedded
from profiles.attached import attached_here
from profiles.cli import app
from services.members.households.model import Citizen
from services.members.imports.actions import import_roster
from tests.members.imports.books import number
from tests.members.village import citizen, roster


async def fill(home: Path) -> str:
    """Make one citizen known; their id."""
    async with attached_here("members", home, development=DevelopmentSettings()) as members:
        async with members.sessions() as session:
            await import_roster(session, roster(citizens=[citizen(1)]))
        async with members.sessions() as session:
            (person,) = await session.all(select(Citizen.id))
    return str(person)


def test_a_persons_rows_of_all_services_are_written_for_them_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LIANXIN_DATABASE", raising=False)
    home, out = tmp_path / "home", tmp_path / "out"
    embedded.migrate(home)
    person = asyncio.run(fill(home))
    for times in (1, 2):
        done = CliRunner().invoke(app, ["export", "person", person, "--to", str(out), "--home", str(home)])
        assert done.exit_code == 0, done.output
        assert number(1) not in done.output
        told = json.loads((out / f"{person}.json").read_text(encoding="utf-8"))
        assert [export["service"] for export in told] == ["members", "tasks", "feedback"]
        audit = next(section for section in told[0]["sections"] if section["name"] == "audit")
        assert [act["action"] for act in audit["rows"]].count("export_person") == times - 1
    for name in (f"{person}.json", f"{person}.html"):
        assert number(1) in (out / name).read_text(encoding="utf-8")
        assert (out / name).stat().st_mode & 0o077 == 0
