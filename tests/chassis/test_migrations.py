"""Migrations: applied whole or not at all, once however many ask, and keeping the rows that are there."""

import subprocess
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from textwrap import dedent, indent
from uuid import uuid4

import pytest
from sqlalchemy import Column, Date, Index, MetaData, String, Table, Uuid, text
from sqlalchemy.exc import DBAPIError
from sqlmodel.sql.sqltypes import AutoString

from chassis.migrations import NotMigrated, is_current, newest, upgrade
from chassis.migrations.running import write
from chassis.tables import Instant, Listed, carry, text_of
from profiles.servers import create_database, drop_database
from tests.chassis.schemas import differences, fetch, on, tables

ROOT = Path(__file__).parents[2]

BRANCHES_AND_MEMBERS = """
    op.create_table("branch", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table(
        "member",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("branch_id", sa.Integer(), sa.ForeignKey("branch.id", ondelete="CASCADE"), nullable=False),
    )
"""
NAMES = """
    with op.batch_alter_table("branch") as branch:
        branch.add_column(sa.Column("name", sa.String(64), nullable=False, server_default="?"))
        branch.create_unique_constraint("branch_name", ["name"])  # on SQLite the table is copied for this
"""
HALF = """
    op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO nowhere VALUES (1)")
"""
BRANCHES_GONE = """
    op.execute("DELETE FROM branch")
"""


class Grade(StrEnum):
    """An enumeration whose members' names are not its values."""

    GOOD = "good"
    BAD = "bad"


class Toy:
    """A service that is nothing but migrations."""

    def __init__(self, directory: Path) -> None:
        self.settings = directory / "alembic.ini"
        self._tree = directory / "trees" / "toy"
        self._tree.mkdir(parents=True)
        text = (ROOT / "alembic.ini").read_text(encoding="utf-8").partition("[members]")[0]
        text = text.replace("%(here)s/chassis", f"{ROOT}/chassis")
        self.settings.write_text(f"{text}[toy]\nversion_locations = %(here)s/trees/toy\n", encoding="utf-8")

    def migrate_by(self, *bodies: str) -> None:
        """Add migrations with these bodies after those there are."""
        for body in bodies:
            last = newest("toy", settings=self.settings)
            number = f"{int(last or 0) + 1:04}"
            head = f'''
                import sqlalchemy as sa
                from alembic import op
                revision = "{number}"
                down_revision = {last or None!r}
                def upgrade():
            '''
            (self._tree / f"{number}_.py").write_text(dedent(head) + indent(dedent(body), "    "), encoding="utf-8")

    def forget_the_last(self) -> None:
        """Be an older version of the program."""
        (self._tree / f"{newest('toy', settings=self.settings)}_.py").unlink()

    def upgrade(self, store: str | Path, *, to: str = "head") -> None:
        """Migrate a database."""
        upgrade("toy", store, to=to, settings=self.settings)

    def is_current(self, path: Path) -> bool:
        """Whether there is nothing to do."""
        return is_current("toy", path, settings=self.settings)


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    """A service without migrations yet."""
    return Toy(tmp_path)


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path, postgres: str) -> Iterator[str | Path]:
    """An empty database of either kind."""
    if request.param == "sqlite":
        yield tmp_path / "var" / "toy.db"
    else:
        name = f"t{uuid4().hex[:12]}"
        yield create_database(postgres, name=name)
        drop_database(postgres, name=name)


def test_an_upgrade_applies_every_migration_and_a_second_one_none(toy: Toy, store: str | Path) -> None:
    toy.migrate_by(BRANCHES_AND_MEMBERS, NAMES)
    toy.upgrade(store)
    toy.upgrade(store)
    assert tables(store) == {"branch", "member", "toy_migration"}
    assert fetch(store, "SELECT version_num FROM toy_migration") == [("0002",)]


def test_an_upgrade_keeps_the_rows_that_are_there_and_those_that_refer_to_them(toy: Toy, store: str | Path) -> None:
    toy.migrate_by(BRANCHES_AND_MEMBERS, NAMES)
    toy.upgrade(store, to="0001")
    on(store, lambda connection: connection.execute(text("INSERT INTO branch VALUES (7)")))
    on(store, lambda connection: connection.execute(text("INSERT INTO member VALUES (1, 7)")))
    toy.upgrade(store)
    assert fetch(store, "SELECT id, name FROM branch") == [(7, "?")]
    assert fetch(store, "SELECT id, branch_id FROM member") == [(1, 7)]


