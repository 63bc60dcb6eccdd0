"""What Alembic runs: the steps, on a connection and in a transaction that `storage.schema` began."""

from alembic import context

from storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite changes a table by making it anew and copying the rows.
    render_as_batch=True,
)
context.run_migrations()
