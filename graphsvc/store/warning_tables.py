"""The tables of the queue of warnings. `migrations/` makes them; a test holds the two together."""

from typing import Any, Final

import sqlalchemy as sa

from graphsvc.store.arrow_sql import WHOLE
from graphsvc.store.tables import metadata


def _integer(name: str, **options: Any) -> sa.Column[int]:
    return sa.Column(name, WHOLE, nullable=False, autoincrement=False, **options)


def _text(name: str, *, nullable: bool = False, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable, **options)


def _real(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=False)


def _maybe(name: str) -> sa.Column[int]:
    return sa.Column(name, WHOLE, nullable=True)


warnings: Final = sa.Table(
    "warnings",
    metadata,
    _integer("warning_id", primary_key=True),
    _integer("number"),
    _maybe("network_id"),
    _maybe("suspect"),
    _text("channel"),
    _text("grade"),
    _text("stage"),
    _text("scam_type"),
    _real("probability"),
    _real("in_contact_probability"),
    _maybe("deadline_at"),
    _integer("helps_until"),
    _text("region", nullable=True),
    _text("evidence"),
    _text("analysis_id"),
    _text("cause"),
    _integer("made_at"),
    _text("state"),
    _text("desk"),
    _maybe("desk_until"),
    _integer("beyond_capacity"),  # 0 or 1
    _real("worth"),
    _integer("turn"),  # the order of claims: smaller first
    _integer("not_before"),
    _integer("attempt"),
    _integer("fence"),
    _maybe("lease_until"),
    _text("worker", nullable=True),
    _text("outcome", nullable=True),
    _maybe("warned_at"),
    _maybe("closed_at"),
    sa.Index("warnings_number", "number"),
)
"""One row a warning, as it stands now; `warning_events` says how it came to that."""
_due = {"sqlite_where": warnings.c.state == "due", "postgresql_where": warnings.c.state == "due"}
_leased = {"sqlite_where": warnings.c.state == "leased", "postgresql_where": warnings.c.state == "leased"}
for _name, _columns, _where in (
    ("warnings_turn", ("channel", "desk", "turn", "warning_id", "region", "not_before"), _due),
    ("warnings_helps", ("helps_until",), _due),
    ("warnings_desk", ("desk_until",), _due),
    ("warnings_lease", ("lease_until",), _leased),
):
    sa.Index(_name, *(warnings.c[column] for column in _columns), **_where)  # type: ignore[arg-type]

leases: Final = sa.Table(
    "leases",
    metadata,
    _integer("warning_id", primary_key=True),
    _integer("fence", primary_key=True),  # grows with each lease of a warning
    _text("worker"),
    _text("idempotency_key"),  # of the claim that gave it
    _integer("claimed_at"),  # service time
    _integer("lease_until"),  # wall time
    _text("ended", nullable=True),  # null: nobody said or saw that it is over
    sa.Index("leases_claim", "worker", "idempotency_key"),
)

claims: Final = sa.Table(
    "claims",
    metadata,
    _text("worker", primary_key=True),
    _text("idempotency_key", primary_key=True),
    _text("asked"),  # what was asked, to know the same key with another question
    _integer("wall"),
)

warning_events: Final = sa.Table(
    "warning_events",
    metadata,
    _integer("event_id", primary_key=True),  # the cursor; given at the end of a transaction, under a lock
    _maybe("warning_id"),
    _maybe("number"),
    _maybe("network_id"),
    _text("kind"),
    _integer("at"),
    _integer("wall"),
    _text("channel", nullable=True),
    _text("region", nullable=True),
    _text("worker", nullable=True),
    _maybe("attempt"),
    _text("outcome", nullable=True),
    _text("reason", nullable=True),
    _integer("urgent"),  # 0 or 1
    sa.Index("warning_events_warning", "warning_id"),
)

capacities: Final = sa.Table(
    "capacities",
    metadata,
    _integer("capacity_id", primary_key=True),  # of two that hold, the newer counts
    _text("channel"),
    _text("region"),  # prefix; empty for everywhere
    _maybe("per_hour"),
    _maybe("per_day"),
    _integer("from_at"),
    _maybe("until_at"),
)

capacity_use: Final = sa.Table(
    "capacity_use",
    metadata,
    _text("channel", primary_key=True),
    _text("period", primary_key=True),  # "hour", "day"
    _integer("start", primary_key=True),
    _text("region", primary_key=True),  # of the person; empty where it is not known
    _integer("used"),
)

desks: Final = sa.Table(
    "desks",
    metadata,
    _text("channel", primary_key=True),
    _text("region", primary_key=True),  # prefix
    _integer("claimed_at"),  # service time of the newest claim
)

dispatch_state: Final = sa.Table(
    "dispatch_state",
    metadata,
    _text("name", primary_key=True),  # "paused_at", "planned_analysis", "outcomes_read", "cases_read"
    _integer("value"),
)
