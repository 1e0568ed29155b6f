"""Repeat marks and exclusions."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "repeat_mark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("marked_by", sa.Uuid(), nullable=False),
        sa.Column("marked_by_post", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column(
            "expires_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column(
            "appealed_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column("appeal", sa.LargeBinary(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["service_request.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("request_id"),
    )
    op.create_index(
        "service_request_left_out",
        "service_request",
        ["township_code", "submitted_at"],
        unique=False,
        sqlite_where=sa.text("exclusion IS NOT NULL"),
        postgresql_where=sa.text("exclusion IS NOT NULL"),
    )
