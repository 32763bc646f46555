"""The facts behind each rule that spoke about a number, as evidence. Contributions come from suspicion unchanged."""

from dataclasses import dataclass

import numpy as np

from graphsvc.engine import parameters, sharing
from graphsvc.engine.networks import Networks
from graphsvc.engine.population import Float64
from graphsvc.engine.suspicion import Suspicion, World
from graphsvc.graph.snapshot import Int64
from graphsvc.model.evidence import Evidence

Facts = dict[str, object]
NAMED_MOST = 3
"""Numbers that one piece of evidence names."""


@dataclass(frozen=True)
class Grounds:
    """Suspicion with its indices turned round, so that what concerns one number is found at once."""

    world: World
    suspicion: Suspicion
    says: dict[str, Float64]
    """Contributions by rule."""
    probability: Float64
    communities: Networks
    """Of the evidence graph, before networks were settled: what `in_flagged_network` looked at."""
    tie_order: Int64
    """Positions of ties by (other, strongest first)."""
    tie_start: Int64
    members_flagged: dict[int, list[int]]
    """Flagged members (indices) of each community, surest first."""

    @classmethod
    def of(cls, world: World, suspicion: Suspicion, communities: Networks) -> "Grounds":
        """Index what `suspicion` rests on."""
        probability, ties = suspicion.probability, suspicion.ties
        order = np.lexsort((ties.suspect, -ties.strength * probability[ties.suspect], ties.other))
        start = np.searchsorted(ties.other[order], np.arange(len(probability) + 1))
        flagged: dict[int, list[int]] = {}
        confidence = world.flags.of_number
        for index in sorted(np.flatnonzero(confidence > 0).tolist(), key=lambda i: (-confidence[i], i)):
            flagged.setdefault(int(communities.of_number[index]), []).append(index)
        return cls(world, suspicion, suspicion.says, probability, communities, order, start, flagged)


def of_number(grounds: Grounds, index: int) -> list[Evidence]:
    """The prior and every rule that spoke, strongest first; contributions add up to the log-odds."""
    spoken = [(rule, float(values[index])) for rule, values in grounds.says.items() if values[index] != 0]
    spoken.sort(key=lambda item: (-abs(item[1]), item[0]))
    rows = [Evidence(rule, says, _facts(grounds, rule, index)) for rule, says in spoken]
    if grounds.world.population.cleared[index] and grounds.world.flags.of_number[index] > 0:
        rows.insert(0, Evidence("flagged", 0.0, flag_facts(grounds.world, index)))
    if index in grounds.world.flags.outlived:
        rows.append(Evidence("flag_of_earlier_owner", 0.0, _flag_facts(grounds.world.flags.outlived[index])))
    if index in grounds.world.flags.shown:
        rows.append(Evidence("complaint_about_shown_calls", 0.0, _flag_facts(grounds.world.flags.shown[index])))
    return [Evidence("prior", parameters.PRIOR_LOG_ODDS), *rows]


def flag_facts(world: World, index: int) -> Facts:
    """Who flagged a number, since when, and for what."""
    return _flag_facts(world.flags.rows_of_number(index))


def _flag_facts(rows: list[dict[str, object]]) -> Facts:
    first = rows[0]
    return {
        "flag_ids": sorted({int(str(r["flag_id"])) for r in rows if r["flag_id"] is not None}),
        "count": len(rows),
        "first_at": min(int(str(r["known_at"])) for r in rows),
        "source": first["source"],
        "scam_type": first["scam_type"],
    }


def _facts(grounds: Grounds, rule: str, index: int) -> Facts:
    world = grounds.world
    if rule in world.figures:
        return {"value": round(float(world.figures[rule][index]), 4), "count": _events(world, index)}
    if rule == "flagged":
        return flag_facts(world, index)
    if rule == "released":
        return {"first_at": world.flags.released[index]}
    if rule.startswith("shared_"):
        kind = sharing.KINDS[[f"shared_{kind}" for kind in sharing.KINDS].index(rule)]
        return _sharers(grounds, int(grounds.suspicion.sharing.row[kind][index]), index)
    if rule == "many_numbers_on_device":
        return _sharers(grounds, int(grounds.suspicion.den_row[index]), index)
    if rule == "co_recipients":
        return _co_callers(grounds, index)
    if rule == "list_age":
        return _of_one_list(grounds, index)
    if rule == "handover":
        return _handed(grounds, index)
    if rule == "in_flagged_network":
        return _network(grounds, index)
    if rule == "settled_lines":
        return {"count": _together(grounds, index)}
    if rule == "people_checked":
        return _checked(world, index)
    if rule == "call_back_storm":
        return {"count": int(world.traits.contacts_in[index])}
    return {}


