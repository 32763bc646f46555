"""Facts of the feeds beside contact events: append-only rows with the time when we knew them.

A row that says the same as one that is there is a duplicate. What held at an instant is worked out on demand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson
import polars as pl
import pyarrow as pa
import sqlalchemy as sa

from graphsvc.model import tables as arrow
from graphsvc.model.facts import Facts
from graphsvc.model.kept import once
from graphsvc.store import horizon
from graphsvc.store.arrow_sql import WHOLE, table_of
from graphsvc.store.catalogue import Catalogue, Connection, insert_rows, take_ids
from graphsvc.store.finding import find_rows
from graphsvc.store.positions import Step, step_in
from graphsvc.store.prepared import Prepared
from graphsvc.store.tables import facts

_KEY_BYTES: Final = 16

_LOSS: Final = ("case_id", "number")
"""A case of several victims is several losses."""
_FLAG: Final = ("number", "entity", "source", "case_id", "scam_type", "valid_from")
"""Later rows that agree in these replace earlier ones; null agrees with null."""


@dataclass(frozen=True)
class Added:
    """What became of rows: how many were new, and the row indices of those that were there already."""

    accepted: int
    duplicates: npt.NDArray[np.int32]


def add_facts(catalogue: Catalogue, feed: str, told: pa.Table, steps: Sequence[Step] = ()) -> Added:
    """Add those rows of a feed (model.tables.FACTS) that are not there yet, in their order; all or none.

    `steps` of the sources that they came from are part of it. Overtaken where a source has been read on.
    """
    with catalogue.writing() as connection:
        step_in(connection, steps)
        return add_in(connection, feed, told)


def add_in(connection: Connection, feed: str, told: pa.Table) -> Added:
    """The same as part of a transaction."""
    content = _content(feed, told)
    keys = _row_keys(content)
    table = facts[feed]
    take_ids(connection, feed, 0)  # holds the counter's row, so that nobody adds to this feed meanwhile
    there = find_rows(connection, (table.c.row_key,), table.c.row_key, list(set(keys)))
    seen = {row_key for (row_key,) in there}
    fresh: list[int] = []
    for row, key in enumerate(keys):
        if key not in seen:
            seen.add(key)
            fresh.append(row)
    first = take_ids(connection, feed, len(fresh)) + 1  # from 1, so that no flag has an id that reads as none
    columns = [column.to_pylist() for column in content.take(pa.array(fresh, pa.int64())).columns]
    rows = zip(range(first, first + len(fresh)), [keys[row] for row in fresh], *columns, strict=True)
    insert_rows(connection, table, list(rows))
    duplicates = np.setdiff1d(np.arange(len(keys), dtype=np.int32), np.array(fresh, dtype=np.int32))
    return Added(len(fresh), duplicates)


def facts_at(catalogue: Catalogue, as_of: int) -> Facts:
    """What was known at `as_of` (epoch ms): see model.facts.Facts for what each table then holds.

    What lies before the horizon counts no more, whether it has been deleted yet or not.
    """
    with catalogue.reading() as connection:
        kept_from = horizon.read(connection).facts_from
        known = {feed: _known(connection, feed, as_of, kept_from) for feed in facts}
    return held(known, as_of)


def flags_at(catalogue: Catalogue, as_of: int) -> pa.Table:
    """The flags in force at `as_of` (epoch ms), as `facts_at` has them."""
    with catalogue.reading() as connection:
        return in_force(_known(connection, "flags", as_of, horizon.read(connection).facts_from), as_of)


def all_rows(catalogue: Catalogue) -> dict[str, pa.Table]:
    """Every row of every feed that is kept, in the order in which they were known, then came."""
    with catalogue.reading() as connection:
        kept_from = horizon.read(connection).facts_from
        return {feed: _known(connection, feed, None, kept_from) for feed in facts}


def held(known: Mapping[str, pa.Table], as_of: int) -> Facts:
    """What held at `as_of` by the rows known then, each feed's in the order of `all_rows`."""
    return Facts(
        as_of=as_of,
        flags=in_force(known["flags"], as_of),
        cases=_newest(known["cases"], *_LOSS),
        links=known["links"],
        subscribers=_newest(known["subscribers"], "number"),
        directory=_newest(known["directory"], "number"),
        outcomes=known["outcomes"],
        releases=_newest(known["releases"], "number"),
    )


