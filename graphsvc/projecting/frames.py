"""Between Arrow tables and frames, and how the model writes an instant."""

from typing import Final

import polars as pl
import pyarrow as pa

INSTANT: Final = pl.Datetime("ms", "UTC")
"""Becomes a `ZONED DATETIME`."""


def frame_of(rows: pa.Table | pa.RecordBatch) -> pl.DataFrame:
    """Rows as a frame."""
    frame = pl.from_arrow(rows)
    if isinstance(frame, pl.Series):
        raise TypeError("rows have more than one column")
    return frame