def _events(world: World, index: int) -> int:
    return int(world.traits.events_out[index] + world.traits.events_in[index])


def _sharers(grounds: Grounds, row: int, index: int) -> Facts:
    """The entity, how many use it, and the most suspect others."""
    rows = grounds.world.incidence
    here = rows.rows_of_slot(int(rows.slot[row]))
    weight = rows.weight[here] * grounds.probability[rows.number[here]]
    others = rows.number[here]
    best = [int(others[i]) for i in np.lexsort((others, -weight)) if others[i] != index]
    entity = int(rows.entity[row])
    facts: Facts = {"entity": entity, "count": len(others), "numbers": _ids(grounds, best[:NAMED_MOST])}
    if entity in grounds.world.flags.of_entity:
        flag = _flag_facts(grounds.world.flags.rows_of_entity(entity))
        facts |= {"flag_at": flag["first_at"], **{k: flag[k] for k in ("flag_ids", "source", "scam_type")}}
    return facts


def _co_callers(grounds: Grounds, index: int) -> Facts:
    at = grounds.tie_order[grounds.tie_start[index] : grounds.tie_start[index + 1]]
    ties = grounds.suspicion.ties
    named = at[:NAMED_MOST]
    return {
        "numbers": _ids(grounds, ties.suspect[named].tolist()),
        "common": ties.common[named].tolist(),
        "count": len(at),
    }


def _of_one_list(grounds: Grounds, index: int) -> Facts:
    """How many numbers reach the same people, and the most strongly tied."""
    ties = grounds.suspicion.callers
    near, far = ties.other == index, ties.suspect == index
    other = np.concatenate([ties.suspect[near], ties.other[far]])
    strength = np.concatenate([ties.strength[near], ties.strength[far]])
    distinct, first = np.unique(other, return_index=True)
    best = distinct[np.lexsort((distinct, -strength[first]))][:NAMED_MOST]
    return {"numbers": _ids(grounds, best.tolist()), "count": len(distinct)}


def _checked(world: World, index: int) -> Facts:
    """How many people it talked with as a stranger, and how many of them showed a sign."""
    talked = world.checked.strangers
    here = slice(*np.searchsorted(talked.number, [index, index + 1]).tolist())
    shown = np.any([there[here] for there in talked.signs.values()], axis=0)
    return {"people": len(shown), "count": int(shown.sum())}


def _handed(grounds: Grounds, index: int) -> Facts:
    passed = grounds.suspicion.handovers
    low, high = np.searchsorted(passed.handler, [index, index + 1])
    suspects, times = np.unique(passed.suspect[low:high], return_counts=True)
    best = suspects[np.lexsort((suspects, -times))][:NAMED_MOST]
    return {
        "numbers": _ids(grounds, best.tolist()),
        "count": int(high - low),
        "last_at": int(passed.at[low:high].max()),
    }


def _together(grounds: Grounds, index: int) -> int:
    """How many numbers are of one's community or reach the same people, itself included."""
    community, ties = int(grounds.communities.of_number[index]), grounds.suspicion.callers
    members = np.flatnonzero(grounds.communities.of_number == community) if community >= 0 else np.empty(0, np.int64)
    alike = np.concatenate([ties.suspect[ties.other == index], ties.other[ties.suspect == index]])
    return len(np.union1d(np.append(members, index), alike))


def _network(grounds: Grounds, index: int) -> Facts:
    community = int(grounds.communities.of_number[index])
    flagged = [i for i in grounds.members_flagged.get(community, []) if i != index]
    return {"count": len(flagged), "numbers": _ids(grounds, flagged[:NAMED_MOST])}


def _ids(grounds: Grounds, indices: list[int]) -> list[int]:
    return [int(grounds.world.population.ids[i]) for i in indices]
