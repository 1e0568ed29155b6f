"""Where the two databases differ in finding text: an index of words beside the table, and the question to it.

PostgreSQL indexes the column itself (GIN). SQLite keeps its own index in a table beside (FTS5 without content), which
triggers fill; such tables bear the name of theirs with `_fts` behind.
"""

from sqlalchemy import DDL, BigInteger, ColumnElement, Index, Integer, Table, event, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import Boolean

POSITION = BigInteger().with_variant(Integer, "sqlite")
"""A key that SQLite takes for the number of the row itself, by which its index names it."""

_AS_WORDS = "array_to_tsvector(string_to_array(tokens, ' '))"

_ON_SQLITE = (
    "CREATE VIRTUAL TABLE {table}_fts USING fts5(tokens, content='', detail='none', columnsize=0, tokenize='ascii')",
    "CREATE TRIGGER {table}_fts_insert AFTER INSERT ON {table} BEGIN"
    " INSERT INTO {table}_fts(rowid, tokens) VALUES (new.position, new.tokens); END",
    "CREATE TRIGGER {table}_fts_delete AFTER DELETE ON {table} BEGIN"
    " INSERT INTO {table}_fts({table}_fts, rowid, tokens) VALUES ('delete', old.position, old.tokens); END",
    "CREATE TRIGGER {table}_fts_update AFTER UPDATE ON {table} BEGIN"
    " INSERT INTO {table}_fts({table}_fts, rowid, tokens) VALUES ('delete', old.position, old.tokens);"
    " INSERT INTO {table}_fts(rowid, tokens) VALUES (new.position, new.tokens); END",
)


def index_of_words(name: str) -> Index:
    """The index of a table's column `tokens`, on PostgreSQL."""
    return Index(name, text(_AS_WORDS), postgresql_using="gin").ddl_if(dialect="postgresql")


def keep_words_beside(table: Table) -> None:
    """Have a table with `position` and `tokens` made with its index of words, on SQLite."""
    for statement in _ON_SQLITE:
        made = DDL(statement.format(table=table.name))  # type: ignore[no-untyped-call]
        event.listen(table, "after_create", made.execute_if(dialect="sqlite"))


class Holds(ColumnElement[bool]):
    """A row of a table with an index of words has all the tokens of one of the alternatives of a query."""

    type = Boolean()
    inherit_cache = False

    def __init__(self, table: Table, query: ColumnElement[str]) -> None:
        """`query` is tokens parted by blanks, alternatives parted by OR."""
        self.table = table
        self.query = query


@compiles(Holds, "postgresql")
def _on_postgres(holds: Holds, compiler: SQLCompiler, **options: object) -> str:
    asked = compiler.process(holds.query, **options)
    column = f"{holds.table.name}.tokens"
    return f"({_AS_WORDS.replace('tokens', column)} @@ websearch_to_tsquery('simple', {asked}))"


@compiles(Holds, "sqlite")
def _on_sqlite(holds: Holds, compiler: SQLCompiler, **options: object) -> str:
    asked = compiler.process(holds.query, **options)
    beside = f"{holds.table.name}_fts"
    return f"({holds.table.name}.position IN (SELECT rowid FROM {beside} WHERE {beside} MATCH {asked}))"
