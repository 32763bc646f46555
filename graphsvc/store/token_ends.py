"""Numbers and entities by the end of their token, as somebody reads it off a screen or says it on the telephone."""

import re
from typing import Final

import sqlalchemy as sa

from graphsvc.store.catalogue import Catalogue
from graphsvc.store.tables import entities, numbers

END_LEAST: Final = 6
"""Characters: thirty bits, so that of a million tokens two end alike in about one look-up of a thousand."""
FOUND_MOST: Final = 50
"""Of each that may be asked for; an end that more have says too little."""
_END: Final = re.compile(rf"[a-z2-7]{{{END_LEAST},24}}")


def end_of(text: str) -> str | None:
    """The end of a token that a text is: a token of ours, or its last characters, at least six; None for all else."""
    said = re.sub(r"^(?:v[0-9]+\.|\u2026|\.\.\.)", "", text.strip().lower())
    return said if _END.fullmatch(said) else None


def ids_by_end(catalogue: Catalogue, end: str, most: int) -> tuple[list[int], list[int]]:
    """Ids of the numbers and of the entities whose token ends so, ascending, at most so many of each.

    Reads all tokens: an index over their ends would slow every load down for a question that is seldom asked.
    """
    with catalogue.reading() as connection:
        return _ids(connection, numbers, end, most), _ids(connection, entities, end, most)


def _ids(connection: sa.Connection, table: sa.Table, end: str, most: int) -> list[int]:
    identifier = table.primary_key.columns[0]
    query = sa.select(identifier).where(table.c.token.like(f"%{end}")).order_by(identifier).limit(most)
    return list(connection.scalars(query))
