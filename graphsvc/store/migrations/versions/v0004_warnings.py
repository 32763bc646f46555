"""The queue of warnings: what stands open, leases, the log, capacity."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the queue's tables beside those that are there."""
    _warnings()
    _leases()
    _log()
    _capacity()


def _whole(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, _WHOLE, nullable=null, autoincrement=False)


def _text(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=null)


def _real(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Double(), nullable=False)


def _warnings() -> None:
    op.create_table(
        "warnings",
        _whole("warning_id"),
        _whole("number"),
        _whole("network_id", null=True),
        _whole("suspect", null=True),
        *[_text(name) for name in ("channel", "grade", "stage", "scam_type")],
        _real("probability"),
        _real("in_contact_probability"),
        _whole("deadline_at", null=True),
        _whole("helps_until"),
        _text("region", null=True),
        *[_text(name) for name in ("evidence", "analysis_id", "cause")],
        _whole("made_at"),
        _text("state"),
        _text("desk"),
        _whole("desk_until", null=True),
        _whole("beyond_capacity"),
        _real("worth"),
        *[_whole(name) for name in ("turn", "not_before", "attempt", "fence")],
        _whole("lease_until", null=True),
        _text("worker", null=True),
        _text("outcome", null=True),
        _whole("warned_at", null=True),
        _whole("closed_at", null=True),
        sa.PrimaryKeyConstraint("warning_id"),
    )
    op.create_index("warnings_number", "warnings", ["number"])
    turn = ["channel", "desk", "turn", "warning_id", "region", "not_before"]
    _part("warnings_turn", turn, "state = 'due'")
    _part("warnings_helps", ["helps_until"], "state = 'due'")
    _part("warnings_desk", ["desk_until"], "state = 'due'")
    _part("warnings_lease", ["lease_until"], "state = 'leased'")


def _part(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "warnings", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _leases() -> None:
    op.create_table(
        "leases",
        *[_whole(name) for name in ("warning_id", "fence")],
        *[_text(name) for name in ("worker", "idempotency_key")],
        *[_whole(name) for name in ("claimed_at", "lease_until")],
        _text("ended", null=True),
        sa.PrimaryKeyConstraint("warning_id", "fence"),
    )
    op.create_index("leases_claim", "leases", ["worker", "idempotency_key"])
    op.create_table(
        "claims",
        *[_text(name) for name in ("worker", "idempotency_key", "asked")],
        _whole("wall"),
        sa.PrimaryKeyConstraint("worker", "idempotency_key"),
    )


def _log() -> None:
    op.create_table(
        "warning_events",
        _whole("event_id"),
        *[_whole(name, null=True) for name in ("warning_id", "number", "network_id")],
        _text("kind"),
        *[_whole(name) for name in ("at", "wall")],
        *[_text(name, null=True) for name in ("channel", "region", "worker")],
        _whole("attempt", null=True),
        *[_text(name, null=True) for name in ("outcome", "reason")],
        _whole("urgent"),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_index("warning_events_warning", "warning_events", ["warning_id"])


def _capacity() -> None:
    op.create_table(
        "capacities",
        _whole("capacity_id"),
        *[_text(name) for name in ("channel", "region")],
        *[_whole(name, null=True) for name in ("per_hour", "per_day")],
        _whole("from_at"),
        _whole("until_at", null=True),
        sa.PrimaryKeyConstraint("capacity_id"),
    )
    op.create_table(
        "capacity_use",
        *[_text(name) for name in ("channel", "period")],
        _whole("start"),
        _text("region"),
        _whole("used"),
        sa.PrimaryKeyConstraint("channel", "period", "start", "region"),
    )
    op.create_table(
        "desks",
        *[_text(name) for name in ("channel", "region")],
        _whole("claimed_at"),
        sa.PrimaryKeyConstraint("channel", "region"),
    )
    op.create_table("dispatch_state", _text("name"), _whole("value"), sa.PrimaryKeyConstraint("name"))
