"""Numbers and entities by the end of their token, as somebody reads it off a screen or says it on the telephone."""

import re
from itertools import pairwise
from threading import Lock
from typing import Final

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from graphsvc.store.catalogue import Catalogue, free_id
from graphsvc.store.finding import find_rows
from graphsvc.store.tables import entities, numbers

END_LEAST: Final = 6
"""Characters: thirty bits, so that of a million tokens two end alike in about one look-up of a thousand."""
FOUND_MOST: Final = 50
"""Of each that may be asked for; an end that more have says too little."""
_AT_A_TIME: Final = 100_000  # rows that the database writes down as one text
_NOBODY: Final = 2**32 - 1
_SHIFTS: Final = tuple(range(5 * (END_LEAST - 1), -1, -5))
_VALUES: Final = np.zeros(256, np.uint32)
_VALUES[np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", np.uint8)] = np.arange(32, dtype=np.uint32)
_END: Final = re.compile(rf"[a-z2-7]{{{END_LEAST},24}}")


def end_of(text: str) -> str | None:
    """The end of a token that a text is: a token of ours, or its last characters, at least six; None for all else."""
    said = re.sub(r"^(?:v[0-9]+\.|\u2026|\.\.\.)", "", text.strip().lower())
    return said if _END.fullmatch(said) else None


class TokenEnds:
    """Which numbers and which entities have a token that ends so.

    To read all tokens for each question takes most of a second of five million, and an index over their ends in the
    database doubles what each row costs that a load adds. So the last six characters of each are kept in memory, four
    bytes a token: read once, and from then on only of what is new.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        """Nothing is read before somebody asks, or `read` is called."""
        self._catalogue = catalogue
        self._turn = Lock()
        self._kept = {table.name: np.empty(0, np.uint32) for table in (numbers, entities)}

    def read(self) -> None:
        """Read what nobody asked for yet, so that whoever does has nothing to wait for."""
        with self._catalogue.reading() as connection:
            for table in (numbers, entities):
                self._tails(connection, table)

    def ids(self, end: str, most: int) -> tuple[list[int], list[int]]:
        """Ids of the numbers and of the entities whose token ends so, ascending, at most so many of each."""
        with self._catalogue.reading() as connection:
            return self._ids(connection, numbers, end, most), self._ids(connection, entities, end, most)

    def _ids(self, connection: sa.Connection, table: sa.Table, end: str, most: int) -> list[int]:
        identifier = table.primary_key.columns[0]
        alike = np.flatnonzero(self._tails(connection, table) == _coded(end[-END_LEAST:])[0]).tolist()
        # What the database says counts: it knows the rest of the token, and who was forgotten.
        rows = find_rows(connection, (identifier, table.c.token), identifier, alike)
        return sorted(row[0] for row in rows if row[1].endswith(end))[:most]

    def _tails(self, connection: sa.Connection, table: sa.Table) -> npt.NDArray[np.uint32]:
        """By id, the last characters of each token as one figure."""
        with self._turn:
            kept, free = self._kept[table.name], free_id(connection, table.name)
            ends = [*range(len(kept), free, _AT_A_TIME), free]
            parts = [_read(connection, table, first, end) for first, end in pairwise(ends)]
            if parts:
                kept = self._kept[table.name] = np.concatenate([kept, *parts])
            return kept[:free]


def _read(connection: sa.Connection, table: sa.Table, first: int, end: int) -> npt.NDArray[np.uint32]:
    """The ends of the tokens of these ids, put together by the database: a row of each would take four times as long.

    Both texts are of the rows in the order in which the database came upon them, whichever that is.
    """
    identifier, token = table.primary_key.columns[0], table.c.token
    tail = sa.func.substr(token, sa.func.length(token) - (END_LEAST - 1), type_=sa.Text())
    texts = sa.func.aggregate_strings(sa.cast(identifier, sa.Text), " "), sa.func.aggregate_strings(tail, "")
    ids, tails = connection.execute(sa.select(*texts).where(identifier >= first, identifier < end)).one()
    found = np.full(end - first, _NOBODY, np.uint32)
    if ids is not None:
        found[np.fromstring(ids, np.int64, sep=" ") - first] = _coded(tails)
    return found


def _coded(tails: str) -> npt.NDArray[np.uint32]:
    letters = _VALUES[np.frombuffer(tails.encode("ascii"), np.uint8).reshape(-1, END_LEAST)]
    coded = np.zeros(len(letters), np.uint32)
    for place, shift in enumerate(_SHIFTS):
        coded |= letters[:, place] << np.uint32(shift)
    return coded
