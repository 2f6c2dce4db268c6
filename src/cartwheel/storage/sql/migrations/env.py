"""Alembic runs this: on the connection that it is handed, inside the transaction that is open there."""

from alembic import context

# without a key of its own name: MariaDB warns that it ignores it
context.configure(connection=context.config.attributes["connection"], version_table_pk=False)
with context.begin_transaction():
    context.run_migrations()
