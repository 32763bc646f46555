"""NDJSON: the fast and the slow way agree, and a bad line is refused alone."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphsvc.ingest import read_ndjson as module
from graphsvc.ingest import text_blocks
from graphsvc.ingest.feeds import DIRECTORY
from graphsvc.ingest.files import FeedFile
from graphsvc.ingest.read_ndjson import read_ndjson

GOOD = '{"number": "1", "role": "bank", "label": "a"}'


def records(folder: Path, content: str | bytes) -> tuple[list[tuple[int, Any]], list[tuple[int, str, str]]]:
    """Line and label of each good record, and line, field and reason of each broken one."""
    path = folder / "directory.ndjson"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    good: list[tuple[int, Any]] = []
    broken: list[tuple[int, str, str]] = []
    for block in read_ndjson(FeedFile(path, "directory", "ndjson", None), DIRECTORY).blocks:
        good += zip(block.lines.tolist(), block.table.column("label").to_pylist(), strict=True)
        broken += [(row.line, row.field, row.reason) for row in block.broken]
    return good, broken


@pytest.mark.parametrize(
    ("bad", "field", "reason"),
    [
        ("{", "", "not JSON"),
        ("nonsense", "", "not JSON"),
        ("[1]", "", "not a JSON object"),
        ("17", "", "not a JSON object"),
        ('{"number": "1", "role": "bank", "label": {"a": 1}}', "label", "not a plain value"),
        ('{"number": ["1"], "role": "bank"}', "number", "not a plain value"),
        ('{"number": "1", "role": "bank", "label": "a\\u0000"}', "label", "NUL"),
        ('{"number": "1", "role": "bank", "label": "\\ud800"}', "", "not JSON"),
        (GOOD + " and more", "", "not JSON"),
        (GOOD + GOOD, "", "not JSON"),
    ],
)
def test_a_bad_line_is_refused_alone(tmp_path: Path, bad: str, field: str, reason: str) -> None:
    good, broken = records(tmp_path, f"{GOOD}\n{bad}\n{GOOD}")
    assert good == [(1, "a"), (3, "a")]
    ((line, in_field, why),) = broken
    assert (line, in_field) == (2, field)
    assert reason in why


def test_bytes_that_are_not_utf8_refuse_their_line(tmp_path: Path) -> None:
    bad = GOOD.encode().replace(b'"a"', b'"\xff"')
    good, broken = records(tmp_path, GOOD.encode() + b"\n" + bad + b"\n" + GOOD.encode())
    assert [line for line, _ in good] == [1, 3]
    assert broken == [(2, "", "is not JSON in UTF-8")]


def test_a_line_without_end_is_refused_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_blocks, "BLOCK_BYTES", 100_000)
    good, broken = records(tmp_path, f"{GOOD}\n{GOOD.replace('a', 'a' * 3_000_000)}\n{GOOD}\n")
    assert good == [(1, "a"), (3, "a")]
    assert broken == [(2, "", "is longer than 1048576 bytes")]


def test_blank_lines_and_crlf_are_no_records(tmp_path: Path) -> None:
    good, broken = records(tmp_path, f"\n{GOOD}\r\n\r\n{GOOD}\n")
    assert good == [(1, "a"), (2, "a")]
    assert broken == []


values = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.integers(-1000, 1000).map(float)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.fixed_dictionaries({"number": values, "role": values, "label": values}), min_size=1), st.booleans())
def test_the_fast_and_the_slow_way_agree(tmp_path: Path, rows: list[dict[str, Any]], ascii_only: bool) -> None:
    data = "".join(json.dumps(row, ensure_ascii=ascii_only) + "\n" for row in rows).encode()
    fast = module._read_fast(DIRECTORY, data, 1)
    slow = module._read_slowly(DIRECTORY, data, 1)
    assert fast is not None
    assert slow.broken == []
    assert fast.table.to_pylist() == slow.table.to_pylist()
    assert fast.lines.tolist() == slow.lines.tolist()
