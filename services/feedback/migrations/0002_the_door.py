"""the door."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "audit_day",
        sa.Column("service", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("first_block", sa.BigInteger(), nullable=False),
        sa.Column("last_block", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("service", "day"),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "audit_part",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("node", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", "number"),
    )
    op.create_index("audit_part_block", "audit_part", ["block", "place"], unique=False)
    op.create_table(
        "bound_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column(
            "proposed_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column(
            "expires_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("proposal_about", "proposal", ["about"], unique=False)
    op.create_index("proposal_open", "proposal", ["stage", "id"], unique=False)
    op.create_table(
        "withdrawn_access",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("before", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("withdrawn_access_before", "withdrawn_access", ["before"], unique=False)
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("post_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("network", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("address", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("place", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("block", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("chain", sa.LargeBinary(), nullable=True))
        batch_op.create_index("audit_about", ["about", "id"], unique=False)
        batch_op.create_index(
            "audit_actor",
            ["actor_id", "id"],
            unique=False,
            postgresql_where=sa.text("actor_id IS NOT NULL"),
            sqlite_where=sa.text("actor_id IS NOT NULL"),
        )
        batch_op.create_index("audit_block", ["block", "place"], unique=True)

    with op.batch_alter_table("case_record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about_person_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("about_organization_id", sa.Uuid(), nullable=True))

    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "ended_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
            )
        )
