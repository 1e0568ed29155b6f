"""Outcomes and their sources."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "reply",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=32), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["service_request.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_reply_request_id"), "reply", ["request_id"], unique=False)
    with op.batch_alter_table("judgement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(length=32), server_default="self", nullable=False))
        batch_op.add_column(sa.Column("taken_by", sa.Uuid(), nullable=True))

    with op.batch_alter_table("service_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about_reason", sa.String(length=32), nullable=True))
        batch_op.add_column(
            sa.Column(
                "archive_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
            )
        )
