"""What is said without names is counted, and words lie in pools.

Ballots and sheets that lie in open boxes go into the counts. Words that lie by themselves already stay so: they are
read with the others once their survey is published.
"""

import json
from collections import Counter, defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

REASONS = (
    "overall",
    "efficiency",
    "level",
    "attitude",
    "guide_accuracy",
    "convenience",
    "operability",
    "asked_for_money_or_gifts",
    "asked_for_a_certain_grade",
)
"""By the bit at which they stood in a ballot's row."""


def upgrade() -> None:
    urn = op.create_table(
        "urn",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "words_pool",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"],
            ["survey.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_words_pool_survey_id"), "words_pool", ["survey_id"], unique=False)
    many: Counter[object] = Counter()
    said: defaultdict[object, Counter[str]] = defaultdict(Counter)
    of_cell, of_part = sa.column("cell_id", sa.Uuid()), sa.column("part_id", sa.Uuid())
    grade, reasons = sa.column("grade", sa.Integer()), sa.column("reasons", sa.Integer())
    answers = sa.column("answers", sa.String())
    bind = op.get_bind()
    for cell, number, bits in bind.execute(sa.select(of_cell, grade, reasons).select_from(sa.table("ballot"))):
        many[cell] += 1
        said[cell].update([str(number), *(reason for bit, reason in enumerate(REASONS) if bits >> bit & 1)])
    for part, sheet in bind.execute(sa.select(of_part, answers).select_from(sa.table("survey_sheet"))):
        many[part] += 1
        for question, options in json.loads(sheet).items():
            said[part].update([question, *(f"{question}={option}" for option in options)])
    rows = [
        {"id": where, "sheets": sheets, "said": json.dumps(said[where], sort_keys=True, separators=(",", ":"))}
        for where, sheets in many.items()
    ]
    if rows:
        op.bulk_insert(urn, rows)
    op.drop_index(op.f("ix_ballot_cell_id"), table_name="ballot")
    op.drop_table("ballot")
    op.drop_index(op.f("ix_survey_sheet_part_id"), table_name="survey_sheet")
    op.drop_table("survey_sheet")
