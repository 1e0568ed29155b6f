"""Cells and ballots."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "ballot_term",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_code", sa.String(length=12), nullable=False),
        sa.Column("served_from", sa.Date(), nullable=False),
        sa.Column("served_to", sa.Date(), nullable=False),
        sa.Column("draws_until", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("least_expected", sa.Integer(), nullable=False),
        sa.Column("least_cast", sa.Integer(), nullable=False),
        sa.Column("line_percent", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("planned_by", sa.Uuid(), nullable=False),
        sa.Column(
            "planned_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ballot_term_district", "ballot_term", ["district_code", "id"], unique=False)
    op.create_table(
        "cell",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("term_id", sa.Uuid(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("group_code", sa.String(length=32), nullable=False),
        sa.Column("item_codes", sa.Text(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("public_key", sa.String(), nullable=True),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("casts_from", sa.Date(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("responses", sa.Integer(), nullable=True),
        sa.Column("good_least", sa.Integer(), nullable=True),
        sa.Column("good_most", sa.Integer(), nullable=True),
        sa.Column("grades", sa.Text(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.Column("below_line", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["term_id"],
            ["ballot_term.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("cell_term", "cell", ["term_id", "id"], unique=False)
    op.create_index("cell_unit", "cell", ["division_code", "group_code", "id"], unique=False)
    op.create_table(
        "ballot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cell_id", sa.Uuid(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cell_id"],
            ["cell.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_ballot_cell_id"), "ballot", ["cell_id"], unique=False)
    op.create_table(
        "spent_credential",
        sa.Column("nullifier", sa.LargeBinary(), nullable=False),
        sa.Column("cell_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cell_id"],
            ["cell.id"],
        ),
        sa.PrimaryKeyConstraint("nullifier"),
    )
    op.create_index(op.f("ix_spent_credential_cell_id"), "spent_credential", ["cell_id"], unique=False)
