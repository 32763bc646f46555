"""How far live sources have been read is noted in the commit of what they brought."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """One row a source."""
    op.create_table(
        "feed_positions",
        sa.Column("source", sa.Text(), primary_key=True, nullable=False),
        sa.Column("position", _WHOLE, nullable=False, autoincrement=False),
    )
