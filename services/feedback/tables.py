"""The base of this service's tables: a registry of its own, with copies of the chassis tables."""

from sqlalchemy.orm import registry

from chassis.tables import Row, carry


class Table(Row, registry=registry()):
    """A table of `feedback`."""


carry(Table.metadata)
