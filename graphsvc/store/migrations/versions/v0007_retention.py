"""From when on things are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make one table beside those that are there."""
    names = ("only", "events_from", "facts_from", "warnings_from", "finished")
    op.create_table(
        "retention",
        *[sa.Column(name, _WHOLE, nullable=False, autoincrement=False) for name in names],
        sa.PrimaryKeyConstraint("only"),
    )
