"""Parts of a survey keep how many answered, beside their quota; of what was published before nothing is known."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("survey_part", sa.Column("reached", sa.Integer(), nullable=True))
