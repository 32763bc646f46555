"""What Alembic runs for each command: the connection comes from graphsvc, and so does its transaction."""

from alembic import context

from graphsvc.store.tables import metadata
from graphsvc.store.warning_tables import warnings

assert warnings.metadata is metadata  # its tables are in it once they are imported

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, compare_type=True)
context.run_migrations()
