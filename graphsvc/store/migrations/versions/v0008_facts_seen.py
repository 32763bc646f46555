"""Which facts an analysis has read, when something known then begins to count, and who may still ask for its pages."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Columns beside those that are there; analyses of before say nothing in them."""
    op.add_column("analyses", sa.Column("facts_seen", sa.Text(), nullable=True))
    for name in ("due_at", "row_count", "handed_out_at"):
        op.add_column("analyses", sa.Column(name, _WHOLE, nullable=True))
