"""The base of this service's tables: a registry of its own, with copies of the chassis tables."""

from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from chassis.tables import carry


class Table(SQLModel, registry=registry()):
    """A table of `feedback`."""


carry(Table.metadata)
