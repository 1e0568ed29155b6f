"""Organisations put right what a mass survey found, and the next survey verifies it."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    op.create_table(
        "survey_rectification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("subject_key", sa.String(length=160), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("next_survey_id", sa.Uuid(), nullable=True),
        sa.Column("above_line", sa.Boolean(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["checklist_item.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("survey_rectification", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_rectification_item_id"), ["item_id"], unique=False)
        batch_op.create_index("survey_rectification_subject", ["subject_key"], unique=False)
