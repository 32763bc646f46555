"""Checked rows of the feed `events` as NEW_EVENTS, in the order in which they reached us."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphsvc.ingest.ids import MISSING
from graphsvc.ingest.keys import row_keys, text_keys
from graphsvc.ingest.rows import Intake, Rows, settle_entities, settle_numbers
from graphsvc.ingest.text import Text, order_ties
from graphsvc.model.tables import NEW_EVENTS

_CONTENT: Final = 0  # what content keys are prefixed with; derived event keys have their feed's
_NOTHING: Final = -1  # what a missing value is hashed as


@dataclass(frozen=True)
class NewEvents:
    """Events ready for the ledger. `rows` says which row of the batch each came from."""

    table: pa.Table
    rows: NDArray[np.int64]
    raised: int  # how many were said to be known before they ended


def new_events(checked: Rows, intake: Intake) -> NewEvents:
    """The good rows by `known_at`, event id and place in the file; new numbers are registered so too."""
    known_at, raised = _known_at(checked)
    good = checked.faults.good()
    order = good[np.argsort(known_at[good], kind="stable")]
    event_id = checked.values["event_id"].text
    order_ties(order, known_at, event_id.offsets, event_id.data)

    ids = settle_numbers(checked, intake, order) | settle_entities(checked, intake, order)
    content = _content(checked, ids, order)
    started_at, _, _, channel, duration_s, answered, _, _ = content
    columns = {
        "started_at": pa.array(started_at),
        "known_at": pa.array(known_at[order]),
        "a": pa.array(ids["a_number"]),
        "b": pa.array(ids["b_number"]),
        "channel": _nullable(channel, pa.int8()),
        "duration_s": _nullable(duration_s, pa.int32()),
        "answered": _nullable(answered, pa.bool_()),
        "device": pa.array(ids["a_imei"], mask=ids["a_imei"] == MISSING),
        "cell": pa.array(ids["a_cell"], mask=ids["a_cell"] == MISSING),
        "event_key": pa.array(_event_keys(event_id, content, intake, order)),
        "content_key": pa.array(row_keys(intake.key, _CONTENT, content)),
    }
    table = pa.table(columns, schema=NEW_EVENTS)
    return NewEvents(table, order, int(np.count_nonzero(raised[order])))


def _known_at(checked: Rows) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """When each row was known, no earlier than its end, and where that is later than the feed says."""
    started, duration, said = (checked.values[name] for name in ("started_at", "duration_s", "known_at"))
    ended = started.integers + 1000 * np.where(duration.missing, 0, duration.integers)
    early = ~said.missing & (said.integers < ended)
    return np.where(said.missing | early, ended, said.integers), early


def _content(checked: Rows, ids: dict[str, NDArray[np.int32]], order: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """What an event says, as integers: when it became known is no part of it."""

    def values(name: str) -> NDArray[np.int64]:
        column = checked.values[name]
        return np.where(column.missing[order], _NOTHING, column.integers[order])

    return [
        values("started_at"),
        ids["a_number"].astype(np.int64),
        ids["b_number"].astype(np.int64),
        values("channel"),
        values("duration_s"),
        values("answered"),
        ids["a_imei"].astype(np.int64),
        ids["a_cell"].astype(np.int64),
    ]


def _nullable(values: NDArray[np.int64], type: pa.DataType) -> pa.Array:
    """Values of an event's content as Arrow: none of them is below 0, so that `_NOTHING` says what is missing."""
    return pa.array(values.astype(type.to_pandas_dtype()), type, mask=values == _NOTHING)


def _event_keys(
    event_id: Text, content: list[NDArray[np.int64]], intake: Intake, order: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Keys by feed id and event id; where there is no event id, by feed id and content."""
    prefix = intake.feed_id.encode() + b"\0"
    keys = text_keys(intake.key, prefix, event_id)[order]
    without = np.flatnonzero(event_id.empty()[order])
    if len(without):
        feed = int(text_keys(intake.key, b"rows of " + prefix, Text.missing(1))[0])
        keys[without] = row_keys(intake.key, feed, [column[without] for column in content])
    return keys
