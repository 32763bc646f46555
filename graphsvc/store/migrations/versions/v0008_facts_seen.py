"""Which facts an analysis has read, and when something known then begins to count by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Two columns beside those that are there; analyses of before say nothing in them."""
    op.add_column("analyses", sa.Column("facts_seen", sa.Text(), nullable=True))
    op.add_column("analyses", sa.Column("due_at", _WHOLE, nullable=True))
