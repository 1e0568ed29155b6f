"""A letter is refused in words, and these are answered."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite")


def upgrade() -> None:
    op.create_table(
        "letter_refusal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("refused_at", INSTANT, nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_by_name", sa.String(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["letter_id"], ["responsibility_letter.id"]),
        sa.ForeignKeyConstraint(["version_id"], ["letter_version.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("version_id"),
    )
    with op.batch_alter_table("letter_refusal", schema=None) as batch_op:
        batch_op.create_index("letter_refusal_township", ["township_code", "id"], unique=False)
        batch_op.create_index("letter_refusal_letter", ["letter_id", "id"], unique=False)
