"""How far each live source has been read: a step of its position is part of the commit of what it brought.

A source is one line of things in order, such as a partition of a Kafka topic; its position is the place of the next
thing that has not been taken in. Rows and step are there together or not at all, so that nothing is read twice and
nothing is left out, whatever the source remembers. Whoever steps says from where: of two readers one is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from graphsvc.errors import Overtaken
from graphsvc.store.catalogue import Catalogue, Connection
from graphsvc.store.tables import feed_positions


@dataclass(frozen=True)
class Step:
    """From one position of a source (None: it was never read) to the next."""

    source: str
    before: int | None
    after: int


def step_in(connection: Connection, steps: Sequence[Step]) -> None:
    """Note steps as part of a transaction. Overtaken where somebody else has gone on from `before`."""
    for step in steps:
        there = feed_positions.c.source == step.source
        held = connection.scalar(sa.select(feed_positions.c.position).where(there))
        if held != step.before:
            raise Overtaken("another process has read on from there meanwhile")
        if held is None:
            connection.execute(sa.insert(feed_positions), {"source": step.source, "position": step.after})
        else:
            connection.execute(sa.update(feed_positions).where(there).values(position=step.after))


def note(catalogue: Catalogue, steps: Sequence[Step]) -> None:
    """Note steps by themselves, where they brought nothing."""
    if steps:
        with catalogue.writing() as connection:
            step_in(connection, steps)


def positions(catalogue: Catalogue, sources: Sequence[str]) -> Mapping[str, int]:
    """The positions of those of these sources that were ever read."""
    columns = feed_positions.c
    query = sa.select(columns.source, columns.position).where(columns.source.in_(sorted(set(sources))))
    with catalogue.reading() as connection:
        return {source: int(position) for source, position in connection.execute(query)}
