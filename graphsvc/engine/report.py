"""The engine's findings as tables of model.tables: indices become ids, rules become evidence."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from graphsvc.engine import grounds, parameters, sharing
from graphsvc.engine.classes import Words
from graphsvc.engine.entities import EntitySuspicion, kind_of
from graphsvc.engine.exposure import BANK_CALL, CODE, VERIFICATION, Exposed, Exposures, Reactions
from graphsvc.engine.identity import Identity
from graphsvc.engine.measured import Measured
from graphsvc.engine.meetings import Meetings
from graphsvc.engine.networks import Networks
from graphsvc.engine.population import Float64
from graphsvc.engine.suspicion import Suspicion, World
from graphsvc.graph.snapshot import Int64
from graphsvc.model.evidence import to_json
from graphsvc.model.facts import Facts
from graphsvc.model.tables import EXPOSURES, MEMBERS, NETWORKS, SUSPICIONS
from graphsvc.model.words import NumberClass


@dataclass(frozen=True)
class Labels:
    """What is said of each number in one word; arrays are [N]."""

    probability: Float64
    classes: Words
    roles: Words
    scam_types: Words
    network_ids: npt.NDArray[np.object_]
    """Ids of networks, None outside."""


def reported(world: World, labels: Labels) -> Int64:
    """Indices of whoever has a row: suspect, flagged now or before its present owner, released, or a hub."""
    wanted = (labels.probability >= parameters.REPORTED_FROM) | (world.flags.of_number > 0)
    wanted |= labels.classes == NumberClass.BENIGN_HUB.value
    wanted[[*world.flags.outlived, *world.flags.shown]] = True
    wanted[list(world.flags.released)] = True
    return np.flatnonzero(wanted)


def suspicions(world: World, found: grounds.Grounds, labels: Labels, index: Int64) -> pa.Table:
    """SUSPICIONS of these numbers."""
    rows, index = unexplained(world, labels, index)
    evidence = pa.array([to_json(grounds.of_number(found, i)) for i in index.tolist()], pa.string())
    return rows.append_column(SUSPICIONS.field("evidence"), evidence)


def unexplained(world: World, labels: Labels, index: Int64) -> tuple[pa.Table, Int64]:
    """The same without evidence, which takes longest; and the indices in the order of the rows."""
    index = index[np.argsort(world.population.ids[index], kind="stable")]
    columns = {
        "number": world.population.ids[index],
        "fraud_probability": labels.probability[index],
        "class": labels.classes[index],
        "role": labels.roles[index],
        "scam_type": labels.scam_types[index],
        "network_id": labels.network_ids[index],
    }
    return pa.table(columns, schema=pa.schema([SUSPICIONS.field(name) for name in columns])), index


def members(
    world: World,
    networks: Networks,
    network_ids: list[int],
    roles: Words,
    scores: tuple[Float64, EntitySuspicion],
) -> pa.Table:
    """MEMBERS: numbers, then entities, of each network. `scores` are of numbers and of entities."""
    rows = []
    for index in np.flatnonzero(networks.of_number >= 0).tolist():
        rows.append(
            {
                "network_id": network_ids[networks.of_number[index]],
                "number": int(world.population.ids[index]),
                "entity": None,
                "kind": "number",
                "role": str(roles[index]),
                "score": float(scores[0][index]),
            }
        )
    for slot in np.flatnonzero(networks.of_slot >= 0).tolist():
        rows.append(
            {
                "network_id": network_ids[networks.of_slot[slot]],
                "number": None,
                "entity": int(world.incidence.entities[slot]),
                "kind": kind_of(world, slot),
                "role": "unknown",
                "score": float(scores[1].probability[slot]),
            }
        )
    rows.sort(key=lambda r: (r["network_id"], r["number"] is None, r["number"] or 0, r["entity"] or 0))
    return pa.Table.from_pylist(rows, schema=MEMBERS)


@dataclass(frozen=True)
class NamedNetworks:
    """Networks with their ids and descent, the kind of scam of each, and the ties between their callers."""

    networks: Networks
    identity: Identity
    scam_types: list[str | None]
    suspicion: Suspicion


def networks_table(world: World, facts: Facts, named: NamedNetworks, met: Meetings) -> pa.Table:
    """NETWORKS, by id."""
    networks, identity = named.networks, named.identity
    exposed, losses = _harm(world, facts, networks, met)
    first, last = _span(world, networks, facts.as_of)
    linked = _linked(world, networks, named.suspicion, identity.ids)
    size = np.bincount(networks.of_number[networks.of_number >= 0], minlength=networks.count)
    flagged = np.bincount(
        networks.of_number[(networks.of_number >= 0) & (world.flags.of_number > 0)], minlength=networks.count
    )
    rows = [
        {
            "network_id": identity.ids[k],
            "size": int(size[k]),
            "flagged": int(flagged[k]),
            "exposed": int(exposed[k]),
            "losses": int(losses[k]),
            "scam_type": named.scam_types[k],
            "first_seen": int(first[k]),
            "last_seen": int(last[k]),
            "lineage": orjson.dumps(identity.lineage[k]).decode(),
            "linked": orjson.dumps(linked[k]).decode(),
        }
        for k in range(networks.count)
    ]
    rows.sort(key=lambda row: int(str(row["network_id"])))
    return pa.Table.from_pylist(rows, schema=NETWORKS)


def exposures_table(
    world: Measured,
    facts: Facts,
    found: Exposures,
    key_events: list[str],
    labels: Labels,
) -> pa.Table:
    """EXPOSURES, by number."""
    person_id = world.population.ids[found.person]
    order = np.argsort(person_id, kind="stable")
    lost: dict[int, int] = {}
    for row in facts.cases.select(["number", "lost_at"]).to_pylist():
        lost[row["number"]] = max(row["lost_at"], lost.get(row["number"], row["lost_at"]))
    suspect = found.suspect[order]
    return (
        pa.table(
            {
                "number": person_id[order],
                "network_id": labels.network_ids[suspect],
                "suspect": world.population.ids[suspect],
                "suspect_probability": labels.probability[suspect],
                "in_fraud_probability": found.in_fraud[order],
                **{
                    name: values[order].astype(bool) if name == "message_then_call" else values[order]
                    for name, values in found.counts.items()
                },
                "scam_type": labels.scam_types[suspect],
                "lost_at": [lost.get(int(number)) for number in person_id[order]],
                "key_events": [key_events[i] for i in order.tolist()],
            }
        )
        .select(EXPOSURES.names)
        .cast(EXPOSURES)
    )


def dated_exposures(world: Measured, facts: Facts, found: Exposures, key_events: list[str], labels: Labels) -> pa.Table:
    """EXPOSURES with `since` and `newest`, so that the ranking need not find them in the events' text again."""
    table = exposures_table(world, facts, found, key_events, labels)
    order = np.argsort(world.population.ids[found.person], kind="stable")
    for name, values in (("since", found.since), ("newest", found.newest)):
        table = table.append_column(name, pa.array(values[order]))
    return table


