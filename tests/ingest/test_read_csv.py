"""CSV: quotes, newlines in them, ragged and endless rows; wherever a block ends, the records are the same."""

import csv
import io
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphsvc.errors import InputRefused
from graphsvc.ingest import text_blocks
from graphsvc.ingest.feeds import DIRECTORY
from graphsvc.ingest.files import FeedFile
from graphsvc.ingest.read_csv import read_csv

HEADER = "number,role,label\n"

Record = tuple[int, tuple[str, ...]]


def records(folder: Path, content: str | bytes) -> tuple[list[Record], list[tuple[int, str, str]]]:
    """Line and fields of each good record, and line, field and reason of each broken one."""
    path = folder / "directory.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    good: list[Record] = []
    broken: list[tuple[int, str, str]] = []
    for block in read_csv(FeedFile(path, "directory", "csv", None), DIRECTORY).blocks:
        rows = [tuple(row[name] for name in ("number", "role", "label")) for row in block.table.to_pylist()]
        good += zip(block.lines.tolist(), rows, strict=True)
        broken += [(row.line, row.field, row.reason) for row in block.broken]
    return good, broken


def test_quotes_hold_commas_newlines_and_quotes(tmp_path: Path) -> None:
    good, broken = records(tmp_path, HEADER + '1,bank,"a, ""b""\nc"\r\n2,police,\n')
    assert good == [(2, ("1", "bank", 'a, "b"\nc')), (3, ("2", "police", ""))]
    assert broken == []


def test_columns_stand_in_any_order_and_blank_lines_are_no_records(tmp_path: Path) -> None:
    good, _ = records(tmp_path, "\n label ,x,number,role\n\nl,y,1,bank\n\n\nm,z,2,bank")
    assert good == [(2, ("1", "bank", "l")), (3, ("2", "bank", "m"))]


def test_a_ragged_row_is_refused_alone(tmp_path: Path) -> None:
    good, broken = records(tmp_path, HEADER + "1,bank,a\n2,bank\n3,bank,a,b\n\n4,bank,d\n")
    assert good == [(2, ("1", "bank", "a")), (5, ("4", "bank", "d"))]
    assert broken == [
        (3, "", "has 2 fields where the header has 3"),
        (4, "", "has 4 fields where the header has 3"),
    ]


@pytest.mark.parametrize("bad", ['2,bank,"open', '2,bank,"shut"x', '"2"2,bank,b'])
def test_a_stray_quote_refuses_its_own_line_and_no_other(tmp_path: Path, bad: str) -> None:
    good, broken = records(tmp_path, HEADER + f"1,bank,a\n{bad}\n3,bank,c\n4,bank,d\n")
    assert [line for line, _ in good] == [2, 4, 5]
    assert [(line, field) for line, field, _ in broken] == [(3, "")]


def test_bytes_that_are_not_utf8_refuse_their_row_and_name_the_field(tmp_path: Path) -> None:
    good, broken = records(tmp_path, HEADER.encode() + "1,bank,银行\n".encode() + b"2,bank,\xff\xfe\n3,bank,c\n")
    assert [line for line, _ in good] == [2, 4]
    assert broken == [(3, "label", "is not UTF-8")]


@pytest.mark.parametrize("block_bytes", [100_000, 1_500_000])
def test_an_endless_record_is_refused_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block_bytes: int) -> None:
    monkeypatch.setattr(text_blocks, "BLOCK_BYTES", block_bytes)
    good, broken = records(tmp_path, HEADER + f"1,bank,a\n2,bank,{'x' * 3_000_000}\n3,bank,c\n")
    assert [line for line, _ in good] == [2, 4]
    assert [line for line, _, _ in broken] == [3]


def test_an_open_quote_does_not_swallow_the_rest_of_a_large_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_blocks, "BLOCK_BYTES", 10_000)
    monkeypatch.setattr(text_blocks, "RECORD_BYTES_MAX", 20_000)
    rows = [f"{i},bank,l{i}\n" for i in range(10_000)]
    rows[17] = '17,bank,"open\n'
    good, broken = records(tmp_path, HEADER + "".join(rows))
    assert [line for line, _, _ in broken] == [19]
    assert [line for line, _ in good] == [line for line in range(2, 10_002) if line != 19]


fields = st.text(st.sampled_from('ab",\n 银'), max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(fields, fields, fields), max_size=12), st.integers(1, 60), st.sampled_from(["\n", "\r\n"]))
def test_wherever_blocks_end_the_records_are_those_of_the_csv_module(
    tmp_path: Path, rows: list[tuple[str, str, str]], block_bytes: int, line_end: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=line_end)
    writer.writerow(["number", "role", "label"])
    writer.writerows(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_blocks, "BLOCK_BYTES", block_bytes)
        good, broken = records(tmp_path, text.getvalue())
    assert [row for _, row in good] == rows
    assert [line for line, _ in good] == list(range(2, 2 + len(rows)))
    assert broken == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from('a",\n\r\0'), max_size=60))
def test_any_text_after_a_header_is_split_into_good_and_broken_records(tmp_path: Path, body: str) -> None:
    good, broken = records(tmp_path, HEADER + body)
    lines = sorted([line for line, _ in good] + [line for line, _, _ in broken])
    assert lines == list(range(2, 2 + len(lines)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("13800138000,bank,a\n13900139000,bank,b\n", "required column number, role is missing"),
        ("x" * 2_000_000 + "\n", "longer than any header"),
        ("number,role\xff\n".encode("latin-1"), "not CSV in UTF-8"),
    ],
)
def test_a_header_that_does_not_do_is_refused_without_repeating_it(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    with pytest.raises(InputRefused, match=message) as caught:
        records(tmp_path, content)
    assert "138" not in str(caught.value)


def test_one_line_of_another_encoding_does_not_make_a_file_gb18030(tmp_path: Path) -> None:
    good, broken = records(tmp_path, HEADER.encode() + "1,bank,银行\n".encode() + "2,bank,银行\n".encode("gb18030"))
    assert [line for line, _ in good] == [2]
    assert [line for line, _, _ in broken] == [3]


def test_thousands_of_quoted_rows_are_read_across_many_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_blocks, "BLOCK_BYTES", 4096)
    chance = random.Random(5)
    rows = [(str(i), "bank", "x" * chance.randrange(50) + '"\n' * chance.randrange(2)) for i in range(5000)]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("number", "role", "label"), *rows])
    good, broken = records(tmp_path, text.getvalue())
    assert [row for _, row in good] == rows
    assert broken == []
