"""The whole way of a request."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("service_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("voice_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("place", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("cell_y", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("cell_x", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("anonymous", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("transfers", sa.Integer(), server_default=sa.text("0"), nullable=False))
        batch_op.add_column(sa.Column("binding", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("duty_entry_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("merged_into", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("colour", sa.String(length=16), nullable=True))
        batch_op.add_column(
            sa.Column(
                "contacted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(
            sa.Column(
                "archived_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(sa.Column("exclusion", sa.String(length=32), nullable=True))
