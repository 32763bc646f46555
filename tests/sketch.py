"""Draws contacts as text, and makes events and snapshots of plain tuples, for tests of every room.

    gang! -3> ann -> bob
    gang ~> cyd

`!` marks a flagged number, `-3>` is three calls and `->` one, `~>` is a message. Names get ids from 0 as they
appear.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from graphsvc.graph.fold import fold
from graphsvc.graph.snapshot import Snapshot
from graphsvc.model.tables import EVENTS
from graphsvc.model.words import CHANNEL_CODES, EventChannel

START = 1_700_000_000_000
MINUTE = 60_000
END_OF_TIME = 2**62

Row = tuple[int, int, int, int | None, str]
"""a, b, started_at in epoch ms, duration in seconds or None, "call" or "sms"."""

_ARROW = re.compile(r"([-~])(\d*)>")


@dataclass(frozen=True)
class Sketch:
    """What a drawing says: ids by name, the flagged ids, and events a minute apart in the order drawn."""

    ids: dict[str, int]
    flagged: frozenset[int]
    rows: tuple[Row, ...]

    @property
    def snapshot(self) -> Snapshot:
        return snapshot_of(self.rows)

    def names(self, ids: Iterable[int]) -> list[str]:
        name_of = {number: name for name, number in self.ids.items()}
        return [name_of[int(number)] for number in ids]


def draw(text: str, *, call_seconds: int = 30) -> Sketch:
    ids: dict[str, int] = {}
    flagged: set[int] = set()
    rows: list[Row] = []
    for words in filter(None, (line.split() for line in text.splitlines())):
        for name in words[::2]:
            number = ids.setdefault(name.rstrip("!"), len(ids))
            if name.endswith("!"):
                flagged.add(number)
        for a, arrow, b in zip(words[::2], words[1::2], words[2::2], strict=False):
            drawn = _ARROW.fullmatch(arrow)
            assert drawn, f"{arrow} is no arrow"
            call = drawn[1] == "-"
            for _ in range(int(drawn[2] or 1)):
                at = START + len(rows) * MINUTE
                seconds, channel = (call_seconds, "call") if call else (None, "sms")
                rows.append((ids[a.rstrip("!")], ids[b.rstrip("!")], at, seconds, channel))
    return Sketch(ids, frozenset(flagged), tuple(rows))


def events_of(rows: Sequence[Row]) -> pa.RecordBatch:
    """One batch of EVENTS, known when they ended, numbered in the order given."""
    a, b, at, seconds, channel = (list(column) for column in zip(*rows, strict=True)) if rows else ([],) * 5
    columns = {
        "seq": list(range(len(rows))),
        "started_at": at,
        "known_at": [row[2] + 1000 * (row[3] or 0) for row in rows],
        "a": a,
        "b": b,
        "channel": [CHANNEL_CODES[EventChannel(name)] for name in channel],
        "duration_s": seconds,
    }
    nothing = [None] * len(rows)
    return pa.record_batch(
        [pa.array(columns.get(field.name, nothing), type=field.type) for field in EVENTS], schema=EVENTS
    )


def snapshot_of(rows: Sequence[Row], *, as_of: int = END_OF_TIME) -> Snapshot:
    return fold([events_of(rows)], as_of=as_of, snapshot_id="sketch")
