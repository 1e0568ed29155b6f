"""The migrations of each service make its tables, the same on both databases."""

from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from chassis.migrations import SETTINGS, newest, tree, upgrade, version_table
from profiles.servers import create_database, drop_database
from tests.architecture.services import SERVICES, base_of
from tests.chassis.schemas import Description, described, differences, on


@pytest.fixture(params=["sqlite", "postgres"])
def stores(request: pytest.FixtureRequest, tmp_path: Path, postgres: str) -> Iterator[tuple[str | Path, str | Path]]:
    """Two empty databases of one kind."""
    if request.param == "sqlite":
        yield tmp_path / "migrated.db", tmp_path / "made.db"
    else:
        names = [f"t{uuid4().hex[:12]}" for _ in range(2)]
        migrated, made = (create_database(postgres, name=name) for name in names)
        yield migrated, made
        for name in names:
            drop_database(postgres, name=name)


@pytest.mark.parametrize("service", SERVICES)
def test_the_migrations_make_what_the_models_say_and_nothing_else(
    service: str, stores: tuple[str | Path, str | Path]
) -> None:
    migrated, made = stores
    metadata = base_of(service).metadata
    upgrade(service, migrated)
    on(made, metadata.create_all)

    def describe(connection: Connection) -> Description:
        return described(connection, leave_out=version_table(service))

    assert on(migrated, describe) == on(made, describe)
    assert differences(migrated, service, metadata) == [], f"python -m chassis.migrations revision {service} …"


@pytest.mark.parametrize("service", SERVICES)
def test_the_migrations_stand_in_one_line_and_are_numbered_without_gaps(service: str) -> None:
    scripts = ScriptDirectory.from_config(Config(str(SETTINGS), ini_section=service))
    numbers = [script.revision for script in scripts.walk_revisions()][::-1]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
    assert scripts.get_heads() == [newest(service)]


@pytest.mark.parametrize("service", SERVICES)
def test_a_migration_leans_on_nothing_of_this_project(service: str) -> None:
    for file in tree(service).glob("[0-9]*.py"):
        written = file.read_text(encoding="utf-8")
        assert not [word for word in ("chassis", "services", "sqlmodel") if word in written], file.name


def test_every_service_has_a_section_of_its_own() -> None:
    sections = ConfigParser(interpolation=None)
    sections.read(SETTINGS, encoding="utf-8")
    assert set(sections.sections()) - {"post_write_hooks"} == set(SERVICES)
