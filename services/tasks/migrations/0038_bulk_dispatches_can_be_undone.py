"""Bulk dispatches can be undone."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    with op.batch_alter_table("bulk_dispatch", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "undone_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(sa.Column("undo_reason", sa.LargeBinary(), nullable=True))
