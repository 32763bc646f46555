"""Batches of feeds that came over HTTP, with their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table of batches."""
    texts = [sa.Column(name, sa.Text(), nullable=False) for name in ("feed", "feed_id", "batch_id", "digest", "answer")]
    op.create_table(
        "feed_batches",
        *texts,
        sa.Column("at", _WHOLE, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("feed", "feed_id", "batch_id"),
    )
