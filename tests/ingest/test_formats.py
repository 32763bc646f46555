"""Three formats, one result; and garbage that never breaks a load or its counts."""

import csv
import gzip
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphsvc.ingest.feeds import EVENTS
from graphsvc.ingest.files import FeedFile
from graphsvc.ingest.load import LoadReport, load
from graphsvc.ingest.read_parquet import read_parquet
from tests.ingest.conftest import NOW
from tests.ingest.fakes import MemoryStore
from tests.ingest.test_load import HEADER, ROW, T0

COLUMNS = HEADER.strip().split(",")
DAY = 86_400_000

Row = dict[str, Any]

numbers = st.sampled_from(
    ["+8613800138000", "13800138000", "+86 139 1111 2222", "95588", "110", "TAOBAO", "中国银行", "0571-87654321", "???"]
)
optional_texts = st.none() | st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8
).filter(lambda text: text.strip() != "")
rows = st.fixed_dictionaries(
    {
        "event_id": st.none() | st.integers(0, 30).map(lambda i: f'e "{i}", ünïcode'),
        "started_at": st.integers(T0, T0 + DAY),
        "a_number": numbers,
        "b_number": numbers,
        "channel": st.sampled_from(["call", "sms"]),
        "duration_s": st.none() | st.integers(0, 4000),
        "answered": st.none() | st.booleans(),
        "a_imei": optional_texts,
        "a_cell": optional_texts,
        "known_at": st.none() | st.integers(T0, T0 + DAY),
    }
)
TYPES = {
    "started_at": pa.int64(),
    "duration_s": pa.int32(),
    "answered": pa.bool_(),
    "known_at": pa.int64(),
}


def as_csv(table: list[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue().encode()


def as_ndjson(table: list[Row]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=len(table) % 2 == 0) + "\n" for row in table).encode()


def as_parquet(table: list[Row], *, row_group_size: int = 7, use_dictionary: bool = True) -> bytes:
    sink = io.BytesIO()
    arrays = {name: pa.array([row[name] for row in table], TYPES.get(name, pa.string())) for name in COLUMNS}
    pq.write_table(pa.table(arrays), sink, row_group_size=row_group_size, use_dictionary=use_dictionary)
    return sink.getvalue()


def loaded(name: str, content: bytes, batch_rows: int = 1_000_000) -> tuple[MemoryStore, LoadReport]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        store = MemoryStore(Path(folder))
        return store, load([path], store.stores(), now=NOW, batch_rows=batch_rows)


@settings(max_examples=40)
@given(st.lists(rows, min_size=1, max_size=40))
def test_the_same_rows_give_the_same_ledger_in_every_format(table: list[Row]) -> None:
    store, report = loaded("events.csv", as_csv(table))
    counts = report.feeds["events"]
    assert counts.read == len(table) == counts.accepted + counts.duplicate + counts.rejected
    refused = sum("???" in (row["a_number"], row["b_number"]) for row in table)
    assert counts.rejected >= refused
    for name, content in (
        ("events.ndjson", as_ndjson(table)),
        ("events.parquet", as_parquet(table)),
        ("events.csv.gz", gzip.compress(as_csv(table))),
    ):
        other, other_report = loaded(name, content)
        assert other_report.feeds == report.feeds
        assert other.ledger.kept == store.ledger.kept
        assert other.registry.number_of == store.registry.number_of
        assert other.registry.entity_of == store.registry.entity_of


@settings(max_examples=40)
@given(st.lists(rows, min_size=1, max_size=40), st.integers(1, 9))
def test_the_size_of_batches_changes_no_count_and_no_event(table: list[Row], batch_rows: int) -> None:
    table = [{**row, "known_at": None, "started_at": T0 + i * 5_000_000} for i, row in enumerate(table)]
    store, report = loaded("events.csv", as_csv(table))
    other, other_report = loaded("events.csv", as_csv(table), batch_rows)
    assert other_report.feeds == report.feeds
    assert other.registry.number_of == store.registry.number_of
    assert other.registry.entity_of.keys() == store.registry.entity_of.keys()
    assert [said(event) for event in other.ledger.rows()] == [said(event) for event in store.ledger.rows()]


def said(event: Row) -> tuple[Any, ...]:
    """What an event says without its entities, whose ids depend on where batches end."""
    return tuple(event[name] for name in ("started_at", "known_at", "a", "b", "channel", "duration_s", "answered"))


@settings(max_examples=40)
@given(st.lists(rows, min_size=2, max_size=30), st.data())
def test_half_a_file_then_the_whole_is_the_same_as_the_whole(table: list[Row], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(table)))
    whole, report = loaded("events.csv", as_csv(table))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.csv"
        store = MemoryStore(Path(folder))
        for part in (table[:cut], table):
            path.write_bytes(as_csv(part))
            load([path], store.stores(), now=NOW)
    assert len(store.ledger.kept) == len(whole.ledger.kept) == report.feeds["events"].accepted


@settings(max_examples=25)
@given(st.lists(rows, min_size=1, max_size=12), st.integers(20, 900))
def test_identifiers_in_dictionaries_load_like_those_written_out(table: list[Row], batch_rows: int) -> None:
    table = table * 60  # small figures for so many rows: the reader leaves them dictionaries
    plain, report = loaded("events.parquet", as_parquet(table, row_group_size=500, use_dictionary=False), batch_rows)
    content = as_parquet(table, row_group_size=500)
    assert "a_number" in dictionaries(content)
    repeated, repeated_report = loaded("events.parquet", content, batch_rows)
    assert repeated_report.feeds == report.feeds
    assert repeated.ledger.kept == plain.ledger.kept
    assert repeated.registry.number_of == plain.registry.number_of
    assert repeated.registry.entity_of == plain.registry.entity_of


