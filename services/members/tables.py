"""The base of every table of `members`."""

from sqlalchemy.orm import registry

from chassis.tables import Row, carry


class Table(Row, registry=registry()):
    """A table of `members`, apart from those of the other services of one process."""


carry(Table.metadata)
