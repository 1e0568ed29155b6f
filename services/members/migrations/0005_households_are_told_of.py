"""Households may end, and those that are there are told of."""

import json
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

NOW_ON_SQLITE = "SELECT strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now')"
TYPE = "members.household.listed.v1"


def upgrade() -> None:
    op.add_column("household", sa.Column("ended_on", sa.Date(), nullable=True))
    household = sa.table("household", sa.column("id", sa.Uuid()), sa.column("division_code", sa.String()))
    rows = op.get_bind().execute(sa.select(household.c.id, household.c.division_code)).all()
    if not rows:
        return
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    now = op.get_bind().execute(sa.text(NOW_ON_SQLITE if on_sqlite else "SELECT now()")).scalar_one()
    instant = sa.String(32) if on_sqlite else sa.DateTime(timezone=True)
    outbox = sa.table(
        "outbox",
        sa.column("id", sa.Uuid()),
        sa.column("aggregatetype", sa.String()),
        sa.column("aggregateid", sa.String()),
        sa.column("type", sa.String()),
        sa.column("payload", sa.Text()),
        sa.column("occurred_at", instant),
    )
    told = [
        {
            "id": uuid4(),
            "aggregatetype": "members",
            "aggregateid": str(found),
            "type": TYPE,
            "payload": json.dumps({"household_id": str(found), "division_code": code, "ended_on": None}),
            "occurred_at": now,
        }
        for found, code in rows
    ]
    op.bulk_insert(outbox, told)
