"""Access tokens for the API."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table of access tokens."""
    op.create_table(
        "access_tokens",
        sa.Column("token_no", _WHOLE, nullable=False, autoincrement=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("made_at", _WHOLE, nullable=False),
        sa.Column("expires_at", _WHOLE),
        sa.Column("revoked_at", _WHOLE),
        sa.PrimaryKeyConstraint("token_no"),
        sa.UniqueConstraint("digest"),
    )