def marks(catalogue: Catalogue) -> dict[str, tuple[int, int]]:
    """Feed → how many rows there are, and the newest row's id (0 without one): what tells that a feed has changed."""
    with catalogue.reading() as connection:
        found = {
            feed: connection.execute(sa.select(sa.func.count(), sa.func.max(table.c.fact_id))).one()
            for feed, table in facts.items()
        }
    return {feed: (int(rows), int(newest or 0)) for feed, (rows, newest) in found.items()}


def rows_between(catalogue: Catalogue, feed: str, after: int, to: int, limit: int) -> tuple[pa.Table, int]:
    """The first rows of a feed with ids above `after` and up to `to`, by id, and the id of the last of them."""
    columns = facts[feed].c
    schema = arrow.FACTS[feed]
    chosen = [columns.fact_id if name == "flag_id" else columns[name] for name in schema.names]
    query = sa.select(columns.fact_id.label("place"), *chosen).where(columns.fact_id > after, columns.fact_id <= to)
    with catalogue.reading() as connection:
        rows = connection.execute(query.order_by(columns.fact_id).limit(limit)).all()
    return table_of([row[1:] for row in rows], schema), int(rows[-1][0]) if rows else after


def count_to(catalogue: Catalogue, feed: str, to: int) -> int:
    """How many rows of a feed have ids up to `to`."""
    query = sa.select(sa.func.count()).where(facts[feed].c.fact_id <= to)
    with catalogue.reading() as connection:
        return int(connection.scalar(query) or 0)


def next_flag_change(catalogue: Catalogue, after: int) -> int | None:
    """When (epoch ms) a flag that is known begins or ends by itself next; None where none will."""
    columns = facts["flags"].c
    queries = [sa.select(sa.func.min(at)).where(at > after) for at in (columns.valid_from, columns.revoked_at)]
    with catalogue.reading() as connection:
        found = [connection.scalar(query) for query in queries]
    return min((int(at) for at in found if at is not None), default=None)


def standing_of(catalogue: Catalogue, column: str, subject: int, as_of: int) -> tuple[list[dict[str, Any]], bool]:
    """FLAGS rows in force at `as_of` on a `number` or `entity`, and whether a number has a public role.

    Two statements, whatever is found; no other subject's rows are read.
    """
    flags, directory = facts["flags"].c, facts["directory"].c
    chosen = [flags.fact_id.label("flag_id"), *(flags[name] for name in arrow.FLAGS.names if name != "flag_id")]
    query = sa.select(*chosen).where(flags[column] == subject, flags.known_at <= as_of)
    roles = sa.select(sa.func.count()).where(directory.number == subject, directory.known_at <= as_of)
    with catalogue.reading() as connection:
        rows = table_of(connection.execute(query.order_by(flags.known_at, flags.fact_id)), arrow.FLAGS)
        public = bool(connection.scalar(roles))
    return in_force(rows, as_of).to_pylist(), public and column == "number"


def flags_of(catalogue: Catalogue, flag_ids: Sequence[int]) -> list[dict[str, Any]]:
    """FLAGS rows of these ids, whether they are in force or not, by id."""
    columns = facts["flags"].c
    chosen = [columns.fact_id.label("flag_id"), *(columns[name] for name in arrow.FLAGS.names if name != "flag_id")]
    query = sa.select(*chosen).where(columns.fact_id.in_(sorted(set(flag_ids)))).order_by(columns.fact_id)
    with catalogue.reading() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def newest_ids(catalogue: Catalogue, feeds: Sequence[str]) -> dict[str, int]:
    """Feed → the id of its newest row, 0 without one: moves when something comes in, however old its news is."""
    with catalogue.reading() as connection:
        return {feed: newest_id(connection, feed) for feed in feeds}


def next_known_at(catalogue: Catalogue, feeds: Sequence[str], after: int) -> int | None:
    """When (epoch ms) the next of the rows counts that are dated later than an instant; None without any."""
    queries = [sa.select(sa.func.min(at)).where(at > after) for at in (facts[feed].c.known_at for feed in feeds)]
    with catalogue.reading() as connection:
        found = [connection.scalar(query) for query in queries]
    return min((int(at) for at in found if at is not None), default=None)


def newest_known_at(catalogue: Catalogue) -> int | None:
    """When the newest fact came, epoch ms; None where there is none."""
    with catalogue.reading() as connection:
        (newest,) = _NEWEST.run(connection)
    return max((int(at) for at in newest if at is not None), default=None)


