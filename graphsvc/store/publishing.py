"""Writing a full analysis beside the current one, and turning to it in one small transaction.

Readers see the analysis before or the new one, whole. How long each is kept: see `shelf`.
"""

from typing import Final

import orjson
import pyarrow as pa
import sqlalchemy as sa

from graphsvc.errors import NotFound, Overtaken
from graphsvc.model.findings import Findings
from graphsvc.store import amended, horizon, shelf
from graphsvc.store.catalogue import Catalogue, insert_rows, take_ids
from graphsvc.store.horizon import NEVER, Horizon
from graphsvc.store.results import NETWORK_IDS, SCHEMAS, AnalysisRecord
from graphsvc.store.tables import analyses, current_analysis, results

_ANALYSIS_IDS: Final = "analysis_ids"
_BUILDING: Final = "building"


def publish(
    catalogue: Catalogue,
    record: AnalysisRecord,
    findings: Findings,
    victims: pa.Table,
    *,
    kept: Horizon = NEVER,
    space: shelf.Space = shelf.SPACE,
) -> None:
    """Write a full analysis, for whoever asks for it; answers are taken from the one before until `turn_to`.

    Until the very end nobody sees any of it. `kept` is the horizon that it was made by; Overtaken where it has moved on
    since, and nothing is left of it. Then those that nobody may ask for any more are swept (`shelf.sweep`).
    """
    tables = {**vars(findings), "victims": victims}
    number = _begin(catalogue, record, sum(table.num_rows for table in tables.values()))
    for name, table in tables.items():
        _write(catalogue, number, name, table)
    try:
        with catalogue.writing() as connection:
            horizon.refuse_moved(connection, kept)
            _keep_network_ids(connection, findings)
            chosen = analyses.c.analysis_no == number
            connection.execute(sa.update(analyses).where(chosen).values(state=shelf.PUBLISHED))
    except Overtaken:
        shelf.remove(catalogue, [number])
        raise
    shelf.sweep(catalogue, number, record.made_at, space)


def turn_to(catalogue: Catalogue, analysis_id: str, *, kept: Horizon = NEVER) -> None:
    """From now on answers are taken from this full analysis.

    `kept` is the horizon that it was made by; Overtaken where it has moved on since: retention removes what is not
    current.
    """
    with catalogue.writing() as connection:
        horizon.refuse_moved(connection, kept)
        number = connection.scalar(sa.select(amended.number_of(analysis_id)))
        if number is None:
            raise NotFound(f"there is no analysis {analysis_id} (any more); run graphsvc analyse")
        make_current(connection, number)


def new_analysis_id(catalogue: Catalogue) -> str:
    """An id that no other analysis of this folder has: `A1`, `A2` …"""
    with catalogue.writing() as connection:
        return f"A{take_ids(connection, _ANALYSIS_IDS, 1) + 1}"


def make_current(connection: sa.Connection, number: int) -> None:
    """From the commit on answers are taken from the analysis with this number."""
    connection.execute(sa.delete(current_analysis))
    connection.execute(sa.insert(current_analysis).values(only=0, analysis_no=number))


def _begin(catalogue: Catalogue, record: AnalysisRecord, rows: int) -> int:
    with catalogue.writing() as connection:
        number = take_ids(connection, "analyses", 1)
        note(connection, number, record, _BUILDING, rows)
    return number


def note(connection: sa.Connection, number: int, record: AnalysisRecord, state: str, rows: int) -> None:
    """Write down what an analysis was made of, under a number of its own."""
    row = {
        "analysis_no": number,
        "analysis_id": record.analysis_id,
        "snapshot_id": record.snapshot_id,
        "as_of": record.as_of,
        "made_at": record.made_at,
        "engine": record.engine,
        "counts": orjson.dumps(dict(record.counts)).decode(),
        "timings": orjson.dumps(dict(record.timings)).decode(),
        "state": state,
        "facts_seen": None if record.facts_seen is None else orjson.dumps(dict(record.facts_seen)).decode(),
        "due_at": record.due_at,
        "row_count": rows,
    }
    connection.execute(sa.insert(analyses), row)


def _write(catalogue: Catalogue, number: int, name: str, table: pa.Table) -> None:
    table = table.select(SCHEMAS[name].names).cast(SCHEMAS[name])
    for start in range(0, table.num_rows, shelf.ROWS_AT_A_TIME):
        part = table.slice(start, shelf.ROWS_AT_A_TIME)
        positions = range(start, start + part.num_rows)
        columns = [column.to_pylist() for column in part.columns]
        rows = list(zip([number] * part.num_rows, positions, *columns, strict=True))
        with catalogue.writing() as connection:
            insert_rows(connection, results[name], rows)


def _keep_network_ids(connection: sa.Connection, findings: Findings) -> None:
    used = [column.to_numpy() for column in (findings.networks["network_id"], findings.members["network_id"])]
    above = int(max((column.max() + 1 for column in used if len(column)), default=0))
    missing = above - take_ids(connection, NETWORK_IDS, 0)
    take_ids(connection, NETWORK_IDS, max(0, missing))
