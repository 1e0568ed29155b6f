"""`python -m chassis.migrations revision SERVICE "What it does"`: write a service's next migration, for developers."""

import argparse
from importlib import import_module

from sqlalchemy import MetaData

from chassis.migrations import SETTINGS
from chassis.migrations.running import write


def tables_of(service: str) -> MetaData:
    """A service's tables, found by loading all of it; by name, because the chassis knows no service."""
    import_module(f"services.{service}.app")
    metadata: MetaData = import_module(f"services.{service}.tables").Table.metadata
    return metadata


def main() -> None:
    """Write the migration; it is a draft, to be read before it is committed. Alembic says where it is."""
    parser = argparse.ArgumentParser(prog="python -m chassis.migrations", description=__doc__)
    revision = parser.add_subparsers(required=True).add_parser("revision", help="write a service's next migration")
    revision.add_argument("service")
    revision.add_argument("message", help="what it does, as a sentence without its full stop")
    asked = parser.parse_args()
    write(asked.service, asked.message, tables_of(asked.service), settings=SETTINGS)


if __name__ == "__main__":
    main()
