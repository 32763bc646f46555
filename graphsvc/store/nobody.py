"""Short codes and sender names: numbers that no person has, however they write or are written to."""

from collections.abc import Sequence

import sqlalchemy as sa

from graphsvc.model.words import NumberKind
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.finding import find_rows
from graphsvc.store.tables import numbers


def of_no_person(catalogue: Catalogue, among: Sequence[int]) -> frozenset[int]:
    """Those of these numbers (registry ids) that no person has."""
    columns: tuple[sa.Column[int], sa.Column[str]] = (numbers.c.number_id, numbers.c.kind)
    with catalogue.reading() as connection:
        found = find_rows(connection, columns, columns[0], among)
        return frozenset(number for number, kind in found if NumberKind(kind).of_no_person)
