"""From a column as it was read to checked values, a whole batch at a time.

A column comes as text (CSV, NDJSON) or as one of Parquet's types. Each check gives values and a fault a row;
the value of a faulty or missing row means nothing, and `missing` says where a value is missing.
"""

from dataclasses import dataclass
from typing import Final, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphsvc.errors import InputRefused
from graphsvc.ingest.faults import NOTE_BYTES_MAX, TEXT_BYTES_MAX, Fault
from graphsvc.ingest.feeds import Field, FieldType
from graphsvc.ingest.text import Text, text_faults, whole_seconds
from graphsvc.ingest.times import AHEAD_MS, EARLIEST_MS, instants

SECONDS_MAX: Final = 7 * 86_400
"""The longest call that is believed."""

_TRUTHS: Final = {"true": 1, "false": 0, "1": 1, "0": 0, "1.0": 1, "0.0": 0}
_WRONG: Final = -1  # the code of a text that is none of the words
_NONE: Final = -2  # of a missing one
_LONG_DIGITS: Final = "[+＋]?[0-9０-９](?:[ ().（）-]*[0-9０-９]){6,}"
REDACTED: Final = "[digits removed]"


@dataclass(frozen=True)
class Checked:
    """Values of a column (of a dictionary of identifiers, their codes).

    `missing` marks rows without one, `faults` those with a wrong one.
    """

    values: NDArray[np.int64] | NDArray[np.int32] | NDArray[np.float64] | Text
    missing: NDArray[np.bool_]
    faults: NDArray[np.uint8]

    @property
    def text(self) -> Text:
        """The values of a column of texts, numbers or entities."""
        return cast("Text", self.values)

    @property
    def integers(self) -> NDArray[np.int64]:
        """The values of a column of instants, seconds, truths or words (by their place among the words)."""
        return cast("NDArray[np.int64]", self.values)

    def array(self, type: pa.DataType, rows: NDArray[np.int64]) -> pa.Array:
        """The values of these rows as Arrow, null where missing."""
        missing = self.missing[rows]
        if isinstance(self.values, Text):
            taken = self.values.take(rows).array
            return pc.if_else(pa.array(missing), pa.scalar(None, type), taken) if missing.any() else taken
        return pa.array(self.values[rows], mask=missing).cast(type)


def check(column: pa.Array, field: Field, now: int) -> Checked:
    """The column checked by its field's rule; numbers and entities are only checked as texts here.

    Raises InputRefused where the column's Parquet type cannot hold such a field.
    """
    if field.type is FieldType.INSTANT:
        checked = _instants(column, field, now)
    elif field.type is FieldType.SECONDS:
        checked = _seconds(column, field)
    elif field.type is FieldType.TRUTH:
        checked = _truths(column, field)
    elif field.type is FieldType.WORD:
        codes = {word: code for code, word in enumerate(field.words)}
        checked = _coded(_encoded(column, field), codes, Fault.NOT_WORD)
    elif field.type is FieldType.REAL:
        checked = _reals(column, field)
    else:
        checked = _texts(as_text(column, field), field)
    if field.required:
        checked.faults[checked.missing & (checked.faults == 0)] = Fault.MISSING
    return checked


def as_text(column: pa.Array, field: Field) -> Text:
    """The column as text, empty where null."""
    if pa.types.is_floating(column.type) and field.type is not FieldType.TRUTH:
        raise _unfit(field, "floating-point figures; write text")
    if pa.types.is_nested(column.type):
        raise _unfit(field, "lists or structures; write plain values")
    try:
        return Text.of(column.cast(pa.string()))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise _unfit(field, "values that are not text") from None


def _unfit(field: Field, holds: str) -> InputRefused:
    return InputRefused(f"column {field.name} holds {holds}")


def _nothing_wrong(rows: int) -> NDArray[np.uint8]:
    return np.zeros(rows, dtype=np.uint8)


def _plain(column: pa.Array, type: pa.DataType) -> NDArray[np.int64]:
    filled = pc.fill_null(pc.cast(column, type, safe=False), pa.scalar(0, type))
    plain: NDArray[np.int64] = filled.to_numpy(zero_copy_only=False)
    return plain


def _null_rows(column: pa.Array) -> NDArray[np.bool_]:
    nulls: NDArray[np.bool_] = column.is_null().to_numpy(zero_copy_only=False)
    return nulls


def _instants(column: pa.Array, field: Field, now: int) -> Checked:
    type = column.type
    missing = _null_rows(column)
    if pa.types.is_timestamp(type) or pa.types.is_date(type):
        if pa.types.is_date(type) or type.tz is None:
            raise _unfit(field, "times without an offset; store timestamps adjusted to UTC, or epoch milliseconds")
        values = _plain(pc.cast(column, pa.timestamp("ms", tz=type.tz), safe=False), pa.int64())
        faults = _nothing_wrong(len(column))
    elif pa.types.is_integer(type):
        values = _plain(column, pa.int64())
        faults = _nothing_wrong(len(column))
    elif pa.types.is_floating(type):
        values, faults = _whole(column, Fault.NO_TIME)
    else:
        text = as_text(column, field)
        missing = text.empty()
        values, faults = instants(text.offsets, text.data)
    known = ~missing & (faults == 0)
    faults[known & (values < EARLIEST_MS)] = Fault.TOO_EARLY
    if not field.far_future:
        faults[known & (values > now + AHEAD_MS)] = Fault.TOO_LATE
    return Checked(values, missing, faults)


