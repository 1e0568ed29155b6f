"""On which devices those in office signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    with op.batch_alter_table("device_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mark", sa.LargeBinary(), nullable=True))
    op.create_table(
        "office_device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mark", "person_id", name="office_device_once"),
    )
    op.create_index(op.f("ix_office_device_person_id"), "office_device", ["person_id"], unique=False)
