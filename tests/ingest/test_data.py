"""The published data sets: every row is taken in, and the ledger says what the file says."""

from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest

from graphsvc.ingest.keeping import FeedCounts
from graphsvc.ingest.load import load
from graphsvc.model.words import NumberKind
from tests.ingest.conftest import NOW
from tests.ingest.fakes import MemoryStore

SETS = {
    "callmine_sample": 11_000,
    "collegemsg": 59_835,
    "copenhagen": 24_333,
    "reality_mining_calls": 45_480,
    "vast2008_mc3": 9_834,
}

pytestmark = pytest.mark.data


@pytest.mark.parametrize("name", SETS)
def test_every_row_of_a_real_feed_is_kept(name: str, data: Path, store: MemoryStore) -> None:
    feeds = data / name / "feeds"
    report = load([feeds], store.stores(), now=NOW)
    assert report.feeds == {"events": FeedCounts(read=SETS[name], accepted=SETS[name])}
    assert report.notes == []
    table = pl.from_arrow(pq.read_table(feeds / "events.parquet"))
    assert isinstance(table, pl.DataFrame)
    expected = table.with_columns(known_at=pl.col("started_at") + 1000 * pl.col("duration_s").fill_null(0)).sort(
        "known_at", "event_id"
    )
    kept = pl.DataFrame(store.ledger.rows())
    numbers = np.array(list(store.registry.number_of))
    assert numbers[kept["a"].to_numpy()].tolist() == expected["a_number"].to_list()
    assert numbers[kept["b"].to_numpy()].tolist() == expected["b_number"].to_list()
    assert kept["started_at"].to_list() == expected["started_at"].to_list()
    assert kept["duration_s"].to_list() == expected["duration_s"].to_list()
    assert set(store.registry.kinds) == {NumberKind.MSISDN}


def test_rows_that_repeat_are_one_event_without_their_ids(data: Path, tmp_path: Path, store: MemoryStore) -> None:
    table = pq.read_table(data / "copenhagen" / "feeds" / "events.parquet").drop_columns(["event_id"])
    pq.write_table(table, tmp_path / "events.parquet")
    report = load([tmp_path / "events.parquet"], store.stores(), now=NOW)
    assert report.feeds["events"] == FeedCounts(read=24_333, accepted=24_333 - 21, duplicate=21)
