"""Batches that came over HTTP, and what each was answered: the same batch again gets the same answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from graphsvc.store.catalogue import Catalogue
from graphsvc.store.tables import feed_batches

Key = tuple[str, str, str]
"""Feed, feed id, batch id."""
_KEY: Final = sa.tuple_(feed_batches.c.feed, feed_batches.c.feed_id, feed_batches.c.batch_id)


@dataclass(frozen=True)
class KeptAnswer:
    """What a batch held (a digest of it) and was answered (JSON)."""

    digest: str
    answer: str


def answers_of(catalogue: Catalogue, keys: Sequence[Key]) -> dict[Key, KeptAnswer]:
    """What those of these batches were answered that came before."""
    with catalogue.reading() as connection:
        return _read(connection, keys)


def keep(catalogue: Catalogue, answers: Mapping[Key, KeptAnswer], at: int) -> dict[Key, KeptAnswer]:
    """Keep what batches were answered, but of those of whom somebody was quicker to; the answers that hold."""
    with catalogue.writing() as connection:
        there = _read(connection, list(answers))
        new = {key: one for key, one in answers.items() if key not in there}
        rows = [
            {
                "feed": feed,
                "feed_id": feed_id,
                "batch_id": batch_id,
                "digest": one.digest,
                "answer": one.answer,
                "at": at,
            }
            for (feed, feed_id, batch_id), one in new.items()
        ]
        if rows:
            connection.execute(sa.insert(feed_batches), rows)
    return new | there


def _read(connection: sa.Connection, keys: Sequence[Key]) -> dict[Key, KeptAnswer]:
    columns = feed_batches.c
    query = sa.select(columns.feed, columns.feed_id, columns.batch_id, columns.digest, columns.answer)
    rows = connection.execute(query.where(_KEY.in_(keys))).all()
    return {(row.feed, row.feed_id, row.batch_id): KeptAnswer(row.digest, row.answer) for row in rows}
