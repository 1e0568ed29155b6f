"""What the public sees."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "outside_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("sameness", sa.LargeBinary(), nullable=False),
        sa.Column("token_index", sa.LargeBinary(), nullable=True),
        sa.Column("media_link", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["service_request.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_index"),
    )
    op.create_index(op.f("ix_outside_report_request_id"), "outside_report", ["request_id"], unique=False)
    op.create_index("outside_report_same", "outside_report", ["client_id", "sameness", "at"], unique=False)
    op.create_table(
        "public_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("district_code", sa.String(length=12), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("supplement_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["service_request.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("public_step_request", "public_step", ["request_id", "at"], unique=False)
    op.create_index("public_step_told", "public_step", ["district_code", "at", "id"], unique=False)
    op.create_table(
        "publication",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("district_code", sa.String(length=12), nullable=False),
        sa.Column("service_code", sa.String(length=32), nullable=False),
        sa.Column(
            "submitted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column(
            "reviewed_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_post_id", sa.Uuid(), nullable=True),
        sa.Column("withheld", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("files", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["service_request.id"],
        ),
        sa.PrimaryKeyConstraint("request_id"),
    )
    op.create_index("publication_shown", "publication", ["district_code", "submitted_at", "request_id"], unique=False)
    op.create_index(
        "publication_waiting",
        "publication",
        ["request_id"],
        unique=False,
        sqlite_where=sa.text("reviewed_at IS NULL"),
        postgresql_where=sa.text("reviewed_at IS NULL"),
    )
    op.create_table(
        "released_file",
        sa.Column("attachment_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column(
            "released_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("released_by", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["service_request.id"],
        ),
        sa.PrimaryKeyConstraint("attachment_id"),
    )
    op.create_index("released_file_request", "released_file", ["request_id", "attachment_id"], unique=False)
    op.create_table(
        "supplement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("outside_index", sa.LargeBinary(), nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("public_words", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column(
            "reviewed_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["service_request.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("outside_index"),
    )
    op.create_index("supplement_request", "supplement", ["request_id", "id"], unique=False)
    op.create_index(
        "service_request_cell",
        "service_request",
        ["cell_y", "cell_x"],
        unique=False,
        sqlite_where=sa.text("cell_y IS NOT NULL"),
        postgresql_where=sa.text("cell_y IS NOT NULL"),
    )
