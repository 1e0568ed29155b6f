"""Reasons are found."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_index(
        "service_request_about_reason",
        "service_request",
        ["about_reason", "stage"],
        unique=False,
        sqlite_where=sa.text("about_reason IS NOT NULL"),
        postgresql_where=sa.text("about_reason IS NOT NULL"),
    )
