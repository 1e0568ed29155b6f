"""Inspections, findings, interviews, and orders about them."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    op.create_table(
        "inspection_form",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("questions", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("organization_id", "code", "version", name="inspection_form_version"),
    )
    op.create_index("inspection_form_township", "inspection_form", ["township_code", "id"], unique=False)
    op.create_table(
        "interview",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("organization_name", sa.String(), nullable=False),
        sa.Column("interviewee_id", sa.Uuid(), nullable=False),
        sa.Column("interviewee_name", sa.String(), nullable=False),
        sa.Column("convener_id", sa.Uuid(), nullable=False),
        sa.Column("convener_name", sa.String(), nullable=False),
        sa.Column("convener_organization_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("meets_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("promise", sa.LargeBinary(), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("judged_by", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("interview_called", "interview", ["interviewee_id", "id"], unique=False)
    op.create_index("interview_convener", "interview", ["convener_id", "id"], unique=False)
    op.create_index("interview_unit", "interview", ["township_code", "organization_id", "id"], unique=False)
    op.create_table(
        "inspection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("organization_name", sa.String(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=False),
        sa.Column("sent_by_name", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("recorded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_id"],
            ["inspection_form.id"],
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["inspection_plan.id"],
        ),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["inspection_team.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["inspection_plan_unit.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("inspection_plan_of", "inspection", ["plan_id", "id"], unique=False)
    op.create_index("inspection_unit", "inspection", ["township_code", "organization_id", "id"], unique=False)
    op.create_table(
        "inspection_finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("organization_name", sa.String(), nullable=False),
        sa.Column("finder_id", sa.Uuid(), nullable=False),
        sa.Column("finder_organization_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column(
            "feedback_by", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("reported_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("problem_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["inspection_id"],
            ["inspection.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("inspection_finding_finder", "inspection_finding", ["finder_id", "id"], unique=False)
    op.create_index("inspection_finding_inspection", "inspection_finding", ["inspection_id", "id"], unique=False)
    op.create_index(
        "inspection_finding_unit", "inspection_finding", ["township_code", "organization_id", "id"], unique=False
    )
    op.create_table(
        "inspection_finding_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("move", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["inspection_finding.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("inspection_finding_step_finding", "inspection_finding_step", ["finding_id", "id"], unique=False)
    op.create_table(
        "interview_finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("interview_id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["inspection_finding.id"],
        ),
        sa.ForeignKeyConstraint(
            ["interview_id"],
            ["interview.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("interview_id", "finding_id", name="interview_finding_once"),
    )
    op.create_index("interview_finding_finding", "interview_finding", ["finding_id", "interview_id"], unique=False)
    with op.batch_alter_table("expedite_notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("finding_id", sa.Uuid(), nullable=True))
        batch_op.alter_column("request_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.create_unique_constraint("expedite_notice_finding_id_key", ["finding_id"])

    with op.batch_alter_table("expedite_step", schema=None) as batch_op:
        batch_op.alter_column("request_id", existing_type=sa.Uuid(), nullable=True)
