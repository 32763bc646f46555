"""The rows of people whom an amendment changes are written once, and hold until a later one replaces them.

What amended analyses there are is dropped: they are made anew within a second, from the full ones that they amend.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """From which amendment and until which each person's rows hold; the ranks of all of them with each."""
    full = "SELECT base_no FROM analyses WHERE analyses.analysis_no = current_analysis.analysis_no"
    op.execute(f"UPDATE current_analysis SET analysis_no = COALESCE(({full}), analysis_no)")  # noqa: S608  # ours alone
    amendments = "SELECT analysis_no FROM analyses WHERE base_no IS NOT NULL"
    for table in ("victims", "exposures"):
        op.execute(f"DELETE FROM {table} WHERE analysis_no IN ({amendments})")  # noqa: S608  # ours alone
    op.execute("DELETE FROM analyses WHERE base_no IS NOT NULL")
    op.drop_table("amended")
    op.create_table(
        "amended",
        sa.Column("base_no", _WHOLE, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("number", _WHOLE, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("from_no", _WHOLE, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("until_no", _WHOLE, nullable=True),
        sqlite_with_rowid=False,
    )
    op.create_index("amended_until", "amended", ["base_no", "until_no"])
    op.add_column("analyses", sa.Column("ranks", sa.LargeBinary(), nullable=True))
