"""Supervision orders about items of problem lists."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    with op.batch_alter_table("expedite_notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("item_id", sa.Uuid(), nullable=True))
        batch_op.create_unique_constraint("expedite_notice_item_id_key", ["item_id"])
