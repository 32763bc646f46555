"""NDJSON: one JSON object a line, UTF-8. Fast where a block is well formed, line by line where not."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

import numpy as np
import orjson
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from graphsvc.errors import InputRefused
from graphsvc.ingest.blocks import Block, Reading, known_columns, text_table, unknown_columns
from graphsvc.ingest.faults import Broken
from graphsvc.ingest.feeds import Feed
from graphsvc.ingest.files import FeedFile
from graphsvc.ingest.text_blocks import RECORD_BYTES_MAX, TextBlock, text_blocks

_SLOW_ESCAPES: Final = (b"\\u00", b"\\ud", b"\\uD")
"""Escapes of NUL and of surrogates, that parsers read differently."""
_SAMPLE_LINES: Final = 1000
"""Lines whose keys say which columns the file has."""


def read_ndjson(file: FeedFile, feed: Feed) -> Reading:
    """The file opened. Raises InputRefused where no row at its beginning has a required column."""
    blocks = text_blocks(file, quoted=False)
    first = next(blocks, None)
    if first is None or not first.data.strip():
        raise InputRefused("the file is empty")
    names = _names(first.data)
    known_columns(names, feed)
    return Reading(unknown_columns(names, feed), None, _read(feed, chain([first], blocks)))


def read_lines(feed: Feed, rows: Sequence[bytes], places: NDArray[np.int64]) -> Block:
    """Rows that came one by one, none with a newline in it; `places` (ascending) tells which row is which."""
    data = b"\n".join(rows)
    block = None
    if rows and all(len(row) <= RECORD_BYTES_MAX for row in rows) and _is_utf8(data):
        block = _read_fast(feed, data, 0) if _is_simple(TextBlock(data, clean=True)) else None
    block = block or _read_slowly(feed, data, 0)
    told = [replace(broken, line=int(places[broken.line])) for broken in block.broken]
    return Block(block.table, places[block.lines], told)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _names(data: bytes) -> list[str]:
    """The keys that the first lines have, in order of appearance."""
    names: dict[str, None] = {}
    objects = 0
    for line in data.split(b"\n", _SAMPLE_LINES)[:_SAMPLE_LINES]:
        row = _parsed(line)
        if isinstance(row, dict):
            names.update(dict.fromkeys(row))
            objects += 1
    if not objects:
        raise InputRefused("no line at the beginning is a JSON object; NDJSON has one a line")
    return list(names)


def _parsed(line: bytes) -> object:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


def _read(feed: Feed, blocks: Iterator[TextBlock]) -> Iterator[Block]:
    line = 1
    for block in blocks:
        read = _read_fast(feed, block.data, line) if _is_simple(block) else None
        read = read or _read_slowly(feed, block.data, line)
        line += read.rows
        yield read


def _is_simple(block: TextBlock) -> bool:
    """Whether each line is one flat object, so that the fast reader and the slow one cannot disagree."""
    data = block.data
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    return (
        block.clean
        and data.count(b"{") == data.count(b"}") == lines
        and b"[" not in data
        and b"\0" not in data
        and not any(escape in data for escape in _SLOW_ESCAPES)
    )


def _read_fast(feed: Feed, data: bytes, line: int) -> Block | None:
    """The block by Polars, every value as text; None where a line is no JSON."""
    try:
        frame = pl.read_ndjson(io.BytesIO(data), schema=dict.fromkeys(feed.names(), pl.String()))
    except pl.exceptions.PolarsError:
        return None
    if frame.height != data.count(b"\n") + (not data.endswith(b"\n")):
        return None
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    return Block(
        table.cast(pa.schema([pa.field(name, pa.string()) for name in feed.names()])),
        line + np.arange(frame.height, dtype=np.int64),
    )


def _read_slowly(feed: Feed, data: bytes, line: int) -> Block:
    """The block line by line, so that only the bad lines are refused."""
    names = feed.names()
    rows: list[list[str | None]] = []
    lines: list[int] = []
    broken: list[Broken] = []
    for text in data.split(b"\n"):
        if not text.strip():
            continue
        values = _values(text, names)
        if isinstance(values, list):
            rows.append(values)
            lines.append(line)
        else:
            broken.append(Broken(line, values.field, values.value_class, values.reason))
        line += 1
    return Block(text_table(names, rows), np.array(lines, dtype=np.int64), broken)


def _values(text: bytes, names: list[str]) -> list[str | None] | Broken:
    if len(text) > RECORD_BYTES_MAX:
        return Broken(0, "", "row", f"is longer than {RECORD_BYTES_MAX} bytes")
    try:
        row = orjson.loads(text)
    except orjson.JSONDecodeError:
        return Broken(0, "", "row", "is not JSON in UTF-8")
    if not isinstance(row, dict):
        return Broken(0, "", "row", "is not a JSON object")
    values = [row.get(name) for name in names]
    for name, value in zip(names, values, strict=True):
        if isinstance(value, dict | list):
            return Broken(0, name, "object or list", "is not a plain value")
        if isinstance(value, str) and "\0" in value:
            return Broken(0, name, f"text of {len(value)} characters", "has a NUL in it")
    return [_text(value) for value in values]


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return None if value is None else str(value)
