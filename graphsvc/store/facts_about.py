"""What was known of some numbers, devices, holders and accounts at an instant, read for those alone.

Each verb says what `facts.facts_at` would say of them, and reads no row of anybody else: by index, so that an answer
about a number costs the same in a city and in a country.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa
import sqlalchemy as sa

from graphsvc.model import tables as arrow
from graphsvc.store import horizon
from graphsvc.store.arrow_sql import table_of
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.facts import in_force
from graphsvc.store.finding import find_rows
from graphsvc.store.tables import facts


@dataclass(frozen=True)
class Link:
    """That a number (or a holder, where there is no number) had an entity. All by registry id."""

    number: int | None
    holder: int | None
    entity: int


def flags_on(catalogue: Catalogue, column: Literal["number", "entity"], wanted: Sequence[int], as_of: int) -> pa.Table:
    """FLAGS in force at `as_of` (epoch ms) on these numbers or entities."""
    names = [name for name in arrow.FLAGS.names if name != "flag_id"]
    rows = _known(catalogue, "flags", column, wanted, as_of, names)
    return in_force(table_of(((row[1], *row[2:]) for row in rows), arrow.FLAGS), as_of)


def links_of(
    catalogue: Catalogue, column: Literal["number", "entity", "holder"], wanted: Sequence[int], as_of: int
) -> list[Link]:
    """The links in force at `as_of` (epoch ms) of these numbers, entities or holders: begun, and not ended."""
    rows = _known(catalogue, "links", column, wanted, as_of, ("number", "holder", "entity", "valid_from", "valid_to"))
    return [
        Link(number, holder, entity)
        for _, _, number, holder, entity, begun, ended in rows
        if (begun is None or begun <= as_of) and (ended is None or ended > as_of)
    ]


def regions_of(catalogue: Catalogue, numbers: Sequence[int], as_of: int) -> dict[int, str | None]:
    """Where those of these numbers that are subscribers are at home, as far as their newest row by `as_of` says."""
    rows = _known(catalogue, "subscribers", "number", numbers, as_of, ("number", "region"))
    return {number: region for _, _, number, region in rows}


def roles_of(catalogue: Catalogue, numbers: Sequence[int], as_of: int) -> dict[int, str]:
    """The public roles that the directory gave some of these numbers by `as_of` (epoch ms)."""
    return {
        number: role
        for _, _, number, role in _known(catalogue, "directory", "number", numbers, as_of, ("number", "role"))
    }


def listed_numbers(catalogue: Catalogue, as_of: int) -> list[int]:
    """Every number that the directory names by `as_of` (epoch ms)."""
    table = facts["directory"].c
    with catalogue.reading() as connection:
        return list(connection.scalars(sa.select(table.number).where(table.known_at <= as_of).distinct()))


def losses_of(catalogue: Catalogue, numbers: Sequence[int], as_of: int) -> dict[int, list[int]]:
    """When (epoch ms, ascending) those of these people who lost money did, by the newest row of each of their cases."""
    rows = _known(catalogue, "cases", "number", numbers, as_of, ("number", "case_id", "lost_at"))
    newest = {(number, case_id): lost_at for _, _, number, case_id, lost_at in rows}
    found: defaultdict[int, list[int]] = defaultdict(list)
    for (number, _), lost_at in sorted(newest.items(), key=lambda item: item[1]):
        found[number].append(lost_at)
    return dict(found)


def _known(
    catalogue: Catalogue, feed: str, column: str, wanted: Sequence[int], as_of: int, names: Sequence[str]
) -> list[tuple[Any, ...]]:
    """(known_at, fact_id, *names) of a feed's rows about these, known at `as_of` and kept, in the order of both."""
    table = facts[feed].c
    chosen = (table.known_at, table.fact_id, *(table[name] for name in names))
    with catalogue.reading() as connection:
        kept_from = horizon.read(connection).facts_from if feed in horizon.AGEING else 0
        rows = find_rows(connection, chosen, table[column], list(wanted))
    # Those of one subject are few: to leave some out here spares a statement of its own for each condition.
    return sorted((row for row in rows if row[0] <= as_of and not 1 <= row[0] < kept_from), key=lambda row: row[:2])