def _whole(column: pa.Array, fault: Fault) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    figures = pc.fill_null(column.cast(pa.float64()), 0.0).to_numpy(zero_copy_only=False)
    whole = np.isfinite(figures) & (np.floor(figures) == figures) & (np.abs(figures) < 2.0**53)
    return np.where(whole, figures, 0).astype(np.int64), np.where(whole, 0, fault).astype(np.uint8)


def _seconds(column: pa.Array, field: Field) -> Checked:
    missing = _null_rows(column)
    if pa.types.is_integer(column.type):
        values = _plain(column, pa.int64())
        faults = _nothing_wrong(len(column))
    elif pa.types.is_floating(column.type):
        values, faults = _whole(column, Fault.NOT_WHOLE)
    else:
        text = as_text(column, field)
        missing = text.empty()
        values, faults = whole_seconds(text.offsets, text.data)
        faults[faults != 0] = Fault.NOT_WHOLE
    known = ~missing & (faults == 0)
    faults[known & (values < 0)] = Fault.NEGATIVE
    faults[known & (values > SECONDS_MAX)] = Fault.TOO_LONG_CALL
    return Checked(values, missing, faults)


def _truths(column: pa.Array, field: Field) -> Checked:
    if not pa.types.is_boolean(column.type):
        return _coded(_encoded(column, field), _TRUTHS, Fault.NOT_TRUTH)
    return Checked(_plain(column, pa.int8()).astype(np.int64), _null_rows(column), _nothing_wrong(len(column)))


def _encoded(column: pa.Array, field: Field) -> pa.DictionaryArray:
    """The column as a dictionary of texts; a reader may have left it one."""
    if pa.types.is_dictionary(column.type):
        return column
    return as_text(column, field).array.dictionary_encode()


def _coded(encoded: pa.DictionaryArray, codes: dict[str, int], fault: Fault) -> Checked:
    """Texts as the codes of their words; case and spaces around do not matter."""
    words = encoded.dictionary.to_pylist()
    known = [codes.get(word.strip().lower(), _WRONG) if word else _NONE for word in words]
    code_of = np.array([*known, _NONE], dtype=np.int64)  # a null is the last
    values = code_of[pc.fill_null(encoded.indices.cast(pa.int32()), len(words)).to_numpy()]
    faults = np.where(values == _WRONG, fault, 0).astype(np.uint8)
    return Checked(values, values == _NONE, faults)


def _reals(column: pa.Array, field: Field) -> Checked:
    missing = _null_rows(column)
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type) or pa.types.is_decimal(column.type):
        values = pc.fill_null(column.cast(pa.float64(), safe=False), 0.0).to_numpy(zero_copy_only=False)
        faults = _nothing_wrong(len(column))
    else:
        text = as_text(column, field)
        missing = text.empty()
        figure = pc.match_substring_regex(text.array, r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$")
        good = pc.if_else(figure, pc.utf8_trim_whitespace(text.array), "0")
        values = good.cast(pa.float64()).to_numpy(zero_copy_only=False)
        faults = np.where(figure.to_numpy(zero_copy_only=False) | missing, 0, Fault.NOT_REAL).astype(np.uint8)
    faults[~missing & ~np.isfinite(values)] = Fault.NOT_REAL
    known = ~missing & (faults == 0)
    too_small = values <= 0 if field.positive else values < 0
    faults[known & (too_small | (values > field.most))] = Fault.OUT_OF_RANGE
    return Checked(values, missing, faults)


def _texts(text: Text, field: Field) -> Checked:
    note = field.type is FieldType.NOTE
    if note:
        # A free text may run over lines; what matters is that no number stays in it.
        plain = pc.replace_substring_regex(text.array, "[\\x00-\\x1f\\x7f]+", " ")
        text = Text.of(pc.replace_substring_regex(plain, _LONG_DIGITS, REDACTED))
    faults = text_faults(text.offsets, text.data, NOTE_BYTES_MAX if note else TEXT_BYTES_MAX)
    if faults.any():
        faults = np.array([0, Fault.TOO_LONG, Fault.CONTROL], dtype=np.uint8)[faults]
    missing = text.empty()
    if field.pattern:
        text = Text.of(pc.utf8_trim(text.array, characters=" "))
        fits = pc.match_substring_regex(text.array, f"^(?:{field.pattern})$").to_numpy(zero_copy_only=False)
        faults[~fits & ~missing & (faults == 0)] = Fault.NOT_FORM
    return Checked(text, missing, faults)
