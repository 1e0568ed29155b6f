"""Duty lists."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "duty_list",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column(
            "imported_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("township_code", "version"),
    )
    op.create_table(
        "duty_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("department", sa.String(), nullable=True),
        sa.Column("lead_organization_id", sa.Uuid(), nullable=True),
        sa.Column("county_part", sa.String(), nullable=True),
        sa.Column("township_part", sa.String(), nullable=True),
        sa.Column("helping", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=True),
        sa.Column("keywords", sa.Text(), nullable=False),
        sa.Column("item_codes", sa.Text(), nullable=False),
        sa.Column("searched", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["duty_list.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("list_id", "number"),
    )
    op.create_index("duty_entry_list", "duty_entry", ["list_id", "position"], unique=False)
