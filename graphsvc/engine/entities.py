"""How suspect devices, holders, accounts, social accounts and pages are: from flags on them and from their users."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from graphsvc.engine import parameters, sharing
from graphsvc.engine.networks import Networks
from graphsvc.engine.population import Float64
from graphsvc.engine.suspicion import World, log_odds, logistic
from graphsvc.graph.snapshot import Int32
from graphsvc.model.evidence import Evidence, to_json
from graphsvc.model.tables import ENTITY_SUSPICIONS

NAMED_MOST = 3
PRIOR: Final = float(logistic(np.array(parameters.PRIOR_LOG_ODDS)))
MOST: Final = 0.999
"""No entity is surer than this."""


@dataclass(frozen=True)
class EntitySuspicion:
    """By slot of the incidence: the two contributions and the probability."""

    flagged: Float64
    users: Float64
    probability: Float64


def assess(world: World, probability: Float64) -> EntitySuspicion:
    """Suspicion of each entity (definitions: `flagged`, `suspect_users`)."""
    rows = world.incidence
    suspect = ~world.population.cleared & (probability >= parameters.NETWORK_FROM)
    p = np.where(suspect, probability, 0.0)[rows.number]
    confidence = np.array([world.flags.of_entity.get(int(x), 0.0) for x in rows.entities])
    flagged = np.zeros(len(confidence))
    has_flag = confidence > 0
    flagged[has_flag] = np.log(confidence[has_flag] / (1 - confidence[has_flag])) - parameters.PRIOR_LOG_ODDS
    nobody_fraud = np.exp(_by_slot(world, np.log1p(-rows.weight * np.minimum(p, MOST))))
    plain = _by_slot(world, rows.weight * (world.behaviour_total <= parameters.ORDINARY_TO)[rows.number])
    by_users = (1 - nobody_fraud) / (1 + np.log2(1 + plain))
    together = np.clip(1 - (1 - np.where(has_flag, confidence, 0.0)) * (1 - by_users), PRIOR, MOST)
    users = log_odds(together) - parameters.PRIOR_LOG_ODDS - flagged
    return EntitySuspicion(flagged, users, together)


def table(
    world: World, found: EntitySuspicion, probability: Float64, networks: Networks, network_ids: list[int]
) -> pa.Table:
    """ENTITY_SUSPICIONS of every entity that is suspect, flagged or in a network."""
    rows = world.incidence
    wanted = (found.probability >= parameters.ENTITY_REPORTED_FROM) | (found.flagged > 0)
    slots = np.flatnonzero(wanted | (networks.of_slot >= 0))
    return pa.Table.from_pylist(
        [
            {
                "entity": int(rows.entities[slot]),
                "kind": kind_of(world, slot),
                "fraud_probability": float(found.probability[slot]),
                "network_id": network_ids[networks.of_slot[slot]] if networks.of_slot[slot] >= 0 else None,
                "evidence": to_json(_evidence(world, found, probability, slot)),
            }
            for slot in slots.tolist()
        ],
        schema=ENTITY_SUSPICIONS,
    )


def kind_of(world: World, slot: int) -> str:
    """The kind of the entity in a slot."""
    here = world.incidence.rows_of_slot(slot)
    return sharing.KINDS[world.incidence.kind[here.start]].value


def _evidence(world: World, found: EntitySuspicion, probability: Float64, slot: int) -> list[Evidence]:
    rows = world.incidence
    result = [Evidence("prior", parameters.PRIOR_LOG_ODDS)]
    flags = world.flags.rows_of_entity(int(rows.entities[slot]))
    if flags:
        result.append(
            Evidence(
                "flagged",
                float(found.flagged[slot]),
                {
                    "flag_ids": sorted(int(str(f["flag_id"])) for f in flags if f["flag_id"] is not None),
                    "first_at": min(int(str(f["known_at"])) for f in flags),
                    "source": flags[0]["source"],
                    "scam_type": flags[0]["scam_type"],
                    "count": len(flags),
                },
            )
        )
    if found.users[slot] > 0:
        here = rows.rows_of_slot(slot)
        users: Int32 = rows.number[here]
        best = users[np.lexsort((users, -rows.weight[here] * probability[users]))][:NAMED_MOST]
        facts = {"count": len(users), "numbers": world.population.ids[best].tolist()}
        result.append(Evidence("suspect_users", float(found.users[slot]), facts))
    return result


def _by_slot(world: World, values: Float64) -> Float64:
    rows = world.incidence
    return np.bincount(rows.slot, weights=values, minlength=len(rows.entities)).astype(np.float64)
