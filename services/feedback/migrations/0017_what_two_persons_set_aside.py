"""Grades and cells that two persons found unreal count for no score."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("case_record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("set_aside_round", sa.Integer(), server_default=sa.text("0"), nullable=False))
    with op.batch_alter_table("cell", schema=None) as batch_op:
        batch_op.add_column(sa.Column("set_aside_at", INSTANT, nullable=True))
