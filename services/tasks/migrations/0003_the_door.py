"""the door."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("stand_in_post_id", sa.Uuid(), nullable=False),
        sa.Column("stand_in_person_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_absence_post_id"), "absence", ["post_id"], unique=False)
    op.create_index(op.f("ix_absence_stand_in_person_id"), "absence", ["stand_in_person_id"], unique=False)
    op.create_table(
        "api_client",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
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
        "case_reading",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("reader_name", sa.String(), nullable=True),
        sa.Column("post_kind", sa.String(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("case_reading_case", "case_reading", ["request_id", "reader_id", "read_on"], unique=False)
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
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("request_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("key", sa.LargeBinary(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "arrived_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
            )
        )
        batch_op.alter_column("media_type", existing_type=sa.VARCHAR(), nullable=True)
        batch_op.alter_column("size", existing_type=sa.INTEGER(), nullable=True)
        batch_op.alter_column("digest", existing_type=sa.BLOB(), nullable=True)
        batch_op.drop_index(batch_op.f("ix_attachment_owner_id"))
        batch_op.create_index("attachment_owner", ["owner_id", "request_id", "id"], unique=False)
        batch_op.create_index("attachment_request", ["request_id", "id"], unique=False)
        batch_op.drop_column("content")

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

    with op.batch_alter_table("completion", schema=None) as batch_op:
        batch_op.add_column(sa.Column("acting_for_post_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("acting_for_name", sa.String(), nullable=True))

    with op.batch_alter_table("dispatch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("acting_for_post_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("acting_for_name", sa.String(), nullable=True))

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.alter_column("request_id", existing_type=sa.CHAR(length=32), nullable=True)

    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "ended_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
            )
        )

    with op.batch_alter_table("rectification", schema=None) as batch_op:
        batch_op.add_column(sa.Column("acted_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("acted_by_name", sa.String(), nullable=True))

    with op.batch_alter_table("service_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("client_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("about_post_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("about_person_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("about_organization_id", sa.Uuid(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "moved_at",
                sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"),
                server_default="1970-01-01T00:00:00.000000+00:00",
                nullable=False,
            )
        )
        batch_op.create_index(
            "service_request_client",
            ["client_id", "id"],
            unique=False,
            sqlite_where=sa.text("client_id IS NOT NULL"),
            postgresql_where=sa.text("client_id IS NOT NULL"),
        )
        batch_op.create_index("service_request_moved", ["moved_at"], unique=False)

    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.add_column(sa.Column("acting_for_post_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("acting_for_name", sa.String(), nullable=True))
