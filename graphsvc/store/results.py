"""Reading analyses: each whole, and the same for as long as it is kept (see `shelf`).

How they are written: see `publishing` and `amending`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import sqlalchemy as sa

from graphsvc.errors import NotFound
from graphsvc.model import tables as arrow
from graphsvc.model.findings import KnownNetworks
from graphsvc.store import amended, shelf
from graphsvc.store.amended import Row
from graphsvc.store.catalogue import Catalogue, free_id
from graphsvc.store.prepared import Prepared
from graphsvc.store.result_rows import SCHEMAS as SCHEMAS
from graphsvc.store.result_rows import exposures_of as exposures_of
from graphsvc.store.result_rows import ranking, select, select_of, told_of
from graphsvc.store.tables import analyses, current_analysis, results

NETWORK_IDS: Final = "network_ids"
"""Counts the ids that networks were given."""


@dataclass(frozen=True)
class AnalysisRecord:
    """What an analysis was made of and with."""

    analysis_id: str
    snapshot_id: str
    as_of: int
    """Epoch ms."""
    made_at: int
    """Epoch ms."""
    engine: str
    counts: Mapping[str, int]
    timings: Mapping[str, float]
    """Seconds by step."""
    facts_seen: Mapping[str, int] | None = None
    """Feed → the newest fact's id when it was read; None where that was not noted."""
    due_at: int | None = None
    """Epoch ms of service time when something known then begins to count by itself, if anything does."""
    handed_out_at: int | None = None


def newest_snapshots(catalogue: Catalogue, count: int) -> list[str]:
    """Snapshot ids of the newest full analyses."""
    query = sa.select(analyses.c.snapshot_id).where(analyses.c.state == shelf.PUBLISHED, analyses.c.base_no.is_(None))
    with catalogue.reading() as connection:
        return list(connection.scalars(query.order_by(analyses.c.analysis_no.desc()).limit(count)))


def current(catalogue: Catalogue) -> AnalysisRecord | None:
    """The analysis that answers are taken from; None before the first."""
    return _record(catalogue, _CURRENT)


def current_full(catalogue: Catalogue) -> AnalysisRecord | None:
    """The full analysis that is current, or that the current one amends; None before the first."""
    found = current(catalogue)
    full = None if found is None else amended.full_of(found.analysis_id)
    return found if found is None or full == found.analysis_id else _record(catalogue, _NAMED, analysis_id=full)


def analysis_at(catalogue: Catalogue, as_of: int) -> AnalysisRecord:
    """The newest analysis kept of what was known at `as_of` (epoch ms) or before; NotFound where there is none."""
    found = _record(catalogue, _AS_OF, as_of=as_of)
    if found is None:
        raise NotFound("no analysis of so early a time is kept; graphsvc analyse --as-of makes one")
    return found


def analysis(catalogue: Catalogue, analysis_id: str) -> AnalysisRecord:
    """What is known of that analysis; NotFound if it is not kept."""
    found = _record(catalogue, _NAMED, analysis_id=analysis_id)
    if found is None:
        raise NotFound("there is no analysis of this id (any more); run graphsvc analyse")
    return found


def whole(catalogue: Catalogue, analysis_id: str, name: str) -> pa.Table:
    """Every row of one table of an analysis (SCHEMAS), in the engine's order."""
    if name in amended.SCHEMAS and amended.is_amended(analysis_id):
        return amended.whole(catalogue, analysis_id, name)
    return select(catalogue, analysis_id, name)


def victims(
    catalogue: Catalogue,
    analysis_id: str,
    *,
    limit: int,
    grade: str | None = None,
    stage: str | None = None,
    scam_type: str | None = None,
    network_id: int | None = None,
    region: str | None = None,
    after_rank: int = 0,
) -> list[Row]:
    """VICTIMS rows by rank, those behind `after_rank`; `region` takes in the regions that are part of it."""
    wanted: dict[str, Any] = {"grade": grade, "stage": stage, "scam_type": scam_type}
    wanted |= {"network_id": network_id, "region": region}
    of = amended.ranked if amended.is_amended(analysis_id) else ranking
    return of(catalogue, analysis_id, limit=limit, after_rank=after_rank, **wanted)


def victims_of(
    catalogue: Catalogue, analysis_id: str, numbers: Sequence[int], only: Sequence[str] | None = None
) -> pa.Table:
    """VICTIMS rows of these people's numbers, by rank; `only`: of these columns."""
    return _of_people(catalogue, analysis_id, "victims", "number", numbers, only)


def networks(
    catalogue: Catalogue,
    analysis_id: str,
    *,
    limit: int,
    order_by: str = "exposed",
    scam_type: str | None = None,
    skip: int = 0,
) -> pa.Table:
    """NETWORKS rows with the highest `order_by` (a column of figures) first, then the largest; `skip` leaves out the
    first so many: the rows of an analysis never change."""
    columns = results["networks"].c
    order = (columns[order_by].desc(), columns.size.desc(), columns.network_id)
    chosen = [] if scam_type is None else [columns.scam_type == scam_type]
    return select(catalogue, analysis_id, "networks", *chosen, order=order, limit=limit, skip=skip)


