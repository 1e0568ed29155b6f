"""Whether the handler was there when the person served judged is asked at the call-back."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    with op.batch_alter_table("call_back", schema=None) as batch_op:
        batch_op.add_column(sa.Column("presence", sa.String(length=32), nullable=True))
    op.create_index(
        "call_back_presence",
        "call_back",
        ["presence", "id"],
        unique=False,
        sqlite_where=sa.text("presence = 'yes'"),
        postgresql_where=sa.text("presence = 'yes'"),
    )
