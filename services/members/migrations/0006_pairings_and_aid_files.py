"""Pairings and aid files."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "aid_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("identified_by", sa.Uuid(), nullable=False),
        sa.Column("identified_on", sa.Date(), nullable=False),
        sa.Column("notice_from", sa.Date(), nullable=True),
        sa.Column("notice_to", sa.Date(), nullable=True),
        sa.Column("entered_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("aid_file_area", "aid_file", ["township_code", "division_code", "stage", "id"], unique=False)
    op.create_index("aid_file_household", "aid_file", ["township_code", "household_id", "id"], unique=False)
    op.create_table(
        "aid_objection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("aid_file_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column(
            "answered_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["aid_file_id"],
            ["aid_file.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("aid_objection_file", "aid_objection", ["township_code", "aid_file_id", "id"], unique=False)
    op.create_index("aid_objection_person", "aid_objection", ["person_id"], unique=False)
    op.create_table(
        "aid_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("aid_file_id", sa.Uuid(), nullable=False),
        sa.Column("move", sa.String(length=32), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["aid_file_id"],
            ["aid_file.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("aid_step_file", "aid_step", ["township_code", "aid_file_id", "id"], unique=False)
    op.create_table(
        "pairing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("helper_person_id", sa.Uuid(), nullable=True),
        sa.Column("helper_post_id", sa.Uuid(), nullable=True),
        sa.Column("helper_organization_id", sa.Uuid(), nullable=True),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("end_reason", sa.String(length=32), nullable=True),
        sa.Column("succeeded_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["helper_organization_id"],
            ["organization.id"],
        ),
        sa.ForeignKeyConstraint(
            ["helper_person_id"],
            ["member.id"],
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.id"],
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("pairing_area", "pairing", ["township_code", "division_code", "stage", "id"], unique=False)
    op.create_index("pairing_helping_organization", "pairing", ["helper_organization_id", "id"], unique=False)
    op.create_index("pairing_household", "pairing", ["township_code", "household_id", "stage"], unique=False)
    op.create_index("pairing_organization", "pairing", ["organization_id", "id"], unique=False)
    op.create_index("pairing_person", "pairing", ["helper_person_id", "id"], unique=False)
    op.create_index("pairing_post", "pairing", ["helper_post_id"], unique=False)
