"""An analysis can be that before it with the rows of a few people changed."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Which analysis one amends, and whose rows it replaces."""
    op.add_column("analyses", sa.Column("base_no", _WHOLE, nullable=True))
    op.create_table(
        "amended",
        sa.Column("analysis_no", _WHOLE, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("number", _WHOLE, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("rank_before", _WHOLE, nullable=True),
        sqlite_with_rowid=False,
    )
