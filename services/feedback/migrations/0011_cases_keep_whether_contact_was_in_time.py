"""Cases keep whether contact was in time."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("case_record", sa.Column("contact_in_time", sa.Boolean(), nullable=True))
