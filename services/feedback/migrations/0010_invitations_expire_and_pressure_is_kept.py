"""Invitations are reminded of and expire, and that a certain grade was asked for is kept by unit and quarter."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite")
LOCAL = timedelta(hours=8)
OPEN_FOR, REMIND_AFTER = timedelta(days=30), timedelta(days=3)


def upgrade() -> None:
    with op.batch_alter_table("case_record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("silent_round", sa.Integer(), server_default=sa.text("0"), nullable=False))
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("expires_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("reminders", sa.Integer(), server_default=sa.text("0"), nullable=False))
    _let_those_that_are_there_expire()
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.alter_column("expires_at", existing_type=INSTANT, nullable=False)
    op.create_table(
        "grade_pressure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("named_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("grade_pressure_unit", "grade_pressure", ["quarter", "division_code"], unique=False)


def _let_those_that_are_there_expire() -> None:
    """Those asked before are open for thirty days, too; the open ones get their timer."""
    connection = op.get_bind()
    written = connection.dialect.name == "sqlite"  # there an instant is a text
    instant = sa.String(32) if written else sa.DateTime(timezone=True)
    invitation = sa.table(
        "invitation",
        sa.column("id", sa.Uuid()),
        sa.column("stage", sa.String()),
        sa.column("asked_at", instant),
        sa.column("expires_at", instant),
    )
    timer = sa.table(
        "timer",
        sa.column("id", sa.Uuid()),
        sa.column("kind", sa.String()),
        sa.column("about", sa.Uuid()),
        sa.column("due_at", instant),
        sa.column("attempts", sa.Integer()),
    )

    def kept(at: datetime) -> datetime | str:
        return at.astimezone(UTC).isoformat(timespec="microseconds") if written else at

    there = sa.select(invitation.c.id, invitation.c.stage, invitation.c.asked_at)
    for id_, stage, asked in connection.execute(there).all():
        asked_at = datetime.fromisoformat(asked) if written else asked
        day = (asked_at.astimezone(UTC) + LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
        expires_at = day + OPEN_FOR + timedelta(days=1) - LOCAL
        connection.execute(invitation.update().where(invitation.c.id == id_).values({"expires_at": kept(expires_at)}))
        if stage == "open":
            due_at = min(asked_at + REMIND_AFTER, expires_at)
            connection.execute(
                timer.insert().values(
                    {"id": uuid4(), "kind": "invitation", "about": id_, "due_at": kept(due_at), "attempts": 0}
                )
            )
