"""Petition offices may have longer."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    with op.batch_alter_table("petition", schema=None) as batch_op:
        batch_op.add_column(sa.Column("extended_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("extension_approver", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("extension_reason", sa.LargeBinary(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "extension_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(sa.Column("extension_entered_by", sa.Uuid(), nullable=True))
