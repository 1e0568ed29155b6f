"""Provisional limits say so in lists."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    with op.batch_alter_table("service_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("finish_provisional", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(
        "UPDATE service_request SET finish_provisional = true "
        "WHERE id IN (SELECT request_id FROM clock WHERE kind = 'finish' AND provisional)"
    )
