"""Short codes and sender names are found by an index: a walk through the graph asks for them, not for every number."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_WHERE = "kind IN ('short_code', 'alphanumeric')"


def upgrade() -> None:
    """An index over those alone."""
    where = sa.text(_WHERE)
    op.create_index("numbers_of_no_person", "numbers", ["kind"], sqlite_where=where, postgresql_where=where)
