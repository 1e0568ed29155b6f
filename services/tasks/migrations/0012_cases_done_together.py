"""Cases done together."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "case_merge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("merged_by", sa.Uuid(), nullable=False),
        sa.Column("stage_before", sa.String(length=32), nullable=False),
        sa.Column("working_person_before", sa.Uuid(), nullable=True),
        sa.Column("working_organization_before", sa.Uuid(), nullable=True),
        sa.Column("clocks_met", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("end", sa.String(length=32), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["lead_id"],
            ["service_request.id"],
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["service_request.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("case_merge_lead", "case_merge", ["lead_id", "ended_at"], unique=False)
    op.create_index("case_merge_of", "case_merge", ["request_id", "merged_at"], unique=False)
    op.create_index(
        "case_merge_part",
        "case_merge",
        ["request_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
