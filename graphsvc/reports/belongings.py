"""Devices, holders and accounts as people may see them: how many numbers each has, how many of them suspect."""

from collections.abc import Sequence
from typing import Final

from graphsvc.model.words import EntityKind
from graphsvc.reports.names import Names
from graphsvc.reports.sharing import Basis, belongings_of, users_of_each
from graphsvc.reports.values import SharedReport
from graphsvc.store import results

SUSPECT_FROM: Final = 0.5
"""A number counts as suspect in summaries from this probability on."""
SHOWN: Final = 1000
"""Entities of a kind in a list."""


def shown(basis: Basis, names: Names, entities: Sequence[int]) -> dict[int, tuple[SharedReport, EntityKind]]:
    """Each of these entities with its kind, with as many questions to the catalogue as for one."""
    known = basis.registry.entities(sorted(set(entities)))
    having = users_of_each(basis, entities)
    users = sorted({user for found in having.values() for user in found})
    rows = names.freed.suspicion_of(basis.catalogue, basis.record.analysis_id, users).to_pylist()
    suspects = {row["number"] for row in rows if row["fraud_probability"] >= SUSPECT_FROM}
    held = results.entity_suspicion_of(basis.catalogue, basis.record.analysis_id, sorted(having)).to_pylist()
    suspicion = {row["entity"]: row["fraud_probability"] for row in held}
    return {
        one.id: (
            SharedReport(
                kind=one.kind.value,
                token=one.token,
                numbers=len(having[one.id]),
                suspects=len(suspects.intersection(having[one.id])),
                fraud_probability=suspicion.get(one.id),
            ),
            one.kind,
        )
        for one in known
    }


def beside(
    basis: Basis, names: Names, entity: int, kinds: Sequence[EntityKind]
) -> dict[EntityKind, list[SharedReport]]:
    """By kind, what else goes with an entity: the most suspect first, then what most numbers have."""
    found = shown(basis, names, belongings_of(basis, entity)).values()
    return {kind: sorted((one for one, its in found if its is kind), key=_rank)[:SHOWN] for kind in kinds}


def _rank(one: SharedReport) -> tuple[float, int, int, str]:
    return (-(one.fraud_probability or 0.0), -one.suspects, -one.numbers, one.token)
