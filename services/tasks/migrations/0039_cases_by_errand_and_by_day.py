"""Cases are found by errand and by the day on which they were asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    op.create_index(
        "service_request_submitted", "service_request", ["township_code", "submitted_at", "id"], unique=False
    )
    op.create_index(
        "service_request_item",
        "service_request",
        ["township_code", "item_code", "id"],
        unique=False,
        sqlite_where=sa.text("item_code IS NOT NULL"),
        postgresql_where=sa.text("item_code IS NOT NULL"),
    )
