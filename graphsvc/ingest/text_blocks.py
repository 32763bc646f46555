"""Bytes of a text file in blocks of whole records, unpacked, and what can be told from its first bytes.

A block never cuts a record: not at a newline within quotes, where the format has them. A record longer than
`RECORD_BYTES_MAX` is not waited for: the block says that it is not clean, and is read record by record.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphsvc.compiling import kernel
from graphsvc.errors import InputRefused
from graphsvc.ingest.files import FeedFile

BLOCK_BYTES: Final = 1 << 24
RECORD_BYTES_MAX: Final = 1 << 20
SAMPLE_BYTES: Final = 1 << 18

_UTF8_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class TextBlock:
    """Whole records. `clean` is false where quotes do not match or a record was cut for its length."""

    data: bytes
    clean: bool


def text_blocks(file: FeedFile, *, quoted: bool) -> Iterator[TextBlock]:
    """The file's blocks in order, without a byte order mark. `quoted`: newlines within quotes end no record.

    Raises InputRefused for what is not UTF-8 text as a whole, and where unpacking fails.
    """
    with _opened(file) as stream:
        data = _read(stream).removeprefix(_UTF8_MARK)
        _refuse_other_encodings(data)
        while True:
            end, clean = _last_record(data, quoted=quoted)
            if end:
                yield TextBlock(data[:end], clean)
            data = data[end:]
            if len(data) > RECORD_BYTES_MAX:
                # No newline in all this: one record, of which the beginning is enough to refuse it.
                yield TextBlock(data[: RECORD_BYTES_MAX + 1] + b"\n", clean=False)
                data = _next_line(stream)
            chunk = _read(stream)
            if not chunk:
                break
            data += chunk
    if data:
        yield TextBlock(data, not quoted or _scan(_bytes(data + b"\n"))[0] == len(data) + 1)


def _next_line(stream: BinaryIO) -> bytes:
    """What is read after the next newline."""
    while chunk := _read(stream):
        _, newline, rest = chunk.partition(b"\n")
        if newline:
            return rest
    return b""


def _opened(file: FeedFile) -> BinaryIO:
    try:
        stream = pa.input_stream(str(file.path), compression=file.compression, buffer_size=1 << 20)
    except (OSError, pa.ArrowException):
        raise InputRefused("the file cannot be opened; check that it is there and readable") from None
    return cast("BinaryIO", stream)


def _read(stream: BinaryIO) -> bytes:
    try:
        return stream.read(BLOCK_BYTES)
    except (OSError, pa.ArrowException):
        raise InputRefused("the file cannot be unpacked: it is cut off or damaged; fetch it again") from None


def _bytes(data: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(data, dtype=np.uint8)


def _last_record(data: bytes, *, quoted: bool) -> tuple[int, bool]:
    """Where the last whole record ends, and whether quotes are well placed up to there.

    Where a quote has been open for longer than any record, it is taken as misplaced: the last line ends there.
    """
    last_line = data.rfind(b"\n") + 1
    if not quoted or b'"' not in data:
        return last_line, True
    end, clean = _scan(_bytes(data))
    if len(data) - end > RECORD_BYTES_MAX and last_line > end:
        return last_line, False
    return end, clean


@kernel
def _scan(data: NDArray[np.uint8]) -> tuple[int, bool]:
    """Where the last whole record ends, and whether the quotes up to there are well placed.

    A quote opens where a field begins, is doubled within, and closes before a comma or newline (RFC 4180).
    """
    start, plain, quoted, quote_in_quoted = 0, 1, 2, 3
    state = start
    clean = True
    end, clean_until_end = 0, True
    for at in range(len(data)):
        byte = data[at]
        if state == quoted:
            if byte == 34:
                state = quote_in_quoted
        elif byte == 10:
            state = start
            end, clean_until_end = at + 1, clean
        elif byte == 44:
            state = start
        elif byte == 34 and state != plain:
            state = quoted
        else:
            if state == quote_in_quoted and byte != 13:
                clean = False
            state = plain
    return end, clean_until_end and (end < len(data) or state != quoted)


def _refuse_other_encodings(data: bytes) -> None:
    """Raises InputRefused, naming the remedy, where the beginning of a file is UTF-16, UTF-32 or GB18030."""
    sample = data[:SAMPLE_BYTES]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_wide(sample):
        raise InputRefused("the file is UTF-16 or UTF-32; save it as UTF-8, as with: iconv -f UTF-16 -t UTF-8 IN > OUT")
    if _is_gb18030(sample):
        raise InputRefused(
            "the file is not UTF-8; it may be GB18030 (GBK), or Latin-1 or another encoding of Western Europe; "
            "save it as UTF-8, as with: iconv -f GB18030 -t UTF-8 IN > OUT (or -f LATIN1)"
        )


def _is_wide(sample: bytes) -> bool:
    head = sample[:1024]
    return len(head) >= 4 and head.count(0) * 3 >= len(head)


def _is_gb18030(sample: bytes) -> bool:
    """Whether every line that is not ASCII is Chinese in GB18030 and none is UTF-8."""
    lines = [line for line in sample.split(b"\n")[:-1] or [sample] if not line.isascii()]
    return bool(lines) and all(not _decodes(line, "utf-8") and _is_chinese(line) for line in lines)


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_chinese(line: bytes) -> bool:
    if not _decodes(line, "gb18030"):
        return False
    foreign = [character for character in line.decode("gb18030") if not character.isascii()]
    return all("\u2000" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef" for character in foreign)