def test_a_migration_that_fails_leaves_nothing_half_made(toy: Toy, store: str | Path) -> None:
    toy.migrate_by(BRANCHES_AND_MEMBERS)
    toy.upgrade(store)
    toy.migrate_by(NAMES, HALF)
    with pytest.raises(DBAPIError):
        toy.upgrade(store)
    assert tables(store) == {"branch", "member", "toy_migration"}
    assert fetch(store, "SELECT version_num FROM toy_migration") == [("0001",)]
    assert fetch(store, "SELECT * FROM branch") == []
    with pytest.raises(DBAPIError):
        fetch(store, "SELECT name FROM branch")


def test_a_migration_of_a_file_may_not_leave_references_to_rows_that_are_gone(toy: Toy, tmp_path: Path) -> None:
    path = tmp_path / "toy.db"
    toy.migrate_by(BRANCHES_AND_MEMBERS)
    toy.upgrade(path)
    on(path, lambda connection: connection.execute(text("INSERT INTO branch VALUES (7)")))
    on(path, lambda connection: connection.execute(text("INSERT INTO member VALUES (1, 7)")))
    toy.migrate_by(BRANCHES_GONE)
    with pytest.raises(NotMigrated, match="member"):
        toy.upgrade(path)
    assert fetch(path, "SELECT id FROM branch") == [(7,)]


def test_processes_that_upgrade_at_once_do_it_once(toy: Toy, store: str | Path, tmp_path: Path) -> None:
    toy.migrate_by(BRANCHES_AND_MEMBERS, NAMES)
    gate = tmp_path / "gate"
    program = dedent(
        f"""
        import time
        from pathlib import Path
        import chassis.migrations.running
        from chassis.migrations import upgrade
        print("here", flush=True)
        while not Path({str(gate)!r}).exists():
            time.sleep(0.001)
        store = {str(store)!r}
        upgrade("toy", store if "://" in store else Path(store), settings=Path({str(toy.settings)!r}))
        """
    )
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    try:
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "here\n"
        gate.touch()
        complaints = [racer.communicate(timeout=60)[1] for racer in racers]
    finally:
        for racer in racers:
            racer.kill()
            racer.communicate()
    assert [(racer.returncode, complaint) for racer, complaint in zip(racers, complaints, strict=True)] == [(0, "")] * 3
    assert fetch(store, "SELECT version_num FROM toy_migration") == [("0002",)]


def test_a_database_that_is_ahead_of_the_program_is_refused(toy: Toy, store: str | Path) -> None:
    toy.migrate_by(BRANCHES_AND_MEMBERS, NAMES)
    toy.upgrade(store)
    toy.forget_the_last()
    with pytest.raises(NotMigrated, match="0002"):
        toy.upgrade(store)


def test_a_file_is_current_only_at_the_newest_migration(toy: Toy, tmp_path: Path) -> None:
    path = tmp_path / "toy.db"
    toy.migrate_by(BRANCHES_AND_MEMBERS)
    assert not toy.is_current(path)
    path.touch()
    assert not toy.is_current(path)
    toy.upgrade(path)
    assert toy.is_current(path)
    toy.migrate_by(NAMES)
    assert not toy.is_current(path)
    toy.upgrade(path)
    assert toy.is_current(path)
    toy.forget_the_last()
    assert not toy.is_current(path)


def test_asking_whether_a_file_is_current_loads_neither_alembic_nor_sqlalchemy() -> None:
    program = "import sys, chassis.migrations; print({'alembic', 'sqlalchemy'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "set()\n"


def test_a_written_migration_makes_the_tables_and_leans_on_no_class_of_ours(toy: Toy, store: str | Path) -> None:
    metadata = MetaData()
    carry(metadata)
    Table(
        "verdict",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("grade", text_of(Grade), nullable=False),
        Column("reasons", Listed, nullable=False),
        Column("name", AutoString(length=64), nullable=False, unique=True),
        Column("note", AutoString, nullable=True),
        Column("given_at", Instant, nullable=False),
        Column("due_on", Date, nullable=True),
        Index("verdict_given", "given_at", "grade"),
    )
    first = write("toy", "The first tables", metadata, settings=toy.settings)
    assert first.name == "0001_the_first_tables.py"
    written = first.read_text(encoding="utf-8")
    assert written.startswith('"""The first tables."""\n')
    assert not [word for word in ("chassis", "sqlmodel", "AutoString", "Grade", "Enum") if word in written]
    toy.upgrade(store)
    assert differences(store, "toy", metadata) == []

    metadata.tables["verdict"].append_column(Column("round", String(8), nullable=True))
    assert differences(store, "toy", metadata) != []
    assert write("toy", "Rounds", metadata, settings=toy.settings).name == "0002_rounds.py"
    toy.upgrade(store)
    assert differences(store, "toy", metadata) == []
