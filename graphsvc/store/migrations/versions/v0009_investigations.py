"""Investigations, what they hold, and what was said of it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _whole(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, _WHOLE, nullable=null, autoincrement=False)


def _text(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=null)


def upgrade() -> None:
    """Make three tables beside those that are there."""
    op.create_table(
        "investigations",
        _whole("investigation_id"),
        *[_text(name) for name in ("title", "region")],
        _text("case_ref", null=True),
        _text("status"),
        _text("assignee", null=True),
        _text("opened_by"),
        *[_whole(name) for name in ("opened_at", "changed_at")],
        sa.PrimaryKeyConstraint("investigation_id"),
    )
    op.create_table(
        "investigation_items",
        *[_whole(name) for name in ("item_id", "investigation_id")],
        *[_whole(name, null=True) for name in ("number", "network_id")],
        _text("added_by"),
        _whole("added_at"),
        _text("analysis_id", null=True),
        sa.PrimaryKeyConstraint("item_id"),
        sa.UniqueConstraint("investigation_id", "number"),
        sa.UniqueConstraint("investigation_id", "network_id"),
    )
    op.create_index("investigation_items_number", "investigation_items", ["number"])
    op.create_table(
        "investigation_notes",
        *[_whole(name) for name in ("note_id", "investigation_id")],
        *[_text(name) for name in ("kind", "text")],
        *[_whole(name, null=True) for name in ("number", "network_id")],
        _text("by"),
        _whole("at"),
        sa.PrimaryKeyConstraint("note_id"),
    )
    op.create_index("investigation_notes_investigation", "investigation_notes", ["investigation_id", "note_id"])
