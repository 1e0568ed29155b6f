"""Grades and cells are contested, and two persons decide."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("unit_rectification", schema=None) as batch_op:
        batch_op.add_column(sa.Column("set_aside_at", INSTANT, nullable=True))
    op.create_table(
        "contest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("rectification_id", sa.Uuid(), nullable=True),
        sa.Column("cell_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["service_request.id"]),
        sa.ForeignKeyConstraint(["rectification_id"], ["rectification.id"]),
        sa.ForeignKeyConstraint(["cell_id"], ["unit_rectification.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("rectification_id"),
        sa.UniqueConstraint("cell_id"),
    )
    with op.batch_alter_table("contest", schema=None) as batch_op:
        batch_op.create_index("contest_unit", ["township_code", "at"], unique=False)
        batch_op.create_index("contest_by", ["by", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contest_request_id"), ["request_id"], unique=False)
