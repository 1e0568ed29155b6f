"""Warnings are noted once, climbs are recorded, and notices are gathered in digests."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "reminded",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("held_back", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("request_id", "person_id", "kind", name="reminded_once"),
    )
    op.create_table(
        "climb",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("clock_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("organization_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("person_name", sa.String(), nullable=True),
        sa.Column("acting_for_name", sa.String(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"]),
        sa.ForeignKeyConstraint(["request_id"], ["service_request.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("clock_id", "organization_id", name="climbed_once"),
    )
    op.create_index(
        "climb_vacant",
        "climb",
        ["organization_id", "id"],
        unique=False,
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.create_index(op.f("ix_climb_request_id"), "climb", ["request_id"], unique=False)
    op.create_table(
        "warned",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("clock_id", sa.Uuid(), nullable=False),
        sa.Column("colour", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"]),
        sa.ForeignKeyConstraint(["request_id"], ["service_request.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("clock_id", "colour", "due_at", name="warned_once"),
    )
    op.create_index(op.f("ix_warned_request_id"), "warned", ["request_id"], unique=False)
    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("look_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True)
        )

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("tell_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("gathered", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("digest_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("lines", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("clock_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("clock", sa.String(length=16), nullable=True))
        batch_op.add_column(
            sa.Column("due_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("colour", sa.String(length=16), nullable=True))
        batch_op.create_index("notice_digest", ["digest_id", "id"], unique=False)
        batch_op.drop_index(batch_op.f("ix_notice_person_id"))
        batch_op.create_index("notice_person", ["person_id", "id"], unique=False)
        batch_op.create_index(
            "notice_unread",
            ["person_id", "id"],
            unique=False,
            sqlite_where=sa.text("read_at IS NULL AND NOT gathered"),
            postgresql_where=sa.text("read_at IS NULL AND NOT gathered"),
        )
        batch_op.create_index(
            "notice_waiting",
            ["person_id", "id"],
            unique=False,
            sqlite_where=sa.text("gathered AND digest_id IS NULL"),
            postgresql_where=sa.text("gathered AND digest_id IS NULL"),
        )
