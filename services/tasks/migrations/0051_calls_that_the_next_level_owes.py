"""Calls that the next level owes, about bad grades and about cases drawn each month."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite")


def upgrade() -> None:
    op.create_table(
        "recheck_draw",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("cases_digest", sa.LargeBinary(), nullable=False),
        sa.Column("handled", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("organization_id", "month", name="recheck_draw_month"),
    )
    with op.batch_alter_table("recheck_draw", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recheck_draw_month"), ["month"], unique=False)
    op.create_table(
        "owed_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("for_grade", sa.Boolean(), nullable=False),
        sa.Column("draw_id", sa.Uuid(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("call_back_id", sa.Uuid(), nullable=True),
        sa.Column("over_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["service_request.id"]),
        sa.ForeignKeyConstraint(["draw_id"], ["recheck_draw.id"]),
        sa.ForeignKeyConstraint(["call_back_id"], ["call_back.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("owed_call", schema=None) as batch_op:
        batch_op.create_index("owed_call_case", ["request_id", "stage"], unique=False)
        batch_op.create_index("owed_call_organization", ["organization_id", "stage", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_owed_call_draw_id"), ["draw_id"], unique=False)
