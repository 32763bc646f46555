"""What the catalogue notes of the ledger: how far it is, its head, and the names of its index runs.

Plain reads and writes inside the caller's transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from graphsvc.errors import FolderHeld
from graphsvc.store.prepared import Prepared
from graphsvc.store.tables import ledger_head, ledger_runs, ledger_state


@dataclass(frozen=True)
class State:
    """How far the ledger is."""

    batch: int
    """Newest committed batch, counted from 1."""
    events: int
    """Events accepted so far: the `seq` of the next."""
    newest_known_at: int | None
    body_version: int | None
    """Version of the Delta table that counts; None before the first batch of the body."""
    timezone: str | None
    """Whose midnights part the days."""

    def after(self, accepted: pa.Table, timezone: str) -> "State":
        """The state when these events are in."""
        newest = pc.max(accepted.column("known_at")).as_py()
        return replace(
            self,
            batch=self.batch + 1,
            events=self.events + accepted.num_rows,
            newest_known_at=newest if self.newest_known_at is None else max(newest, self.newest_known_at),
            timezone=timezone,
        )


def read_state(connection: sa.Connection) -> State:
    """How far the ledger is."""
    (found,) = _STATE.run(connection)
    return State(*found)


_STATE: Final = Prepared(sa.select(*[ledger_state.c[one.name] for one in fields(State)]))


def write_state(connection: sa.Connection, *, before: State, after: State) -> None:
    """Go from one state to the next; refuses when somebody else has gone on from `before`."""
    columns = ledger_state.c
    done = connection.execute(
        sa.update(ledger_state)
        .where(columns.batch == before.batch, columns.body_version.is_not_distinct_from(before.body_version))
        .values(
            batch=after.batch,
            events=after.events,
            newest_known_at=after.newest_known_at,
            body_version=after.body_version,
            timezone=after.timezone,
        )
    )
    if done.rowcount != 1:
        raise FolderHeld("another process has written to the ledger meanwhile; run the command again")


def read_head(connection: sa.Connection) -> list[bytes]:
    """The head's batches, oldest first."""
    return list(connection.scalars(sa.select(ledger_head.c.body).order_by(ledger_head.c.batch)))


def head_from(connection: sa.Connection, first: int, count: int) -> list[bytes] | None:
    """The head's batches with events from the seq `first` on, oldest first; None where the body has some of these.

    `count`: of all events, at the same moment.
    """
    columns = ledger_head.c
    query = sa.select(columns.first_seq, columns.events, columns.body).where(columns.first_seq + columns.events > first)
    rows = connection.execute(query.order_by(columns.batch)).all()
    alone = bool(rows) and rows[0].first_seq <= first and rows[0].first_seq + sum(row.events for row in rows) == count
    return [row.body for row in rows] if alone else None


def add_to_head(connection: sa.Connection, batch: int, events: pa.Table) -> None:
    """Put a batch into the head."""
    row = {
        "batch": batch,
        "first_seq": events.column("seq")[0].as_py(),
        "events": events.num_rows,
        "body": _packed(events),
    }
    connection.execute(sa.insert(ledger_head), row)


def clear_head(connection: sa.Connection) -> None:
    """Empty the head: its events are in the body."""
    connection.execute(sa.delete(ledger_head))


def unpacked(blob: bytes) -> pa.Table:
    """The events of a batch of the head."""
    return pa.ipc.open_stream(blob).read_all()


def read_runs(connection: sa.Connection) -> list[tuple[str, int]]:
    """Names and sizes of the index runs that count."""
    query = sa.select(ledger_runs.c.name, ledger_runs.c.size).order_by(ledger_runs.c.name)
    return [(name, keys) for name, keys in connection.execute(query)]


def replace_runs(connection: sa.Connection, *, gone: Sequence[str] | None, made: Sequence[tuple[str, int]]) -> None:
    """Take these runs off the list (all of them for None) and put those on it."""
    taken = sa.true() if gone is None else ledger_runs.c.name.in_(gone)
    connection.execute(sa.delete(ledger_runs).where(taken))
    if made:
        connection.execute(sa.insert(ledger_runs), [{"name": name, "size": keys} for name, keys in made])


def _packed(events: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, events.schema, options=options) as writer:
        writer.write_table(events.combine_chunks())
    return bytes(sink.getvalue())
