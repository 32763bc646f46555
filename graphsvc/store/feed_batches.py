"""Batches that came over HTTP, and what each was answered: the same batch again gets the same answer."""

from dataclasses import dataclass

import sqlalchemy as sa

from graphsvc.store.catalogue import Catalogue
from graphsvc.store.tables import feed_batches

Key = tuple[str, str, str]
"""Feed, feed id, batch id."""


@dataclass(frozen=True)
class KeptAnswer:
    """What a batch held (a digest of it) and was answered (JSON)."""

    digest: str
    answer: str


def answer_of(catalogue: Catalogue, key: Key) -> KeptAnswer | None:
    """What that batch was answered; None where it never came."""
    query = sa.select(feed_batches.c.digest, feed_batches.c.answer).where(*_is(key))
    with catalogue.reading() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else KeptAnswer(row.digest, row.answer)


def keep(catalogue: Catalogue, key: Key, digest: str, answer: str, at: int) -> str:
    """Keep an answer, unless somebody was quicker; the one that holds."""
    with catalogue.writing() as connection:
        there = connection.scalar(sa.select(feed_batches.c.answer).where(*_is(key)))
        if there is not None:
            return str(there)
        feed, feed_id, batch_id = key
        row = {"feed": feed, "feed_id": feed_id, "batch_id": batch_id, "digest": digest, "answer": answer, "at": at}
        connection.execute(sa.insert(feed_batches), row)
    return answer


def _is(key: Key) -> tuple[sa.ColumnElement[bool], ...]:
    columns = (feed_batches.c.feed, feed_batches.c.feed_id, feed_batches.c.batch_id)
    return tuple(column == value for column, value in zip(columns, key, strict=True))
