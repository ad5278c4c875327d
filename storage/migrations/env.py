"""How does Alembic reach the database? Called by `python -m workers migrate`, which passes the connection."""

from alembic import context

from storage.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table_schema=metadata.schema,
    include_schemas=True,
    include_name=lambda name, kind, _: kind != "schema" or name == metadata.schema,
)
with context.begin_transaction():
    context.run_migrations()
