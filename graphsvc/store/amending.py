"""Writing an amended analysis: everything in one transaction, for it is small."""

from collections.abc import Mapping

import pyarrow as pa
import sqlalchemy as sa

from graphsvc.errors import Overtaken
from graphsvc.store import horizon, shelf
from graphsvc.store.amended import SCHEMAS, full_of
from graphsvc.store.catalogue import Catalogue, insert_rows, take_ids
from graphsvc.store.horizon import Horizon
from graphsvc.store.results import AnalysisRecord, make_current, note
from graphsvc.store.tables import amended, analyses, current_analysis, results


def amend(
    catalogue: Catalogue,
    record: AnalysisRecord,
    tables: Mapping[str, pa.Table],
    people: Mapping[int, int | None],
    *,
    follows: str,
    kept: Horizon,
    rows_most: int,
) -> None:
    """Write an analysis that amends another, and make it current.

    `tables` are VICTIMS, with the ranks that they have now, and EXPOSURES of `people`, whose ranks in the full analysis
    are given, None for who had none there. Overtaken where another than `follows` is current by now, or the horizon is
    not that by which it was made.
    """
    with catalogue.writing() as connection:
        number = take_ids(connection, "analyses", 1)
        if _current(connection) != follows or not horizon.read(connection).same_instants(kept):
            raise Overtaken("another analysis was made meanwhile: the next amendment starts from that")
        base = sa.select(analyses.c.analysis_no).where(analyses.c.analysis_id == full_of(record.analysis_id))
        note(connection, number, record, shelf.PUBLISHED, sum(table.num_rows for table in tables.values()))
        whose = sa.update(analyses).where(analyses.c.analysis_no == number)
        connection.execute(whose.values(base_no=base.scalar_subquery()))
        insert_rows(connection, amended, [(number, one, rank) for one, rank in sorted(people.items())])
        for name, table in tables.items():
            columns = [column.to_pylist() for column in table.select(SCHEMAS[name].names).columns]
            rows = zip([number] * table.num_rows, range(table.num_rows), *columns, strict=True)
            insert_rows(connection, results[name], list(rows))
        make_current(connection, number)
    shelf.sweep(catalogue, number, record.made_at, rows_most, half_built=False)


def _current(connection: sa.Connection) -> str | None:
    there = analyses.c.analysis_no == current_analysis.c.analysis_no
    found: str | None = connection.scalar(sa.select(analyses.c.analysis_id).join(current_analysis, there))
    return found
