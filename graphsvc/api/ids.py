"""Ids and cursors that tell nothing: deterministic authenticated encryption (AES-SIV) with a key of the data folder.

The same thing has the same id for ever; nobody without the key can read one, make one up or turn one kind into another.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np
import orjson

from graphsvc.api.refusals import Refusal
from graphsvc.errors import NotFound
from graphsvc.store.sealing import Sealer
from graphsvc.store.sealing_many import Bytes

CURSOR_LIVES_MS: Final = 24 * 3600 * 1000
_LONGEST: Final = 400
_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
_SEALED_TOGETHER: Final = 16
"""Bytes of a content from which on many are sealed at once; tokens are longer."""


class Kind(Enum):
    """What an id names. The byte is part of what is sealed."""

    __hash__ = object.__hash__  # an enum's own is worked out from its name each time, and every id is looked up by it

    VICTIM = b"V"
    NUMBER = b"N"
    ENTITY = b"E"
    NETWORK = b"W"
    FLAG = b"F"
    WARNING = b"A"
    EVENT = b"L"
    APPEAL = b"P"
    OUTCOME = b"O"
    INVESTIGATION = b"I"
    NOTE = b"T"
    QUESTION = b"Q"


@dataclass(frozen=True)
class GlobalIds:
    """Makes and reads ids and cursors."""

    sealer: Sealer

    def of(self, kind: Kind, name: str | int) -> str:
        """The id of a thing, named by its token or by a number of ours."""
        return _text(self.sealer.seal(kind.value + str(name).encode(), b"id"))

    def of_all(self, kind: Kind, names: Sequence[str]) -> list[str]:
        """The ids of many things of a kind, the same as `of` gives each."""
        sizes, written = set(map(len, names)), "".join(names).encode()
        size = max(sizes, default=0)
        if len(sizes) != 1 or len(written) != size * len(names) or size + 1 < _SEALED_TOGETHER:
            return [self.of(kind, name) for name in names]
        rows = np.empty((len(names), 1 + size), dtype=np.uint8)
        rows[:, 0], rows[:, 1:] = kind.value[0], np.frombuffer(written, dtype=np.uint8).reshape(len(names), size)
        return _texts(self.sealer.seal_rows(rows, b"id"))

    def read(self, text: str) -> tuple[Kind, str]:
        """What an id names. NotFound for one that we did not make."""
        opened = self._opened(text, b"id")
        if not opened:
            raise NotFound("no thing has this id here; ids come from answers of this service")
        return Kind(opened[:1]), opened[1:].decode()

    def expect(self, kind: Kind, text: str) -> str:
        """The name behind an id of a kind. NotFound for an id of another kind."""
        found, name = self.read(text)
        if found is not kind:
            raise NotFound(f"this id is of another kind; expected the id of a {kind.name.lower()}")
        return name

    def number_token(self, text: str) -> str | None:
        """The token behind the id of a number or a person; None for a text that is no id."""
        opened = self._opened(text, b"id")
        if opened is None or opened[:1] not in (Kind.NUMBER.value, Kind.VICTIM.value):
            return None
        return opened[1:].decode()

    def cursor(self, listing: str, at: int, place: str) -> str:
        """A cursor into a listing, made `at` (epoch ms); `place` names the analysis and how far we came."""
        return _text(self.sealer.seal(orjson.dumps([at, place]), listing.encode()))

    def place(self, listing: str, text: str, now: int) -> str:
        """Where a cursor points. Refused where it is none of this listing, or older than 24 hours."""
        opened = self._opened(text, listing.encode())
        if opened is None:
            raise Refusal("BAD_USER_INPUT", "this is no cursor of this list; take one that an answer gave")
        at, place = orjson.loads(opened)
        if now - at > CURSOR_LIVES_MS:
            raise Refusal("CURSOR_EXPIRED", "this cursor is older than 24 hours; begin again without it")
        return str(place)

    def _opened(self, text: str, use: bytes) -> bytes | None:
        if len(text) > _LONGEST:
            return None
        try:
            sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        return self.sealer.open(sealed, use)


def _texts(rows: Bytes) -> list[str]:
    """The text of each row: all are written at once, each filled up to a length at which base64 begins anew."""
    size = rows.shape[1]
    filled = np.hstack([rows, np.zeros((len(rows), -size % 3), dtype=np.uint8)])
    text = base64.urlsafe_b64encode(filled.tobytes()).decode()
    width, length = filled.shape[1] // 3 * 4, -(-size * 4 // 3)
    return [text[place : place + length] for place in range(0, len(text), width)]


def _text(sealed: bytes) -> str:
    # what base64.urlsafe_b64encode does, in half the time: a page has seventy ids and cursors
    return binascii.b2a_base64(sealed, newline=False).rstrip(b"=").translate(_URL_SAFE).decode()
