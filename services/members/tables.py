"""The base of every table of `members`."""

from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from chassis.tables import carry


class Table(SQLModel, registry=registry()):
    """A table of `members`, apart from those of the other services of one process."""


carry(Table.metadata)
