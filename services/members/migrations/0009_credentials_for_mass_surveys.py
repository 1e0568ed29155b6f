"""Credentials for mass surveys."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "called_survey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(length=32), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=True),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("draws_until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_called_survey_organization_id"), "called_survey", ["organization_id"], unique=False)
    op.create_index(op.f("ix_called_survey_division_code"), "called_survey", ["division_code"], unique=False)
    with op.batch_alter_table("cell_key", schema=None) as batch_op:
        batch_op.add_column(sa.Column("survey_id", sa.Uuid(), nullable=True))
        batch_op.alter_column("served_from", existing_type=sa.Date(), nullable=True)
        batch_op.alter_column("served_to", existing_type=sa.Date(), nullable=True)
        batch_op.create_index(op.f("ix_cell_key_survey_id"), ["survey_id"], unique=False)
