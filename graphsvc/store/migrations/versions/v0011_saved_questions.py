"""Saved questions, and the numbers that they are about."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _whole(name: str) -> sa.Column[Any]:
    return sa.Column(name, _WHOLE, nullable=False, autoincrement=False)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    """Make two tables beside those that are there."""
    op.create_table(
        "saved_questions",
        _whole("question_id"),
        *[_text(name) for name in ("owner", "title", "kind", "criteria")],
        *[_whole(name) for name in ("alert", "saved_at", "looked_at")],
        _text("seen"),
        sa.PrimaryKeyConstraint("question_id"),
    )
    op.create_index("saved_questions_owner", "saved_questions", ["owner", "question_id"])
    op.create_table(
        "saved_question_numbers",
        *[_whole(name) for name in ("question_id", "number")],
        sa.PrimaryKeyConstraint("question_id", "number"),
    )