_NEWEST: Final = Prepared(
    sa.select(*[sa.select(sa.func.max(table.c.known_at)).scalar_subquery() for table in facts.values()])
)
"""One statement for all feeds: every request asks for it."""


def add_and_find(connection: Connection, feed: str, told: pa.Table) -> list[int]:
    """Add rows of a feed as part of a transaction; the fact id of each, also of those that were there already."""
    add_in(connection, feed, told)
    keys = _row_keys(_content(feed, told))
    table = facts[feed]
    there = find_rows(connection, (table.c.row_key, table.c.fact_id), table.c.row_key, list(set(keys)))
    ids = {bytes(row_key): int(fact_id) for row_key, fact_id in there}
    return [ids[key] for key in keys]


def facts_after(connection: Connection, feed: str, fact_id: int, limit: int) -> list[dict[str, Any]]:
    """A feed's next rows after that fact, in the order in which they came, each with its `fact_id`."""
    table = facts[feed]
    names = [column.name for column in table.c if column.name != "row_key"]
    query = (
        sa.select(*[table.c[name] for name in names])
        .where(table.c.fact_id > fact_id)
        .order_by(table.c.fact_id)
        .limit(limit)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def newest_id(connection: Connection, feed: str) -> int:
    """The id of the feed's newest row; 0 where there is none."""
    ((newest,),) = _NEWEST_ID[feed].run(connection)
    return newest or 0


_NEWEST_ID: Final = {feed: Prepared(sa.select(sa.func.max(table.c.fact_id))) for feed, table in facts.items()}
"""A running service asks twenty times a second."""


def _content(feed: str, told: pa.Table) -> pa.Table:
    schema = pa.schema([field for field in arrow.FACTS[feed] if field.name != "flag_id"])
    return _with_absent_case(told.select(schema.names).cast(schema))


def _with_absent_case(rows: pa.Table) -> pa.Table:
    """An empty case id says as little as none."""
    if "case_id" not in rows.column_names or not rows.schema.field("case_id").nullable:
        return rows
    column = rows.schema.get_field_index("case_id")
    cases = pl.Series(rows.column("case_id")).replace("", None)
    return rows.set_column(column, rows.schema.field(column), cases.to_arrow().cast(pa.string()))


def _row_keys(rows: pa.Table) -> list[bytes]:
    """A key over everything that a row says, so that the same row is known again."""
    columns = [column.to_pylist() for column in rows.columns]
    return [blake2b(orjson.dumps(row), digest_size=_KEY_BYTES).digest() for row in zip(*columns, strict=True)]


def _known(connection: sa.Connection, feed: str, as_of: int | None, kept_from: int) -> pa.Table:
    """A feed's rows known at an instant (None: ever) and kept, in the order in which they were known, then came."""
    instants = {} if as_of is None else {"as_of": as_of}
    if feed in horizon.AGEING and kept_from:
        instants["kept_from"] = kept_from
    return table_of(_knowing(feed, tuple(instants)).run(connection, **instants), arrow.FACTS[feed])


@once
def _knowing(feed: str, instants: tuple[str, ...]) -> Prepared:
    columns = facts[feed].c
    chosen = [columns.fact_id if name == "flag_id" else columns[name] for name in arrow.FACTS[feed].names]
    query = sa.select(*chosen).order_by(columns.known_at, columns.fact_id)
    if "as_of" in instants:
        query = query.where(columns.known_at <= sa.bindparam("as_of", type_=WHOLE))
    if "kept_from" in instants:
        query = query.where(~horizon.aged(columns.known_at, sa.bindparam("kept_from", type_=WHOLE)))
    return Prepared(query)


def _newest(rows: pa.Table, *key: str) -> pa.Table:
    """The newest row of each key (one or more columns), in the order of keys."""
    newest = _frame(rows).unique(key, keep="last", maintain_order=True).sort(key)
    return newest.to_arrow().cast(rows.schema)


def in_force(flags: pa.Table, as_of: int) -> pa.Table:
    """The flags that hold at `as_of`: none that a later row replaced, that is revoked, or that is yet to begin."""
    newest = _frame(flags).unique(_FLAG, keep="last", maintain_order=True)
    begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= as_of)
    standing = pl.col("revoked_at").is_null() | (pl.col("revoked_at") > as_of)
    return newest.filter(begun & standing).sort("flag_id").to_arrow().cast(flags.schema)


def _frame(rows: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(rows)
    if isinstance(frame, pl.Series):
        raise TypeError("rows of facts have more than one column")
    return frame