def key_events(world: Measured, exposed: Exposed) -> list[str]:
    """For each person at most KEY_EVENTS_MOST dated events, in order of time, as JSON.

    Taken in this order: the first and the newest talk, what the person did by itself, then calls by length; newest
    first.

    A suspect's or a person's own events: {"at", "what", "number", "seconds"}; `what` is call, message, call_back,
    message_back, verification, bank_call or code.
    """
    met, reacted, found = exposed.met, exposed.reacted, exposed.rows
    person = np.concatenate([met.person, reacted.person])
    at = np.concatenate([met.at, reacted.at])
    weight = np.concatenate([_telling(met), np.full(len(reacted.person), 5e6)])
    rank = np.lexsort((np.arange(len(person)), -at, -weight, person))
    first = np.searchsorted(person[rank], found.person)
    position = np.arange(len(rank)) - np.repeat(first, np.diff(np.append(first, len(rank))))
    chosen = rank[position < parameters.KEY_EVENTS_MOST]
    chosen = chosen[np.lexsort((chosen, at[chosen], person[chosen]))]
    bounds = np.append(np.searchsorted(person[chosen], found.person), len(chosen)).tolist()
    described = _described(world, met, reacted, chosen)
    return [orjson.dumps(described[low:high]).decode() for low, high in pairwise(bounds)]


def _telling(met: Meetings) -> Float64:
    """How much an event says: the first and the newest talk, then the person's own acts, then by length."""
    weight = np.where(met.back, 1e6, 0.0) + met.seconds.astype(np.float64)
    talk = np.flatnonzero((met.call & (met.seconds >= parameters.TALKED_FROM_S)) | met.back)
    edge = np.flatnonzero(np.diff(met.person[talk], prepend=-1))
    weight[talk[edge]] = 1e7
    weight[talk[np.append(edge, len(talk))[1:] - 1]] = 1e7
    return weight


_MET = ("message", "call", "message_back", "call_back")
_REACTED = {VERIFICATION: "verification", BANK_CALL: "bank_call", CODE: "code"}


def _described(world: Measured, met: Meetings, reacted: Reactions, chosen: Int64) -> list[dict[str, object]]:
    """Each chosen event: of those met, then of the reactions."""
    is_met = chosen < len(met.person)
    m, r = chosen[is_met], chosen[~is_met] - len(met.person)
    number = np.empty(len(chosen), dtype=np.int64)
    at = np.empty(len(chosen), dtype=np.int64)
    number[is_met], number[~is_met] = world.population.ids[met.suspect[m]], world.population.ids[reacted.other[r]]
    at[is_met], at[~is_met] = met.at[m], reacted.at[r]
    seconds = np.full(len(chosen), -1, dtype=np.int64)
    seconds[is_met] = np.where(met.call[m], met.seconds[m], -1)
    what = np.empty(len(chosen), dtype=object)
    what[is_met] = np.array(_MET, dtype=object)[met.call[m] + 2 * met.back[m]]
    what[~is_met] = np.array([_REACTED[kind] for kind in sorted(_REACTED)], dtype=object)[reacted.kind[r]]
    return [
        {"at": a, "what": w, "number": n} if s < 0 else {"at": a, "what": w, "number": n, "seconds": s}
        for a, w, n, s in zip(at.tolist(), what.tolist(), number.tolist(), seconds.tolist(), strict=True)
    ]


