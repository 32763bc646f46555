"""CSV by RFC 4180: comma, double quotes, UTF-8, a header.

Fast where a block is well formed, row by row where it is not.
"""

import csv
from collections.abc import Iterator
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.csv

from graphsvc.errors import InputRefused
from graphsvc.ingest.blocks import Block, Reading, known_columns, text_table, unknown_columns
from graphsvc.ingest.faults import Broken, value_class
from graphsvc.ingest.feeds import Feed
from graphsvc.ingest.files import FeedFile
from graphsvc.ingest.text_blocks import RECORD_BYTES_MAX, TextBlock, text_blocks

_OTHER_DELIMITERS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}
_FIRST_LINE: Final = 2  # the header is line 1


def read_csv(file: FeedFile, feed: Feed) -> Reading:
    """The file opened. Raises InputRefused where its header does not do for the feed."""
    blocks = text_blocks(file, quoted=True)
    first = next(blocks, None)
    if first is None or not first.data.strip():
        raise InputRefused("the file is empty; it needs at least a header")
    names, rest = _header(first, feed)
    wanted = known_columns(names, feed)
    return Reading(unknown_columns(names, feed), None, _read(names, wanted, rest, blocks))


def _header(first: TextBlock, feed: Feed) -> tuple[list[str], TextBlock]:
    """The column names, and the first block without them."""
    line, newline, rest = first.data.lstrip(b"\r\n").partition(b"\n")
    if not newline and b"\r" in line.rstrip(b"\r"):
        raise InputRefused("lines end in a carriage return alone; save the file with LF or CRLF line ends")
    if len(line) > RECORD_BYTES_MAX:
        raise InputRefused("the header is longer than any header is; is this a CSV file?")
    try:
        text = line.decode("utf-8").rstrip("\r")
        names = [name.strip() for name in next(csv.reader([text], strict=True), [])]
    except (UnicodeDecodeError, csv.Error):
        raise InputRefused("the header is not CSV in UTF-8") from None
    _refuse_other_delimiters(text, names, feed)
    return names, TextBlock(rest, first.clean)


def _refuse_other_delimiters(header: str, names: list[str], feed: Feed) -> None:
    if not feed.missing_from(set(names)):
        return
    for delimiter, called in _OTHER_DELIMITERS.items():
        split = {name.strip(' "') for name in header.split(delimiter)}
        if not feed.missing_from(split):
            raise InputRefused(f"columns are separated by {called}; separate them by commas")


def _read(names: list[str], wanted: list[str], first: TextBlock, others: Iterator[TextBlock]) -> Iterator[Block]:
    line = _FIRST_LINE
    for block in _chain(first, others):
        read = _read_fast(names, wanted, block.data, line) if _is_simple(block) else None
        read = read or _read_slowly(names, wanted, block.data, line)
        line += read.rows
        yield read


def _chain(first: TextBlock, others: Iterator[TextBlock]) -> Iterator[TextBlock]:
    if first.data:
        yield first
    yield from others


def _is_simple(block: TextBlock) -> bool:
    """Whether the fast reader and the slow one cannot disagree about this block."""
    data = block.data
    return block.clean and b"\0" not in data and data.count(b"\r") == data.count(b"\r\n")


def _read_fast(names: list[str], wanted: list[str], data: bytes, line: int) -> Block | None:
    """The block by pyarrow, or None where a row is ragged or not UTF-8."""
    places = [f"c{place}" for place in range(len(names))]
    columns = [places[names.index(name)] for name in wanted]
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(data),
            read_options=pa.csv.ReadOptions(column_names=places, block_size=len(data) + 1, use_threads=False),
            parse_options=pa.csv.ParseOptions(newlines_in_values=b'"' in data),
            convert_options=pa.csv.ConvertOptions(
                include_columns=columns,
                column_types=dict.fromkeys(columns, pa.string()),
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    return Block(table.rename_columns(wanted), line + np.arange(table.num_rows, dtype=np.int64))


def _read_slowly(names: list[str], wanted: list[str], data: bytes, line: int) -> Block:
    """The block row by row, so that only the bad rows are refused."""
    places = [names.index(name) for name in wanted]
    rows: list[list[str | None]] = []
    lines: list[int] = []
    broken: list[Broken] = []
    for row in _records(data):
        fault = row if isinstance(row, str) else _fault(row, names)
        if fault is None:
            rows.append([row[place] for place in places])
            lines.append(line)
        elif isinstance(fault, Broken):
            broken.append(Broken(line, fault.field, fault.value_class, fault.reason))
        else:
            broken.append(Broken(line, "", "row", fault))
        line += 1
    return Block(text_table(wanted, rows), np.array(lines, dtype=np.int64), broken)


def _records(data: bytes) -> Iterator[list[str] | str]:
    """Each record's fields, or why it cannot be split; after such a one it goes on with the next line."""
    texts = data.decode("utf-8", "surrogateescape").split("\n")
    texts = [text.removesuffix("\r") + "\n" for text in texts]
    at = 0
    while at < len(texts):
        reader = csv.reader(iter(texts[at : at + 1]) if '"' not in texts[at] else _from(texts, at), strict=True)
        try:
            row = next(reader, [])
            consumed = reader.line_num
        except csv.Error:
            yield "cannot be split into fields: quotes do not match, or a field is too long"
            at += 1
            continue
        at += consumed
        if row:
            yield row


def _from(texts: list[str], at: int) -> Iterator[str]:
    for i in range(at, len(texts)):
        yield texts[i]


def _fault(row: list[str], names: list[str]) -> Broken | str | None:
    if len(row) != len(names):
        return f"has {len(row)} fields where the header has {len(names)}"
    for name, value in zip(names, row, strict=True):
        if "\0" in value:
            return Broken(0, name, value_class(value), "has a NUL in it")
        if not value.isascii() and any("\udc80" <= character <= "\udcff" for character in value):
            return Broken(0, name, "bytes", "is not UTF-8")
    return None
