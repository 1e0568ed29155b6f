"""Where alembic enters: one service's migrations, on the connection and in the transaction that `running` opened."""

from functools import partial

from alembic import context

from chassis.migrations import version_table
from chassis.migrations.running import as_plain_type, made_here

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes.get("metadata"),
    version_table=version_table(context.config.config_ini_section),
    transactional_ddl=True,  # alembic believes that SQLite has none; as `running` opens it, it has
    render_as_batch=True,  # SQLite changes a table by copying it
    render_item=as_plain_type,
    include_object=partial(made_here, dialect=connection.dialect.name),
)
with context.begin_transaction():
    context.run_migrations()
