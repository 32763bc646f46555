"""Leases: who has a warning until when, and which claim gave it. Every verb works inside a transaction.

A lease is a warning's id and its fence, a number that grows with each lease of that warning. How a lease ended is
kept for ever, so that a stale token gets the same refusal whenever it comes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from graphsvc.store.catalogue import insert_rows, insert_unless_there
from graphsvc.store.changing import change_rows
from graphsvc.store.finding import find_rows
from graphsvc.store.prepared import Prepared, asked_together
from graphsvc.store.warning_tables import claims, leases

Key = tuple[int, int]
"""Warning id and fence."""
_KEY: Final = ("warning_id", "fence")
Named = tuple[str, str]
"""What names a claim: a worker and its idempotency key."""

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


def asked_before(connection: sa.Connection, named: Sequence[Named]) -> dict[Named, str]:
    """What claims of these workers under these idempotency keys asked for; those that were never made are left out."""
    found = asked_together(connection, *[(_ASKED, {"worker": worker, "key": key}) for worker, key in named])
    return {name: rows[0][0] for name, rows in zip(named, found, strict=True) if rows}


def note_claims(connection: sa.Connection, asked: Mapping[Named, str], wall: int) -> bool:
    """Remember what claims asked for; False where another transaction, for which this one waited, made one meanwhile.

    They are noted in the order of their names, so that of two that note the same ones none waits in a circle.
    """
    rows = [
        {"worker": worker, "idempotency_key": key, "asked": what, "wall": wall}
        for (worker, key), what in sorted(asked.items())
    ]
    return insert_unless_there(connection, claims, rows) == len(rows)


def forget_claims(connection: sa.Connection, before: int) -> None:
    """Forget claims older than that (wall time): their keys may mean something new."""
    connection.execute(sa.delete(claims).where(claims.c.wall < before))
