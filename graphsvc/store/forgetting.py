"""What is from before the horizon leaves the catalogue, the registry and the vault. Each verb can be run again.

Nothing here decides how long things are kept: that is the horizon's.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson
import sqlalchemy as sa

from graphsvc.model.warnings import OPEN_STATES
from graphsvc.store import horizon, investigations, questions, shelf
from graphsvc.store import warning_tables as queue
from graphsvc.store.catalogue import Catalogue, delete_rows, free_id
from graphsvc.store.tables import (
    analyses,
    appeal_answers,
    appeals,
    current_analysis,
    entities,
    facts,
    feed_batches,
    investigation_items,
    investigation_notes,
    numbers,
    results,
    saved_question_numbers,
)
from graphsvc.store.vault import Vault

Named = npt.NDArray[np.bool_]

_STATES: Final = ("subscribers", "directory")
"""Facts about how a number is: the newest holds however old it is, for as long as anything else names the number."""
_AT_A_TIME: Final = 5_000
_OPEN: Final = [state.value for state in OPEN_STATES]


@dataclass(frozen=True)
class Ids:
    """Which numbers and which entities somebody still names, by registry id."""

    numbers: Named
    entities: Named

    @classmethod
    def none(cls, catalogue: Catalogue) -> "Ids":
        """Nobody yet, among all that are registered now."""
        with catalogue.reading() as connection:
            sizes = [free_id(connection, table.name) for table in (numbers, entities)]
        return cls(*(np.zeros(size, dtype=np.bool_) for size in sizes))


def forget_facts(catalogue: Catalogue, before: int) -> dict[str, int]:
    """Delete what happened, was replaced or has ended before an instant (epoch ms); how many facts of each feed."""
    chosen: dict[str, sa.ColumnElement[bool]] = {
        feed: horizon.aged(facts[feed].c.known_at, before) for feed in horizon.AGEING
    }
    chosen |= {feed: _replaced(facts[feed], before) for feed in _STATES}
    chosen["links"] = facts["links"].c.valid_to < before
    gone: dict[str, int] = {}
    for feed, aged in chosen.items():
        with catalogue.reading() as connection:
            ids = list(connection.scalars(sa.select(facts[feed].c.fact_id).where(aged)))
        for some in _parts(ids):
            with catalogue.writing() as connection:
                delete_rows(connection, facts[feed].c.fact_id, some)
        gone[feed] = len(ids)
    with catalogue.writing() as connection:
        old = list(connection.scalars(sa.select(appeals.c.appeal_id).where(appeals.c.opened_at < before)))
        for table in (appeal_answers, appeals):
            delete_rows(connection, table.c.appeal_id, old)
        connection.execute(sa.delete(feed_batches).where(feed_batches.c.at < before))
        gone["investigations"] = investigations.forget_closed(connection, before)
        gone["saved_questions"] = questions.forget_unread(connection, before)
    gone["appeals"] = len(old)
    return gone


def forget_analyses(catalogue: Catalogue) -> int:
    """Delete every analysis but the current one and that which it amends, results and all; how many there were."""
    with catalogue.reading() as connection:
        columns = analyses.c
        shown = sa.select(columns.analysis_no, columns.base_no).join(
            current_analysis, columns.analysis_no == current_analysis.c.analysis_no
        )
        kept = {number for row in connection.execute(shown) for number in row}
        old = [number for number in connection.scalars(sa.select(columns.analysis_no)) if number not in kept]
    shelf.remove(catalogue, old)
    return len(old)


def forget_current_analysis(catalogue: Catalogue) -> None:
    """No analysis is current any more: for a folder that has no events left."""
    with catalogue.writing() as connection:
        connection.execute(sa.delete(current_analysis))


def forget_warnings(catalogue: Catalogue, before: int) -> int:
    """Delete warnings that were closed before an instant, with their leases and events; how many there were."""
    columns, log = queue.warnings.c, queue.warning_events.c
    closed = sa.func.coalesce(columns.closed_at, columns.made_at)
    with catalogue.reading() as connection:
        query = sa.select(columns.warning_id).where(closed < before, columns.state.not_in(_OPEN))
        old = list(connection.scalars(query.order_by(columns.warning_id)))
    for some in _parts(old):
        with catalogue.writing() as connection:
            for key in (queue.leases.c.warning_id, log.warning_id, columns.warning_id):
                delete_rows(connection, key, some)
    with catalogue.writing() as connection:
        connection.execute(sa.delete(queue.warning_events).where(log.warning_id.is_(None), log.at < before))
        connection.execute(sa.delete(queue.claims).where(queue.claims.c.wall < before))
        connection.execute(sa.delete(queue.capacity_use).where(queue.capacity_use.c.start < before))
    return len(old)


def forget_reasons(catalogue: Catalogue, before: int) -> int:
    """Take the evidence from warnings that rest on events from before an instant; how many there were.

    What an open warning rests on is told anew by the analysis after: only those are left that nobody will read again.
    """
    columns = queue.warnings.c
    query = sa.select(columns.warning_id, columns.evidence).where(columns.evidence != "[]")
    with catalogue.reading() as connection:
        old = [row.warning_id for row in connection.execute(query) if _is_older(orjson.loads(row.evidence), before)]
    for some in _parts(old):
        with catalogue.writing() as connection:
            chosen = columns.warning_id.in_(some)
            connection.execute(sa.update(queue.warnings).where(chosen).values(evidence="[]"))
    return len(old)


def name_by_facts(catalogue: Catalogue, named: Ids) -> None:
    """Mark whom facts of what happened, warnings and results name. How a number is names nobody: it goes with it."""
    people = (
        queue.warnings.c.number,
        queue.warnings.c.suspect,
        queue.warning_events.c.number,
        appeals.c.number,
        investigation_items.c.number,
        investigation_notes.c.number,
        saved_question_numbers.c.number,
    )
    with catalogue.reading() as connection:
        for table in (facts[feed] for feed in horizon.AGEING):
            _mark(named.numbers, connection.scalars(sa.select(table.c.number).distinct()))
        _mark(named.entities, connection.scalars(sa.select(facts["flags"].c.entity).distinct()))
        for column in people:
            _mark(named.numbers, connection.scalars(sa.select(column).distinct()))
        for kind, table in results.items():
            for name in ("number", "suspect", "entity"):
                if name in table.c:
                    marks = named.entities if name == "entity" else named.numbers
                    _mark(marks, connection.scalars(sa.select(table.c[name]).distinct()))
            if "evidence" in table.c:
                _mark_evidence(named, connection.scalars(sa.select(table.c.evidence)))
            if kind == "exposures":
                texts = connection.scalars(sa.select(table.c.key_events))
                _mark_evidence(named, (f'[{{"facts":{{"events":{text}}}}}]' for text in texts))
        _mark_evidence(named, connection.scalars(sa.select(queue.warnings.c.evidence)))
        links = facts["links"].c
        for row in connection.execute(sa.select(links.number, links.holder, links.entity)):
            if row.number is not None and row.number < len(named.numbers) and named.numbers[row.number]:
                named.entities[row.entity] = True
            if row.holder is not None and named.entities[row.holder]:
                named.entities[row.entity] = True


def forget_registry(catalogue: Catalogue, vault: Vault, named: Ids) -> tuple[int, int]:
    """Shred and delete numbers, and delete entities, that nobody names; how many of each.

    The vault comes first: after a crash in between, the registry still knows whose rows are to go.
    """
    both = ((numbers, named.numbers), (entities, named.entities))
    gone = [_unnamed(catalogue, table, marks) for table, marks in both]
    for some in _parts(gone[0]):
        vault.shred([token for _, token in some])
        ids = [number for number, _ in some]
        with catalogue.writing() as connection:
            for table in facts.values():
                if "number" in table.c:
                    delete_rows(connection, table.c.number, ids)
            delete_rows(connection, numbers.c.number_id, ids)
    for some in _parts(gone[1]):
        ids = [entity for entity, _ in some]
        with catalogue.writing() as connection:
            delete_rows(connection, facts["links"].c.entity, ids)
            delete_rows(connection, facts["links"].c.holder, ids)
            delete_rows(connection, entities.c.entity_id, ids)
    return len(gone[0]), len(gone[1])


def forget_strays(catalogue: Catalogue, vault: Vault) -> int:
    """Shred vault rows that the registry does not know, as a crash in a load leaves them; how many there were."""
    count = 0
    for tokens in vault.tokens():
        with catalogue.reading() as connection:
            known = set(connection.scalars(sa.select(numbers.c.token).where(numbers.c.token.in_(tokens))))
        count += vault.shred([token for token in tokens if token not in known])
    return count


def _replaced(table: sa.Table, before: int) -> sa.ColumnElement[bool]:
    """Rows from before an instant with a newer one about the same number."""
    columns = table.c
    newest_first = (columns.known_at.desc(), columns.fact_id.desc())
    place = sa.func.row_number().over(partition_by=columns.number, order_by=newest_first).label("place")
    ranked = sa.select(columns.fact_id, place, columns.known_at).subquery()
    old = sa.select(ranked.c.fact_id).where(ranked.c.place > 1, ranked.c.known_at < before)
    return columns.fact_id.in_(old)


def _unnamed(catalogue: Catalogue, table: sa.Table, marks: Named) -> list[tuple[int, str]]:
    identifier = table.primary_key.columns[0]
    query = sa.select(identifier, table.c.token).where(identifier < len(marks)).order_by(identifier)
    with catalogue.reading() as connection:
        return [(row[0], row[1]) for row in connection.execute(query) if not marks[row[0]]]


def _mark(marks: Named, ids: Iterable[int | None]) -> None:
    wanted = [i for i in ids if i is not None and i < len(marks)]
    marks[wanted] = True


def _mark_evidence(named: Ids, texts: Iterable[str]) -> None:
    for text in texts:
        for item in orjson.loads(text):
            for key, value in _walk(item["facts"]):
                if key in ("number", "numbers"):
                    _mark(named.numbers, value if isinstance(value, list) else [value])
                elif key in ("entity", "entities"):
                    _mark(named.entities, value if isinstance(value, list) else [value])


def _walk(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key and value of a JSON object, however deep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from _walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner)


def _is_older(evidence: list[dict[str, Any]], before: int) -> bool:
    instants = ("at", "first_at", "last_at")
    return any(key in instants and value and value < before for item in evidence for key, value in _walk(item["facts"]))


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + _AT_A_TIME] for start in range(0, len(rows), _AT_A_TIME))
