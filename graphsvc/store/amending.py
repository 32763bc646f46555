"""Writing an amended analysis: everything in one transaction, for it is small."""

from collections.abc import Collection, Mapping

import pyarrow as pa
import sqlalchemy as sa

from graphsvc.errors import Overtaken
from graphsvc.store import horizon, shelf
from graphsvc.store.amended import SCHEMAS, full_of
from graphsvc.store.catalogue import Catalogue, insert_rows, take_ids
from graphsvc.store.finding import among
from graphsvc.store.horizon import Horizon
from graphsvc.store.publishing import make_current, note
from graphsvc.store.ranks import written
from graphsvc.store.results import AnalysisRecord
from graphsvc.store.tables import amended, analyses, current_analysis, results


def amend(
    catalogue: Catalogue,
    record: AnalysisRecord,
    tables: Mapping[str, pa.Table],
    people: Collection[int],
    ranks: pa.Table,
    *,
    follows: str | None,
    current: bool = True,
    kept: Horizon,
    space: shelf.Space,
) -> None:
    """Write an analysis that amends another; with `current`, answers are taken from it from then on.

    `tables` are VICTIMS and EXPOSURES of `people`, of whom it says something else than the analysis that it follows.
    `ranks` are those of everybody amended (ranks.AMENDED). Overtaken where another than `follows` is current by now
    (None: whichever is), or the horizon is not that by which it was made.
    """
    with catalogue.writing() as connection:
        number = take_ids(connection, "analyses", 1)
        horizon.refuse_moved(connection, kept)
        if follows is not None and _current(connection) != follows:
            raise Overtaken("another analysis was made meanwhile: the next amendment starts from that")
        base = sa.select(analyses.c.analysis_no).where(analyses.c.analysis_id == full_of(record.analysis_id))
        note(connection, number, record, shelf.PUBLISHED, sum(table.num_rows for table in tables.values()))
        whose = sa.update(analyses).where(analyses.c.analysis_no == number)
        base_no = connection.scalars(base).one()
        connection.execute(whose.values(base_no=base_no, ranks=written(ranks)))
        changed = sorted(people)
        known = among(connection, amended.c.number, changed, (amended.c.base_no, sa.literal(base_no)))
        until = sa.update(amended).where(known, amended.c.base_no == base_no, amended.c.until_no.is_(None))
        connection.execute(until.values(until_no=number))
        insert_rows(connection, amended, [(base_no, one, number, None) for one in changed])
        for name, table in tables.items():
            columns = [column.to_pylist() for column in table.select(SCHEMAS[name].names).columns]
            rows = zip([number] * table.num_rows, range(table.num_rows), *columns, strict=True)
            insert_rows(connection, results[name], list(rows))
        if current:
            make_current(connection, number)
    if number % shelf.KEPT == 0:  # so that not every amendment costs looking for what is not needed any more
        shelf.sweep(catalogue, number, record.made_at, space, half_built=False)


def _current(connection: sa.Connection) -> str | None:
    there = analyses.c.analysis_no == current_analysis.c.analysis_no
    found: str | None = connection.scalar(sa.select(analyses.c.analysis_id).join(current_analysis, there))
    return found
