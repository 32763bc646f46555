"""Which texts of an Arrow column are not UTF-8. Arrow believes what a file says; this looks."""

import pyarrow as pa

from graphsvc.ingest.text import Text


def bad_texts(array: pa.Array) -> list[int]:
    """The rows whose bytes are not UTF-8, in order."""
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        text = Text.of(array)
        return [row for row in range(len(text)) if not _is_utf8(text, row)]
    return []


def _is_utf8(text: Text, row: int) -> bool:
    try:
        text.data[text.offsets[row] : text.offsets[row + 1]].tobytes().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