def dictionaries(content: bytes) -> set[str]:
    """The columns that reach the checks as dictionaries."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.parquet"
        path.write_bytes(content)
        columns = next(read_parquet(FeedFile(path, "events", "parquet", None), EVENTS).blocks).table.schema
    return {field.name for field in columns if pa.types.is_dictionary(field.type)}


GOOD_CSV = (HEADER + ROW + ROW.replace("e1", '"e,2"') + ROW.replace("e1", "e3")).encode()
GOOD_NDJSON = as_ndjson([dict(zip(COLUMNS, ROW.strip().split(","), strict=True))] * 3)


@given(st.binary(max_size=400), st.sampled_from(["events.csv", "events.ndjson", "events.parquet", "events.csv.gz"]))
def test_garbage_is_refused_and_never_breaks_a_load(garbage: bytes, name: str) -> None:
    _, report = loaded(name, garbage)
    counts = report.feeds["events"]
    assert counts.accepted == 0
    assert counts.read == counts.rejected
    assert report.refused


@given(
    st.lists(st.tuples(st.integers(0, 400), st.binary(min_size=1, max_size=5)), min_size=1, max_size=4), st.booleans()
)
def test_garbage_within_a_file_leaves_the_counts_exact(spots: list[tuple[int, bytes]], json_lines: bool) -> None:
    content = GOOD_NDJSON if json_lines else GOOD_CSV
    first_row = 0 if json_lines else len(HEADER)
    for place, garbage in spots:
        at = first_row + place % (len(content) - first_row)
        content = content[:at] + garbage + content[at + len(garbage) :]
    store, report = loaded("events.ndjson" if json_lines else "events.csv", content)
    counts = report.feeds["events"]
    assert counts.read == counts.accepted + counts.duplicate + counts.rejected
    assert len(store.ledger.kept) == counts.accepted


@pytest.mark.parametrize("name", ["events.csv.zst", "events.ndjson.gz", "events.ndjson.zst"])
def test_packed_files_are_read(name: str, tmp_path: Path, store: MemoryStore) -> None:
    table = [dict.fromkeys(COLUMNS) | {"started_at": T0, "a_number": "110", "b_number": "114", "channel": "call"}]
    content = as_csv(table) if ".csv" in name else as_ndjson(table)
    codec = "gzip" if name.endswith("gz") else "zstd"
    with pa.output_stream(str(tmp_path / name), compression=codec) as stream:
        stream.write(content)
    assert load([tmp_path], store.stores(), now=NOW).feeds["events"].accepted == 1


def test_parquet_of_every_sensible_type_is_read(tmp_path: Path, store: MemoryStore) -> None:
    utc = pa.timestamp("us", tz="UTC")
    frame = pl.DataFrame({"channel": ["call", "sms"]}, schema={"channel": pl.Categorical})
    table = pa.table(
        {
            "event_id": pa.array([1, 2], pa.int64()),
            "started_at": pa.array([T0 * 1000, T0 * 1000], pa.int64()).cast(utc),
            "a_number": pa.array([13800138000, 110], pa.int64()),
            "b_number": pa.array(["110", "114"], pa.large_string()),
            "channel": frame.to_arrow().column("channel"),
            "duration_s": pa.array([1.0, None], pa.float64()),
            "answered": pa.array([1, 0], pa.int8()),
            "a_imei": pa.array([b"860000000000001", b"860000000000002"], pa.binary()),
            "known_at": pa.nulls(2),
        }
    )
    pq.write_table(table, tmp_path / "events.parquet")
    report = load([tmp_path], store.stores(), now=NOW)
    assert report.refused == []
    assert report.feeds["events"].accepted == 2
    second, first = store.ledger.rows()  # in order of when they ended
    assert (first["started_at"], first["duration_s"], first["answered"]) == (T0, 1, True)
    assert (second["duration_s"], second["answered"], second["channel"]) == (None, False, 1)


def test_a_number_in_a_dictionary_that_is_not_utf8_refuses_its_rows_alone(tmp_path: Path, store: MemoryStore) -> None:
    bad = pa.array([b"114", b"\xff\xfe", b"12110"], pa.binary())
    places = pa.array([0, 1, 2, 0, None] * 100, pa.int32())
    table = pa.table(
        {
            "started_at": pa.array([T0 + i for i in range(500)]),
            "a_number": ["110"] * 500,
            "b_number": pa.DictionaryArray.from_arrays(places, pa.Array.from_buffers(pa.string(), 3, bad.buffers())),
            "channel": ["call"] * 500,
        }
    )
    pq.write_table(table, tmp_path / "events.parquet", store_schema=False)
    counts = load([tmp_path], store.stores(), now=NOW).feeds["events"]
    assert (counts.read, counts.accepted, counts.rejected) == (500, 300, 200)
    assert set(store.registry.number_of) == {"110", "114", "12110"}


def test_parquet_texts_that_are_not_utf8_refuse_their_rows(tmp_path: Path, store: MemoryStore) -> None:
    bad = pa.array([b"ok", b"\xff\xfe", b"fine"], pa.binary())
    table = pa.table(
        {
            "event_id": pa.Array.from_buffers(pa.string(), 3, bad.buffers()),
            "started_at": pa.array([T0] * 3),
            "a_number": ["110"] * 3,
            "b_number": ["114"] * 3,
            "channel": ["call"] * 3,
        }
    )
    pq.write_table(table, tmp_path / "events.parquet")
    report = load([tmp_path], store.stores(), now=NOW)
    counts = report.feeds["events"]
    assert (counts.read, counts.accepted, counts.rejected) == (3, 2, 1)
    assert report.rejects_file is not None
    assert json.loads(report.rejects_file.read_text())["line"] == 2
