"""Replacements of warning texts: proposals and decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make two tables beside those that are there."""
    op.create_table(
        "wording_proposals",
        sa.Column("proposal_id", _WHOLE, nullable=False, autoincrement=False),
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("template", "text", "reason", "proposed_by")],
        sa.Column("proposed_at", _WHOLE, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("proposal_id"),
    )
    op.create_table(
        "wording_decisions",
        *[sa.Column(name, _WHOLE, nullable=False, autoincrement=False) for name in ("proposal_id", "place")],
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("decision", "decided_by")],
        sa.Column("decided_at", _WHOLE, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("proposal_id"),
        sa.UniqueConstraint("place"),
    )