def _harm(world: World, facts: Facts, networks: Networks, met: Meetings) -> tuple[Int64, Int64]:
    """Persons who met each network, and reported losses of theirs at or after their first meeting with it."""
    network = networks.of_number[met.suspect]
    inside = network >= 0
    key = met.person[inside].astype(np.int64) * max(networks.count, 1) + network[inside]
    pair, first = np.unique(key, return_index=True)
    exposed = np.bincount(pair % max(networks.count, 1), minlength=networks.count)
    first_met = met.at[inside][first]
    losses = np.zeros(networks.count, dtype=np.int64)
    victims = world.population.index_of(facts.cases.column("number").to_numpy())
    lost_at = facts.cases.column("lost_at").to_numpy()
    low = np.searchsorted(pair, victims.astype(np.int64) * max(networks.count, 1))
    high = np.searchsorted(pair, (victims.astype(np.int64) + 1) * max(networks.count, 1))
    for case in np.flatnonzero((high > low) & (victims >= 0)).tolist():
        here = slice(low[case], high[case])
        losses[pair[here][first_met[here] <= lost_at[case]] % networks.count] += 1
    return exposed.astype(np.int64), losses


def _span(world: World, networks: Networks, as_of: int) -> tuple[Int64, Int64]:
    """First and last event of each network's numbers; `as_of` for one without events."""
    snapshot = world.snapshot
    first = np.full(networks.count, np.iinfo(np.int64).max)
    last = np.full(networks.count, np.iinfo(np.int64).min)
    for side in (snapshot.contact_from, snapshot.contact_to):
        network = networks.of_number[side]
        inside = network >= 0
        np.minimum.at(first, network[inside], snapshot.first_at[inside])
        np.maximum.at(last, network[inside], snapshot.last_at[inside])
    return np.where(first > last, as_of, first), np.where(first > last, as_of, last)


def _linked(world: World, networks: Networks, suspicion: Suspicion, ids: list[int]) -> list[list[dict[str, object]]]:
    """Other networks that share entities or leads with each: {"network_id", "through", "strength"}."""
    strength: dict[tuple[int, int, str], float] = {}
    rows = world.incidence
    users = np.flatnonzero(networks.of_number[rows.number] >= 0)
    use = np.unique(
        np.column_stack([rows.slot[users], rows.kind[users], networks.of_number[rows.number[users]]]), axis=0
    )
    for slot in np.unique(use[:, 0][np.flatnonzero(use[1:, 0] == use[:-1, 0])]).tolist():
        here = use[slice(*np.searchsorted(use[:, 0], [slot, slot + 1]))]
        kind = sharing.KINDS[int(here[0, 1])].value
        for a in here[:, 2].tolist():
            for b in here[:, 2].tolist():
                if a != b:
                    strength[a, b, kind] = strength.get((a, b, kind), 0.0) + 1.0
    for (a, b), value in _shared_leads(networks, suspicion).items():
        strength[a, b, "leads"] = value
    result: list[list[dict[str, object]]] = [[] for _ in ids]
    for (a, b, through), value in sorted(strength.items(), key=lambda s: (s[0][0], ids[s[0][1]], s[0][2])):
        if through != "leads" or value >= parameters.LINK_TIES_LEAST:
            result[a].append({"network_id": ids[b], "through": through, "strength": round(value, 3)})
    return result


def _shared_leads(networks: Networks, suspicion: Suspicion) -> dict[tuple[int, int], float]:
    """Summed strength of the ties between the callers of two networks, both ways round."""
    ties = suspicion.ties
    one, other = networks.of_number[ties.suspect], networks.of_number[ties.other]
    across = (one >= 0) & (other >= 0) & (one != other)
    low, high = np.minimum(one, other)[across], np.maximum(one, other)[across]
    # Ties are found from both sides; the mean of the two is the tie.
    key, inverse = np.unique(low.astype(np.int64) * networks.count + high, return_inverse=True)
    total = np.bincount(inverse, weights=ties.strength[across], minlength=len(key)) / 2
    pairs = [(int(k // networks.count), int(k % networks.count)) for k in key]
    there = dict(zip(pairs, total.tolist(), strict=True))
    return {**there, **{(b, a): value for (a, b), value in there.items()}}
