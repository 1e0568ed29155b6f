"""Resources follow tasks."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    op.create_table(
        "resource_flag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("checklist_id", sa.Uuid(), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("without_duty", sa.Integer(), nullable=False),
        sa.Column("taken_back", sa.Integer(), nullable=False),
        sa.Column("without_budget", sa.Integer(), nullable=False),
        sa.Column("raised_by", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["checklist_id"],
            ["checklist.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("checklist_id", "sender_id", "receiver_id", name="resource_flag_once"),
    )
    op.create_index("resource_flag_area", "resource_flag", ["township_code", "id"], unique=False)
    op.create_index("resource_flag_plan", "resource_flag", ["plan_id"], unique=False)
    op.create_index("resource_flag_receiver", "resource_flag", ["receiver_id", "id"], unique=False)
    op.create_index("resource_flag_sender", "resource_flag", ["sender_id", "id"], unique=False)
