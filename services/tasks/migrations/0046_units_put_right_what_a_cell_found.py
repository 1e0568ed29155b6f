"""Units put right what a cell of anonymous ballots found, and the next cell verifies it."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    op.create_table(
        "unit_rectification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("group_code", sa.String(length=32), nullable=False),
        sa.Column("served_to", sa.Date(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("next_cell_id", sa.Uuid(), nullable=True),
        sa.Column("above_line", sa.Boolean(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["checklist_item.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("unit_rectification", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_rectification_item_id"), ["item_id"], unique=False)
        batch_op.create_index("unit_rectification_unit", ["township_code", "division_code", "group_code"], unique=False)
