"""Members' and villagers' opinions are summed apart; what was given before was nobody's as a member."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    with op.batch_alter_table("opinion_tally", schema=None) as batch_op:
        batch_op.add_column(sa.Column("voice", sa.String(length=32), nullable=False, server_default="villager"))
        batch_op.drop_constraint("opinion_tally_once", type_="unique")
        batch_op.create_unique_constraint("opinion_tally_once", ["about_id", "period_on", "voice"])
    with op.batch_alter_table("opinion_tally", schema=None) as batch_op:
        batch_op.alter_column("voice", server_default=None)
