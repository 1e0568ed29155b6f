"""Surveys are answered by credential."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    with op.batch_alter_table("survey_part", schema=None) as batch_op:
        batch_op.add_column(sa.Column("public_key", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("drawn", sa.Integer(), nullable=True))
    op.create_table(
        "spent_survey_credential",
        sa.Column("part_id", sa.Uuid(), nullable=False),
        sa.Column("nullifier", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["part_id"],
            ["survey_part.id"],
        ),
        sa.PrimaryKeyConstraint("part_id", "nullifier"),
    )
