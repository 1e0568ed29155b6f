"""Rectifications have a ground and proof, take longer with leave alone, and go up when they are late."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("rectification", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ground", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("evidence", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("leave_asked_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("leave_granted", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("leave_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("leave_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("lifted_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("lifted_from", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("lifted_from_name", sa.String(), nullable=True))
