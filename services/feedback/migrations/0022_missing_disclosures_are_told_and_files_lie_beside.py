"""Disclosures of before are found missing on their day, too, and editions name files that lie beside them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

LOCAL = timedelta(hours=8)


def upgrade() -> None:
    with op.batch_alter_table("disclosure_edition", schema=None) as batch_op:
        batch_op.add_column(sa.Column("files", sa.String(), server_default=sa.text("'[]'"), nullable=False))
    with op.batch_alter_table("disclosure_edition", schema=None) as batch_op:
        batch_op.alter_column("files", existing_type=sa.String(), server_default=None)
    _look_at_those_that_are_there()


def _look_at_those_that_are_there() -> None:
    """What is not public yet gets its timer; what was late before is seen in the list, as it was."""
    connection = op.get_bind()
    written = connection.dialect.name == "sqlite"  # there an instant is a text
    instant = sa.String(32) if written else sa.DateTime(timezone=True)
    disclosure = sa.table(
        "disclosure",
        sa.column("id", sa.Uuid()),
        sa.column("due_on", sa.Date()),
        sa.column("published_at", instant),
    )
    timer = sa.table(
        "timer",
        sa.column("id", sa.Uuid()),
        sa.column("kind", sa.String()),
        sa.column("about", sa.Uuid()),
        sa.column("due_at", instant),
        sa.column("attempts", sa.Integer()),
    )
    there = sa.select(disclosure.c.id, disclosure.c.due_on).where(disclosure.c.published_at.is_(None))
    rows = []
    for id_, due_on in connection.execute(there).all():
        at = datetime(due_on.year, due_on.month, due_on.day, tzinfo=UTC) + timedelta(days=1) - LOCAL
        due_at = at.isoformat(timespec="microseconds") if written else at
        rows.append({"id": uuid4(), "kind": "disclosure_over", "about": id_, "due_at": due_at, "attempts": 0})
    if rows:
        connection.execute(timer.insert(), rows)
