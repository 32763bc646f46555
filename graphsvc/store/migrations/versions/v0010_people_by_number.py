"""Where a number stands in the ranking is found by an index; each report on a number asks for it."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """An index over what is there; publishing keeps it up."""
    op.create_index("victims_number", "victims", ["analysis_no", "number"])