def networks_of(catalogue: Catalogue, analysis_id: str, network_ids: Sequence[int]) -> pa.Table:
    """NETWORKS rows of these ids; ids that the analysis does not have are left out."""
    return select_of(catalogue, analysis_id, "networks", "network_id", network_ids)


def networks_told(catalogue: Catalogue, analysis_id: str, network_ids: Sequence[int]) -> list[Row]:
    """The same, column by name."""
    return told_of(catalogue, analysis_id, "networks", "network_id", network_ids)


def network(catalogue: Catalogue, analysis_id: str, network_id: int) -> pa.Table:
    """The NETWORKS row of one network; NotFound if the analysis has no such network."""
    chosen = results["networks"].c.network_id == network_id
    found = select(catalogue, analysis_id, "networks", chosen)
    if not found.num_rows:
        raise NotFound(f"there is no network {network_id} in the analysis; see graphsvc networks")
    return found


def members(catalogue: Catalogue, analysis_id: str, network_id: int) -> pa.Table:
    """MEMBERS rows of one network: numbers first, then entities."""
    return select(catalogue, analysis_id, "members", results["members"].c.network_id == network_id)


def members_of(catalogue: Catalogue, analysis_id: str, network_ids: Sequence[int]) -> pa.Table:
    """MEMBERS rows of these networks, in the engine's order."""
    return select_of(catalogue, analysis_id, "members", "network_id", network_ids)


def suspicion_of(
    catalogue: Catalogue,
    analysis_id: str,
    numbers: Sequence[int] | npt.NDArray[np.int32],
    only: Sequence[str] | None = None,
) -> pa.Table:
    """SUSPICIONS rows of these numbers, by number; ordinary numbers have none. `only`: of these columns."""
    return select_of(catalogue, analysis_id, "suspicions", "number", numbers, only)


def entity_suspicion_of(
    catalogue: Catalogue, analysis_id: str, entities: Sequence[int] | npt.NDArray[np.int32]
) -> pa.Table:
    """ENTITY_SUSPICIONS rows of these entities, by entity."""
    return select_of(catalogue, analysis_id, "entity_suspicions", "entity", entities)


def exposed_to(catalogue: Catalogue, analysis_id: str, network_id: int) -> list[int]:
    """Numbers of the people whose exposure came mostly from that network, ascending."""
    return sorted(_of_people(catalogue, analysis_id, "exposures", "network_id", [network_id])["number"].to_pylist())


def _of_people(
    catalogue: Catalogue,
    analysis_id: str,
    name: str,
    column: str,
    ids: Sequence[int],
    only: Sequence[str] | None = None,
) -> pa.Table:
    of = amended.rows_of if amended.is_amended(analysis_id) else select_of
    return of(catalogue, analysis_id, name, column, ids, only)


def known_networks(catalogue: Catalogue) -> KnownNetworks:
    """The networks of the current analysis, and the first id that no analysis ever gave away (from 1)."""
    record = current(catalogue)
    with catalogue.reading() as connection:
        next_id = max(1, free_id(connection, NETWORK_IDS))
    members = arrow.MEMBERS.empty_table()
    if record is not None:
        members = select(catalogue, record.analysis_id, "members")
    return KnownNetworks(members=members, next_id=next_id)


_OF_RECORD: Final = [one.name for one in fields(AnalysisRecord)]


def _recording(chosen: sa.ColumnElement[bool], *order: sa.ColumnElement[Any]) -> Prepared:
    columns = analyses.c
    query = sa.select(*[columns[name] for name in _OF_RECORD]).where(chosen, columns.state == shelf.PUBLISHED)
    return Prepared(query.order_by(*order, columns.analysis_no.desc()).limit(1))


_CURRENT: Final = _recording(analyses.c.analysis_no == sa.select(current_analysis.c.analysis_no).scalar_subquery())
_NAMED: Final = _recording(analyses.c.analysis_id == sa.bindparam("analysis_id"))
_AS_OF: Final = _recording(analyses.c.as_of <= sa.bindparam("as_of"), analyses.c.as_of.desc())


def _record(catalogue: Catalogue, recording: Prepared, **values: Any) -> AnalysisRecord | None:
    with catalogue.reading() as connection:
        rows = recording.run(connection, **values)
    return _recorded(tuple(rows[0])) if rows else None


@lru_cache(maxsize=16)
def _recorded(values: tuple[Any, ...]) -> AnalysisRecord:
    """A record from its row. Each answer reads one or two, mostly the same, whose figures are JSON."""
    row = dict(zip(_OF_RECORD, values, strict=True))
    written = {name: orjson.loads(row[name]) for name in ("counts", "timings", "facts_seen") if row[name] is not None}
    return AnalysisRecord(**{**row, **written})
