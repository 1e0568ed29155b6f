"""Spent credentials lie by their cell: a batch touches few pages of the index, and one order empties a cell."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    lying = "SELECT cell_id, nullifier, answer FROM spent_credential"
    op.execute(f"CREATE TEMPORARY TABLE spent_before AS {lying}")
    op.drop_index(op.f("ix_spent_credential_cell_id"), table_name="spent_credential")
    op.drop_table("spent_credential")
    op.create_table(
        "spent_credential",
        sa.Column("cell_id", sa.Uuid(), nullable=False),
        sa.Column("nullifier", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cell_id"],
            ["cell.id"],
        ),
        sa.PrimaryKeyConstraint("cell_id", "nullifier"),
    )
    op.execute("INSERT INTO spent_credential SELECT cell_id, nullifier, answer FROM spent_before")
    op.execute("DROP TABLE spent_before")
