"""Appeals, their answers, and releases."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _whole(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, _WHOLE, nullable=null, autoincrement=False)


def _text(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=null)


def upgrade() -> None:
    """Make three tables beside those that are there."""
    op.create_table(
        "releases",
        _whole("fact_id"),
        sa.Column("row_key", sa.LargeBinary(), nullable=False),
        _whole("number"),
        _whole("known_at"),
        _text("reason"),
        _text("released_by"),
        _whole("appeal_id", null=True),
        sa.PrimaryKeyConstraint("fact_id"),
        sa.UniqueConstraint("row_key"),
    )
    op.create_index("releases_known_at", "releases", ["known_at"])
    op.create_table(
        "appeals",
        *[_whole(name) for name in ("appeal_id", "number", "opened_at")],
        *[_text(name) for name in ("reason", "opened_by")],
        _text("case_ref", null=True),
        sa.PrimaryKeyConstraint("appeal_id"),
    )
    op.create_table(
        "appeal_answers",
        _whole("appeal_id"),
        *[_text(name) for name in ("answer", "answered_by")],
        _whole("answered_at"),
        sa.PrimaryKeyConstraint("appeal_id"),
    )
