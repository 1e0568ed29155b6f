"""Cases are found by their words."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

DONE = "('handled', 'replied', 'call_back', 'judged', 'archived')"


def upgrade() -> None:
    op.create_table(
        "search_text",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("tokens", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("request_id"),
    )
    if op.get_bind().dialect.name == "sqlite":
        keep_words_beside()
    else:
        words = sa.text("array_to_tsvector(string_to_array(tokens, ' '))")
        op.create_index("search_text_words", "search_text", [words], unique=False, postgresql_using="gin")
    op.drop_index("service_request_area", table_name="service_request")
    create_index("colour", ["township_code", "colour"], where="colour IS NOT NULL")
    create_index("due", ["township_code", "finish_due_at"], where=f"stage NOT IN {DONE}")
    create_index("handler", ["handler_id"], where="handler_id IS NOT NULL")
    create_index("newest", ["township_code"])
    create_index("organization", ["organization_id"])
    create_index("stage", ["township_code", "stage"])
    create_index("village", ["township_code", "division_code"])


def keep_words_beside() -> None:
    beside = "search_text_fts(rowid, tokens) VALUES (new.position, new.tokens)"
    gone = "search_text_fts(search_text_fts, rowid, tokens) VALUES ('delete', old.position, old.tokens)"
    op.execute(
        "CREATE VIRTUAL TABLE search_text_fts USING"
        " fts5(tokens, content='', detail='none', columnsize=0, tokenize='ascii')"
    )
    for moment, steps in {"insert": [beside], "delete": [gone], "update": [gone, beside]}.items():
        done = " ".join(f"INSERT INTO {step};" for step in steps)
        op.execute(f"CREATE TRIGGER search_text_fts_{moment} AFTER {moment.upper()} ON search_text BEGIN {done} END")


def create_index(name: str, columns: list[str], where: str | None = None) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(
        f"service_request_{name}",
        "service_request",
        [*columns, "id"],
        unique=False,
        sqlite_where=condition,
        postgresql_where=condition,
    )
