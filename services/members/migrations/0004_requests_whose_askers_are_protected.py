"""Requests whose askers are protected."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "protected_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("discipline", sa.Boolean(), nullable=False),
        sa.Column("about_person_id", sa.Uuid(), nullable=True),
        sa.Column("about_organization_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
