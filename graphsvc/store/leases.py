"""Leases: who has a warning until when, and which claim gave it. Every verb works inside a transaction.

A lease is a warning's id and its fence, a number that grows with each lease of that warning. How a lease ended is
kept for ever, so that a stale token gets the same refusal whenever it comes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from graphsvc.store.catalogue import insert_rows, insert_unless_there
from graphsvc.store.changing import change_rows
from graphsvc.store.finding import find_rows
from graphsvc.store.prepared import Prepared
from graphsvc.store.warning_tables import claims, leases

Key = tuple[int, int]
"""Warning id and fence."""
_KEY: Final = ("warning_id", "fence")

_ASKED: Final = Prepared(
    sa.select(claims.c.asked).where(
        claims.c.worker == sa.bindparam("worker"), claims.c.idempotency_key == sa.bindparam("key")
    )
)


@dataclass(frozen=True)
class LeaseRow:
    """A lease as it was given, and how it ended if it has."""

    warning_id: int
    fence: int
    worker: str
    idempotency_key: str
    """Of the claim that gave it."""
    claimed_at: int
    """Service time."""
    lease_until: int
    """Wall time."""
    ended: str | None

    @property
    def key(self) -> Key:
        """What names it."""
        return self.warning_id, self.fence


def give(connection: sa.Connection, rows: Sequence[LeaseRow]) -> None:
    """Add leases, each with a fence that its warning has not had."""
    insert_rows(connection, leases, [tuple(vars(row).values()) for row in rows])


def find(connection: sa.Connection, keys: Iterable[Key]) -> dict[Key, LeaseRow]:
    """These leases; those never given are left out. Whoever calls holds their warnings, so that they stay so."""
    wanted = set(keys)
    warning_ids = list({warning_id for warning_id, _ in wanted})
    found = [LeaseRow(*row) for row in find_rows(connection, list(leases.c), leases.c.warning_id, warning_ids)]
    return {row.key: row for row in found if row.key in wanted}


def of_claim(connection: sa.Connection, worker: str, key: str) -> list[LeaseRow]:
    """The leases that one claim gave."""
    query = sa.select(leases).where(leases.c.worker == worker, leases.c.idempotency_key == key)
    return [LeaseRow(*row) for row in connection.execute(query.order_by(leases.c.warning_id))]


def end(connection: sa.Connection, keys: Sequence[Key], how: str) -> None:
    """Say how these leases ended; whoever calls holds their warnings."""
    change_rows(connection, leases, _KEY, ("ended",), [(*key, how) for key in keys])


def prolong(connection: sa.Connection, keys: Sequence[Key], until: int) -> None:
    """Let these leases last until then (wall time)."""
    change_rows(connection, leases, _KEY, ("lease_until",), [(*key, until) for key in keys])


def asked_before(connection: sa.Connection, worker: str, key: str) -> str | None:
    """What this worker's claim under this idempotency key asked for; None where there was none."""
    rows = _ASKED.run(connection, worker=worker, key=key)
    return rows[0][0] if rows else None


def note_claim(connection: sa.Connection, worker: str, key: str, asked: str, wall: int) -> bool:
    """Remember a claim; False where another transaction, for which this one waited, has made it meanwhile."""
    row = {"worker": worker, "idempotency_key": key, "asked": asked, "wall": wall}
    return insert_unless_there(connection, claims, row)


def forget_claims(connection: sa.Connection, before: int) -> None:
    """Forget claims older than that (wall time): their keys may mean something new."""
    connection.execute(sa.delete(claims).where(claims.c.wall < before))
