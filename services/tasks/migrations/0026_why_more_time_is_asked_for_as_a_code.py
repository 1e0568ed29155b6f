"""Why more time is asked for, as a code."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.add_column(sa.Column("code", sa.String(length=32), server_default="other", nullable=False))
