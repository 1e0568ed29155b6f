"""`lianxin audit`: an operator sees who did what and whether it was tampered with, anybody checks a proof."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

import pytest
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from chassis import audit
from chassis.audit.api import AuditDayPage, AuditDayView
from chassis.audit.days import Day, every_day, keep, seal_one
from chassis.audit.proofs import Proof, prove
from chassis.migrations import upgrade
from chassis.settings import DevelopmentSettings
from chassis.tables import AUDIT
from contracts.audit import SealedDay
from profiles import embedded
from profiles.attached import attached_here
from profiles.cli import app
from profiles.services import NAMES

NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
LI, WANG = UUID(int=7), UUID(int=8)
Audit = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of the embedded profile, with a sealed day of tasks that feedback has heard of."""
    for name in ("LIANXIN_DATABASE", "LIANXIN_CLOCK", "LIANXIN_HOME"):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "var"
    embedded.migrate(home)
    asyncio.run(_live(home))
    return home


async def _live(home: Path) -> None:
    async with attached_here("tasks", home, development=DevelopmentSettings()) as tasks:
        with patch("chassis.audit.real_now", lambda: NOON):
            for actor in (LI, WANG, LI):
                async with tasks.sessions() as session:
                    audit.record(session, actor_id=actor, action="dispatch", about="case-1", address="203.0.113.7")
        async with tasks.sessions() as session:
            await seal_one(session, "tasks", before=(NOON + timedelta(days=1)).date(), fact=None)
        async with tasks.sessions() as session:
            (day,) = await every_day(session, "tasks")
    async with attached_here("feedback", home, development=DevelopmentSettings()) as heard, heard.sessions() as session:
        await keep(session, "tasks", SealedDay.model_validate(day.told()))


@pytest.fixture
def run(home: Path) -> Audit:
    """`lianxin audit …` on the directory."""

    def work(command: str, *said: str, beside: bool = True) -> Result:
        placed = ["--home", str(home)] if beside else []
        return CliRunner().invoke(app, ["audit", command, *said, *placed])

    return work


def tamper(home: Path, *statements: str) -> None:
    """Change the database of tasks behind the program's back."""
    file = sqlite3.connect(embedded.database(home, "tasks"), isolation_level=None)
    for statement in statements:
        file.execute(statement)
    file.close()


def days_of(home: Path) -> list[Day]:
    """The sealed days of tasks."""

    async def read() -> list[Day]:
        async with (
            attached_here("tasks", home, development=DevelopmentSettings()) as tasks,
            tasks.sessions() as session,
        ):
            return await every_day(session, "tasks")

    return asyncio.run(read())


def proof_of(home: Path) -> Proof:
    """The proof of a row of tasks."""

    async def read() -> Proof:
        async with (
            attached_here("tasks", home, development=DevelopmentSettings()) as tasks,
            tasks.sessions() as session,
        ):
            (audit_id,) = await session.first(select(AUDIT.c.id)) or (LI,)
            return await prove(session, "tasks", audit_id)

    return asyncio.run(read())


def test_an_untouched_audit_is_found_whole_in_every_service(run: Audit) -> None:
    done = run("verify")
    assert done.exit_code == 0, done.output
    for name in NAMES:
        assert f"{name}：与写入时一致" in done.output
    assert "3 条，3 块，封存 1 天，比对 1 天" in done.output


def test_a_changed_row_ends_with_1_and_names_the_block(run: Audit, home: Path) -> None:
    tamper(home, "UPDATE audit SET action = 'nothing' WHERE block = 2")
    done = run("verify", "tasks")
    assert done.exit_code == 1
    assert "tasks：发现问题" in done.output
    assert "块 2：块内的留痕与写入时不符" in done.output
    assert run("verify", "members").exit_code == 0


def test_a_day_that_was_written_anew_is_known_by_the_other_service_and_by_a_copy(
    run: Audit, home: Path, tmp_path: Path
) -> None:
    days = [AuditDayView.model_validate({"service": "tasks", **day.told()}) for day in days_of(home)]
    copy = tmp_path / "kept.json"
    copy.write_text(AuditDayPage(items=days, next=None).model_dump_json(), encoding="utf-8")
    assert run("verify", "tasks", "--against", str(copy)).exit_code == 0
    tamper(home, "DELETE FROM audit", "DELETE FROM audit_head", "DELETE FROM audit_day", "DELETE FROM audit_part")
    done = run("verify", "tasks", "--against", str(copy))
    assert done.exit_code == 1
    assert done.output.count("其他服务留存了这一天的封存值，本服务却没有") == 2
    assert "（feedback）" in done.output


def test_in_a_cluster_one_service_is_verified_on_its_own_database(
    postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade("tasks", postgres_database)
    monkeypatch.setenv("LIANXIN_DATABASE", postgres_database)
    monkeypatch.setenv("LIANXIN_KAFKA", "127.0.0.1:1")
    monkeypatch.setenv("LIANXIN_VAULT_KEY", "00" * 32)
    monkeypatch.delenv("LIANXIN_CLOCK", raising=False)
    assert CliRunner().invoke(app, ["audit", "verify", "tasks"]).exit_code == 0
    assert CliRunner().invoke(app, ["audit", "verify"]).exit_code == 2


@pytest.mark.parametrize("said", ["[", "[1]", '{"items": 7}'])
def test_a_copy_that_is_none_is_refused(run: Audit, tmp_path: Path, said: str) -> None:
    copy = tmp_path / "kept.json"
    copy.write_text(said, encoding="utf-8")
    assert run("verify", "tasks", "--against", str(copy)).exit_code == 2
    assert run("check-proof", str(copy), beside=False).exit_code == 2


def test_rows_are_shown_by_thing_by_actor_and_by_address(run: Audit) -> None:
    assert len(run("show", "tasks").output.splitlines()) == 3
    assert len(run("show", "tasks", "--about", "case-1", "--actor", str(WANG)).output.splitlines()) == 1
    assert len(run("show", "tasks", "--address", "203.0.113.7", "--limit", "2").output.splitlines()) == 2
    assert run("show", "tasks", "--address", "203.0.113.8").output == ""
    (line,) = run("show", "tasks", "--actor", str(WANG)).output.splitlines()
    assert line.startswith(f"2026-11-16T12:00:00+08:00  dispatch  case-1  {WANG}  2/1  ")
    assert run("show", "nobody").exit_code == 2


def test_a_proof_is_checked_by_itself_and_against_a_kept_day(run: Audit, home: Path, tmp_path: Path) -> None:
    file, day = tmp_path / "proof.json", tmp_path / "day.json"
    proof = proof_of(home)
    file.write_text(proof.model_dump_json(), encoding="utf-8")
    alone = run("check-proof", str(file), beside=False)
    assert alone.exit_code == 0, alone.output
    assert "action: dispatch" in alone.output
    assert "/api/tasks/audit/days/2026-11-16" in alone.output
    (kept,) = days_of(home)
    day.write_text(AuditDayView.model_validate({"service": "tasks", **kept.told()}).model_dump_json(), encoding="utf-8")
    assert run("check-proof", str(file), "--against", str(day), beside=False).exit_code == 0
    other = {**json.loads(day.read_text(encoding="utf-8")), "root": "00" * 32}
    day.write_text(json.dumps(other), encoding="utf-8")
    assert run("check-proof", str(file), "--against", str(day), beside=False).exit_code == 1
    file.write_text(proof.model_copy(update={"index": 2}).model_dump_json(), encoding="utf-8")
    assert run("check-proof", str(file), beside=False).exit_code == 1
