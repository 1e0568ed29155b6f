"""Parts of a survey keep how many answered, beside their quota; of what was published before nothing is known."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("survey_part", sa.Column("reached", sa.Integer(), nullable=True))
