"""Rectifications are listed by their date."""

from alembic import op

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    op.create_index("rectification_due", "rectification", ["stage", "due_at", "id"], unique=False)
