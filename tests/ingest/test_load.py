"""Whole loads: counts, defaults, identities, and the bad input of which each row or file is refused by itself."""

import gzip
import json
import stat
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graphsvc.errors import InputRefused, UsageError
from graphsvc.ingest.keeping import FeedCounts
from graphsvc.ingest.load import LoadReport, RefusedFile, load
from graphsvc.model.words import CALL, SMS, EntityKind, NumberKind
from tests.ingest.conftest import NOW, LoadText
from tests.ingest.fakes import MemoryStore

HEADER = "event_id,started_at,a_number,b_number,channel,duration_s,answered,a_imei,a_cell,known_at\n"
ROW = "e1,2026-01-31T08:00:00+08:00,+8613800138000,95588,call,60,true,860000000000001,c1,\n"
T0 = 1_769_817_600_000


@pytest.fixture(autouse=True, params=[0, 1_000_000], ids=["side by side", "at once"])
def ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large and small loads are to do the same."""
    monkeypatch.setattr("graphsvc.ingest.load._SMALL_BYTES", request.param)


def rejects(report: LoadReport) -> list[dict[str, object]]:
    assert report.rejects_file is not None
    return [json.loads(line) for line in report.rejects_file.read_bytes().splitlines()]


def reason_of(report: LoadReport, field: str) -> str:
    """The reason of the only refused row, which is about this field."""
    (row,) = rejects(report)
    assert row["field"] == field
    return str(row["reason"])


def test_an_event_is_kept_with_ids_and_defaults(load_text: LoadText, store: MemoryStore) -> None:
    report = load_text("events.csv", HEADER + ROW)
    assert report.feeds == {"events": FeedCounts(read=1, accepted=1)}
    assert report.rejects_file is None
    assert report.notes == []
    (event,) = store.ledger.rows()
    assert {name: event[name] for name in ("started_at", "known_at", "a", "b", "channel")} == {
        "started_at": T0,
        "known_at": T0 + 60_000,
        "a": 0,
        "b": 1,
        "channel": CALL,
    }
    assert (event["duration_s"], event["answered"], event["device"], event["cell"]) == (60, True, 0, 1)
    assert list(store.registry.number_of) == ["+8613800138000", "95588"]
    assert store.registry.kinds == [NumberKind.MSISDN, NumberKind.SHORT_CODE]
    assert list(store.registry.entity_of) == [(EntityKind.DEVICE, "860000000000001"), (EntityKind.CELL, "c1")]


def test_what_an_event_lacks_is_null(load_text: LoadText, store: MemoryStore) -> None:
    load_text("events.csv", f"started_at,a_number,b_number,channel\n{T0},13800138000,TAOBAO,sms\n")
    (event,) = store.ledger.rows()
    assert [event[name] for name in ("duration_s", "answered", "device", "cell")] == [None] * 4
    assert (event["channel"], event["known_at"]) == (SMS, T0)


def test_known_before_its_end_is_raised_to_it_and_noted(load_text: LoadText, store: MemoryStore) -> None:
    report = load_text("events.csv", HEADER + ROW.rstrip("\n") + f"{T0 - 5}\n")
    assert store.ledger.rows()[0]["known_at"] == T0 + 60_000
    assert report.notes == ["events.csv: 1 rows said they were known before their end, which was taken instead"]


def test_a_later_known_at_is_kept(load_text: LoadText, store: MemoryStore) -> None:
    load_text("events.csv", HEADER + ROW.rstrip("\n") + f"{T0 + 90_000}\n")
    assert store.ledger.rows()[0]["known_at"] == T0 + 90_000


def test_loading_twice_changes_nothing(load_text: LoadText, store: MemoryStore) -> None:
    load_text("events.csv", HEADER + ROW)
    report = load_text("events.csv", HEADER + ROW)
    assert report.feeds["events"] == FeedCounts(read=1, duplicate=1)
    assert len(store.ledger.rows()) == 1


def test_known_at_is_no_part_of_what_an_event_says(load_text: LoadText, store: MemoryStore) -> None:
    load_text("events.csv", HEADER + ROW)
    report = load_text("events.csv", HEADER + ROW.rstrip("\n") + f"{T0 + 90_000}\n")
    assert report.feeds["events"].duplicate == 1
    assert store.ledger.rows()[0]["known_at"] == T0 + 60_000, "the first arrival stands"


def test_the_same_event_id_with_other_content_is_a_conflict(load_text: LoadText, store: MemoryStore) -> None:
    report = load_text("events.csv", HEADER + ROW + ROW.replace(",60,", ",61,"))
    assert report.feeds["events"] == FeedCounts(read=2, accepted=1, rejected=1)
    assert reason_of(report, "event_id") == "same event id with other content"
    assert rejects(report)[0]["line"] == 3
    assert store.ledger.rows()[0]["duration_s"] == 60


def test_another_feed_id_is_another_event(tmp_path: Path, store: MemoryStore) -> None:
    path = tmp_path / "events.csv"
    path.write_text(HEADER + ROW)
    for feed_id in ("north", "south"):
        load([path], store.stores(), now=NOW, feed_id=feed_id)
    assert len(store.ledger.rows()) == 2


def test_without_event_ids_the_same_row_is_the_same_event_in_whatever_form(
    load_text: LoadText, store: MemoryStore
) -> None:
    header = "started_at,a_number,b_number,channel,duration_s\n"
    one = f"{T0},+8613800138000,95588,call,60\n"
    same = "2026-01-31T00:00:00Z,138 0013 8000,955 88,CALL,60.0\n"
    other = f"{T0},+8613800138000,95588,call,61\n"
    report = load_text("events.csv", header + one + same + other)
    assert report.feeds["events"] == FeedCounts(read=3, accepted=2, duplicate=1)
    assert len(store.registry.number_of) == 2


def test_ids_follow_known_at_then_event_id_and_no_key(tmp_path: Path) -> None:
    rows = [
        f"e2,{T0 + 1000},+8613800138005,+8613800138006,call,,,,,\n",
        f"e9,{T0},+8613800138003,+8613800138004,call,,,,,\n",
        f"e10,{T0},+8613800138001,+8613800138002,call,,,,,\n",
    ]
    path = tmp_path / "events.csv"
    path.write_text(HEADER + "".join(rows))
    store = MemoryStore(tmp_path)
    load([path], store.stores(), now=NOW)
    assert list(store.registry.number_of) == [f"+861380013800{i}" for i in range(1, 7)]


def test_rows_of_a_refused_row_register_no_number(load_text: LoadText, store: MemoryStore) -> None:
    load_text("events.csv", HEADER + ROW.replace("call", "fax"))
    assert store.registry.number_of == {}
    assert store.ledger.rows() == []


def test_a_number_in_a_refused_row_is_registered_by_the_next_good_one(load_text: LoadText, store: MemoryStore) -> None:
    load_text("events.csv", HEADER + ROW.replace("call", "fax") + ROW)
    assert list(store.registry.number_of) == ["+8613800138000", "95588"]


def test_a_call_to_oneself_is_kept(load_text: LoadText, store: MemoryStore) -> None:
    report = load_text("events.csv", HEADER + ROW.replace("95588", "13800138000"))
    assert report.feeds["events"].accepted == 1
    assert store.ledger.rows()[0]["a"] == store.ledger.rows()[0]["b"] == 0


@pytest.mark.parametrize(
    ("was", "becomes", "field", "reason"),
    [
        ("2026-01-31T08:00:00+08:00", "1970-01-01T00:00:00Z", "started_at", "before 1990"),
        ("2026-01-31T08:00:00+08:00", "1769817600", "started_at", "milliseconds"),
        ("2026-01-31T08:00:00+08:00", "2099-01-01T00:00:00Z", "started_at", "ahead"),
        ("2026-01-31T08:00:00+08:00", "2026-01-31T08:00:00", "started_at", "offset"),
        ("2026-01-31T08:00:00+08:00", "yesterday", "started_at", "ISO-8601"),
        ("2026-01-31T08:00:00+08:00", "", "started_at", "required"),
        ("+8613800138000", "", "a_number", "required"),
        ("+8613800138000", "???", "a_number", "neither a number"),
        ("95588", "\x0195588", "b_number", "control character"),
        ("call", "fax", "channel", "call, sms"),
        (",60,", ",-60,", "duration_s", "negative"),
        (",60,", ",1.5,", "duration_s", "whole number"),
        (",60,", ",700000,", "duration_s", "seven days"),
        (",60,", ",99999999999999999999,", "duration_s", "whole number"),
        ("true", "perhaps", "answered", "true, false"),
        ("c1", "c" * 600, "a_cell", "longer than 512 bytes"),
        ("e1", "e" * 600, "event_id", "longer than 512 bytes"),
        ("e1", "e\0", "event_id", "NUL"),
        ("e1", "e" * 3_000_000, "event_id", "longer than 512 bytes"),
        ("call", "c" * 3_000_000, "channel", "call, sms"),
        (",\n", ",1970-01-01T00:00:00Z\n", "known_at", "before 1990"),
    ],
)
def test_a_bad_value_refuses_its_row_alone(
    load_text: LoadText, store: MemoryStore, was: str, becomes: str, field: str, reason: str
) -> None:
    assert was in ROW
    good = ROW.replace("e1", "e2")
    report = load_text("events.csv", HEADER + ROW.replace(was, becomes, 1) + good)
    assert report.feeds["events"] == FeedCounts(read=2, accepted=1, rejected=1)
    assert reason in reason_of(report, field)
    assert rejects(report)[0]["line"] == 2
    assert rejects(report)[0]["file"] == "events.csv"


def test_rejects_never_hold_a_value(load_text: LoadText, store: MemoryStore) -> None:
    report = load_text("events.csv", HEADER + ROW.replace("call", "+8613911112222") + ROW + ROW.replace("60", "61"))
    assert report.rejects_file is not None
    text = report.rejects_file.read_text()
    assert "139" not in text
    assert "138" not in text
    assert [row["value_class"] for row in rejects(report)] == ["plus and 13 digits", "text of 2 characters"]
    assert stat.S_IMODE(report.rejects_file.stat().st_mode) == 0o600


def test_each_load_has_a_rejects_file_of_its_own(load_text: LoadText) -> None:
    first = load_text("events.csv", HEADER + ROW.replace("call", "fax"))
    second = load_text("events.csv", HEADER + ROW.replace("call", "fax"))
    assert first.rejects_file != second.rejects_file
    assert len(rejects(first)) == len(rejects(second)) == 1


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("events.csv", b"", "empty"),
        ("events.csv", b"\n\n", "empty"),
        ("events.ndjson", b"", "empty"),
        ("events.parquet", b"", "empty"),
        ("events.parquet", b"PAR1 but no more", "Parquet"),
        ("events.csv", (HEADER + ROW).encode("utf-16"), "iconv -f UTF-16"),
        ("events.csv", (HEADER + ROW).encode("utf-16-le"), "iconv -f UTF-16"),
        ("events.csv", (HEADER + ROW.replace("c1", "中国杭州")).encode("gb18030"), "iconv -f GB18030"),
        ("events.csv", HEADER.replace(",", ";") + ROW, "separated by semicolons"),
        ("events.csv", HEADER.replace(",", "\t") + ROW, "separated by tabs"),
        ("events.csv", HEADER.replace("channel,", "") + ROW, "required column channel is missing"),
        ("events.csv", HEADER.replace("a_cell", "a_imei") + ROW, "column a_imei is there twice"),
        ("events.csv", HEADER.replace("\n", "\r") + ROW.replace("\n", "\r"), "LF or CRLF"),
        ("events.csv", '"event_id,started_at\n', "header"),
        ("events.csv.gz", gzip.compress((HEADER + ROW).encode(), mtime=0)[:-12], "cut off or damaged"),
        ("events.csv.gz", b"no gzip at all", "cut off or damaged"),
        ("events.csv.zst", b"no zstd at all", "cut off or damaged"),
        ("events.ndjson", b"[1,2,3]\n", "no line at the beginning is a JSON object"),
        ("events.ndjson", b'{"started_at": 1}\n', "a_number, b_number, channel is missing"),
        ("flags.csv", b"known_at,scam_type\n", "number or kind and entity is missing"),
        ("links.csv", b"known_at,kind,entity\n", "number or holder is missing"),
    ],
)
def test_a_file_that_does_not_do_is_refused_whole(
    load_text: LoadText, store: MemoryStore, name: str, content: str | bytes, reason: str
) -> None:
    report = load_text(name, content)
    (refused,) = report.refused
    assert refused.file == name
    assert reason in refused.reason
    assert refused.rows_read == 0
    assert store.ledger.rows() == []
    assert store.registry.number_of == {}


def test_a_refused_file_does_not_keep_others_out(tmp_path: Path, store: MemoryStore) -> None:
    (tmp_path / "flags.csv").write_text("")
    (tmp_path / "events.csv").write_text(HEADER + ROW)
    report = load([tmp_path], store.stores(), now=NOW)
    assert report.refused == [RefusedFile("flags.csv", "the file is empty; it needs at least a header")]
    assert report.feeds["events"].accepted == 1
    assert report.feeds["flags"] == FeedCounts()


def test_a_header_alone_loads_nothing_and_is_noted(load_text: LoadText) -> None:
    report = load_text("events.csv", HEADER)
    assert report.feeds == {"events": FeedCounts()}
    assert report.refused == []
    assert report.notes == ["events.csv: has no rows"]


def test_a_byte_order_mark_and_crlf_are_accepted(load_text: LoadText) -> None:
    report = load_text("events.csv", b"\xef\xbb\xbf" + (HEADER + ROW).replace("\n", "\r\n").encode())
    assert report.feeds["events"].accepted == 1
    assert report.notes == []


def test_unknown_columns_are_ignored_with_one_warning(tmp_path: Path, store: MemoryStore) -> None:
    (tmp_path / "events").mkdir()
    for part in ("a", "b"):
        text = HEADER.replace("\n", ",colour,13800138000\n") + ROW.replace("\n", ",red,x\n").replace("e1", part)
        (tmp_path / "events" / f"{part}.csv").write_text(text)
    report = load([tmp_path], store.stores(), now=NOW)
    assert report.feeds["events"].accepted == 2
    assert report.notes == ["events: unknown columns are ignored: colour, number 12"]


def test_a_damaged_packed_file_says_how_far_it_came(tmp_path: Path, store: MemoryStore) -> None:
    rows = "".join(ROW.replace("e1", f"{i * 2654435761 % 2**32:08x}-{i * 40503 % 65537:05x}") for i in range(400_000))
    packed = gzip.compress((HEADER + rows).encode(), compresslevel=1)
    path = tmp_path / "events.csv.gz"
    path.write_bytes(packed[:-1000])

    report = load([path], store.stores(), now=NOW, batch_rows=100_000)
    (refused,) = report.refused
    assert refused.rows_read == report.feeds["events"].read > 0


def test_a_naive_parquet_time_refuses_the_file(tmp_path: Path, store: MemoryStore) -> None:
    table = pa.table(
        {
            "started_at": pa.array([T0], pa.timestamp("ms")),
            "a_number": ["1"],
            "b_number": ["2"],
            "channel": ["call"],
        }
    )
    pq.write_table(table, tmp_path / "events.parquet")
    report = load([tmp_path], store.stores(), now=NOW)
    assert "without an offset" in report.refused[0].reason


def test_kind_names_the_feed_of_a_file_with_another_name(tmp_path: Path, store: MemoryStore) -> None:
    path = tmp_path / "export-17.csv"
    path.write_text(HEADER + ROW)
    with pytest.raises(InputRefused, match="--kind"):
        load([path], store.stores(), now=NOW)
    assert load([path], store.stores(), now=NOW, kind="events").feeds["events"].accepted == 1


def test_an_impossible_request_is_refused_before_anything_is_loaded(tmp_path: Path, store: MemoryStore) -> None:
    with pytest.raises(InputRefused, match="does not exist"):
        load([tmp_path / "nowhere"], store.stores(), now=NOW)
    with pytest.raises(InputRefused, match="holds no feed"):
        load([tmp_path / "rejects"], store.stores(), now=NOW)
    with pytest.raises(UsageError, match="--kind is one of"):
        load([tmp_path], store.stores(), now=NOW, kind="calls")
    with pytest.raises(UsageError, match="feed id"):
        load([tmp_path], store.stores(), now=NOW, feed_id="")


def test_progress_is_told_of_every_batch(tmp_path: Path, store: MemoryStore) -> None:
    path = tmp_path / "events.csv"
    path.write_text(HEADER + "".join(ROW.replace("e1", f"e{i}") for i in range(2500)))
    told: list[tuple[str, int, int | None]] = []

    def listen(stage: str, done: int, total: int | None) -> None:
        told.append((stage, done, total))

    load([path], store.stores(), now=NOW, batch_rows=1000, progress=listen)
    assert [done for _, done, _ in told] == [0, 0, 1000, 2000, 2500], "what is kept, not what is under way"
    assert {(stage, total) for stage, _, total in told} == {("events", None)}
    assert len(store.ledger.rows()) == 2500
