"""Networks: suspects joined by evidence, found by Leiden on that small graph, never on the whole contact graph.

Nodes are suspect numbers and the entities that tie them; edges are shared entities, common recipients and
handovers. Every network is connected, has two suspects at least, and a flag or a den behind it.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graphsvc.engine import co_recipients, parameters, sharing
from graphsvc.engine.co_recipients import Ties
from graphsvc.engine.population import Bool, Float64
from graphsvc.engine.suspicion import Suspicion, World
from graphsvc.graph.snapshot import Int32, Int64
from graphsvc.model.words import EntityKind


@dataclass(frozen=True)
class EvidenceGraph:
    """Suspects and entities under one node index: suspects first."""

    suspects: Int32
    """[k] indices of the population, ascending."""
    slots: Int32
    """[x] slots of entities; node k + i is slot slots[i]."""
    source: Int64
    target: Int64
    weight: Float64
    binds: Bool
    """Whether an edge makes its ends members of one network; a shared holder does not."""

    @property
    def node_count(self) -> int:
        """Suspects and entities together."""
        return len(self.suspects) + len(self.slots)


@dataclass(frozen=True)
class Networks:
    """Membership: -1 for none. Networks are numbered from 0 in the order of their first member's index."""

    of_number: Int32
    """[N] network of each number of the population."""
    of_slot: Int32
    """Network of each entity slot."""
    count: int


def evidence_graph(world: World, suspicion: Suspicion) -> EvidenceGraph:
    """The graph among numbers suspect enough to join a network."""
    probability = suspicion.probability
    suspects = np.flatnonzero(probability >= parameters.NETWORK_FROM).astype(np.int32)
    node = np.full(len(probability), -1, dtype=np.int64)
    node[suspects] = np.arange(len(suspects))
    number, slot, entity_weight, binds = _entity_edges(world, node >= 0)
    slots, entity_node = np.unique(slot, return_inverse=True)
    ties, passed = suspicion.ties, suspicion.handovers
    caller_edge = (node[ties.suspect] >= 0) & (node[ties.other] >= 0)
    # A tie between two suspects is found from both sides and counts once.
    caller_edge &= (ties.suspect < ties.other) | (probability[ties.other] < parameters.CALLER_SUSPECT_FROM)
    handed = (node[passed.handler] >= 0) & (node[passed.suspect] >= 0) & (passed.handler != passed.suspect)
    return EvidenceGraph(
        suspects=suspects,
        slots=slots.astype(np.int32),
        source=np.concatenate([node[number], node[ties.suspect[caller_edge]], node[passed.handler[handed]]]),
        target=np.concatenate(
            [entity_node + len(suspects), node[ties.other[caller_edge]], node[passed.suspect[handed]]]
        ),
        weight=np.concatenate(
            [entity_weight, _caller_weight(ties)[caller_edge], np.full(int(handed.sum()), parameters.HANDOVER_TIE)]
        ),
        binds=np.concatenate([binds, np.ones(int(caller_edge.sum() + handed.sum()), bool)]),
    )


def communities(graph: EvidenceGraph, world: World) -> Networks:
    """Leiden communities of the evidence graph, before anybody asks whether they are networks.

    At this resolution, groups of strengths a and b are joined by ties above a × b / (the whole strength, held between
    STRENGTH_TOGETHER and STRENGTH_APART).
    """
    strength = 2 * float(graph.weight.sum())
    held = min(max(strength, parameters.STRENGTH_TOGETHER), parameters.STRENGTH_APART)
    resolution = strength / held
    edges = (graph.source, graph.target, graph.weight)
    labels = world.features.communities(graph.node_count, edges, resolution=resolution)
    return _membership(graph, world, labels)


def attached(graph: EvidenceGraph, world: World, suspicion: Suspicion, found: Networks) -> Float64:
    """[N] how surely each number belongs with the suspects of its community: 1 - Π(1 - tie × how suspect its end is).

    A community has whoever has any edge into it, if only one person whom two callers share by chance. So a tie counts
    as far as what it rests on speaks for the number: common recipients by how far its whole list bears them out, people
    passed on by what the handler's other people leave of it.
    """
    sure, of_number = suspicion.probability, found.of_number
    ties, passed = suspicion.ties, suspicion.handovers
    count = co_recipients.evidence_count(ties.suspect, ties.other, ties.strength, sure)
    borne = _part(suspicion.tied["co_recipients"].says, parameters.CO_RECIPIENT_MOST * (1 - np.exp2(-count)))
    handler = _part(suspicion.tied["handover"].says, np.full(len(sure), parameters.HANDOVER_MOST))
    handed = parameters.HANDOVER_TIE * handler[passed.handler]
    user, by_entity = _by_entity(graph, world, found, sure)
    ends = [
        (ties.other, ties.suspect, _caller_weight(ties) * borne[ties.other] * sure[ties.suspect]),
        (passed.handler, passed.suspect, handed * sure[passed.suspect]),
        (passed.suspect, passed.handler, handed * sure[passed.handler]),
    ]
    doubt = np.zeros(len(sure))
    np.add.at(doubt, user, np.log1p(-by_entity))
    for one, other, tie in ends:
        inside = (of_number[one] >= 0) & (of_number[one] == of_number[other])
        np.add.at(doubt, one[inside], np.log1p(-np.minimum(tie[inside], parameters.PROBABILITY_MOST)))
    return np.asarray(-np.expm1(doubt))


def _part(of: Float64, whole: Float64) -> Float64:
    return np.clip(np.divide(of, whole, out=np.zeros_like(of), where=whole > 0), 0.0, 1.0)


def _by_entity(graph: EvidenceGraph, world: World, found: Networks, sure: Float64) -> tuple[Int32, Float64]:
    """Who uses an entity of its community, and how far that ties it: by the surest other member, or by its flag."""
    k = len(graph.suspects)
    used = graph.target >= k
    user, slot, weight = graph.suspects[graph.source[used]], graph.slots[graph.target[used] - k], graph.weight[used]
    inside = (found.of_number[user] >= 0) & (found.of_number[user] == found.of_slot[slot])
    user, slot, weight = user[inside], slot[inside], weight[inside]
    other = _surest_other(slot, weight * sure[user], len(world.incidence.entities))
    flagged = np.isin(world.incidence.entities[slot], list(world.flags.of_entity))
    tie = np.minimum(weight, np.where(flagged, 1.0, other))
    return user, np.minimum(tie, parameters.PROBABILITY_MOST)


def in_flagged_network(world: World, found: Networks, grounds: Float64, belongs: Float64) -> tuple[Float64, Float64]:
    """Log-odds from the flagged members of one's community, oneself left out, and how sure one of them is fraud.

    Complaints of the public about a community are one sign, as those about one number are: of members about whom
    nobody else said anything, the surest other one counts. `grounds`: how sure each number is as grounds against others
    (suspicion.grounds); of those without a flag, nothing counts. `belongs`: see `attached`.
    """
    confidence = np.where(world.flags.of_number > 0, np.minimum(grounds, world.flags.carried), 0.0)
    member = np.flatnonzero(found.of_number >= 0)
    network, mine, complained = found.of_number[member], confidence[member], world.flags.complained[member]
    stated = np.where(complained, 0.0, mine)
    complaint = _surest_other(network, np.where(complained, mine, 0.0), found.count)
    doubt = np.log1p(-parameters.SOURCE_KEPT * stated)
    doubts = np.bincount(network, weights=doubt, minlength=found.count)[network] - doubt
    others = np.bincount(network, weights=stated, minlength=found.count)[network] - stated + complaint
    says, together = np.zeros(len(confidence)), np.zeros(len(confidence))
    says[member] = parameters.NETWORK_MOST * (1 - np.exp2(-np.maximum(others, 0))) * belongs[member]
    together[member] = -np.expm1(np.minimum(doubts + np.log1p(-parameters.SOURCE_KEPT * complaint), 0))
    return says, together


def _surest_other(network: Int32, sure: Float64, count: int) -> Float64:
    """For each member the greatest value among the other members of its network."""
    order = np.lexsort((-sure, network))
    start = np.searchsorted(network[order], np.arange(count))
    best, second = np.zeros(count), np.zeros(count)
    top = np.full(count, -1, dtype=np.int64)
    size = np.diff(np.append(start, len(order)))
    some, more = size > 0, size > 1
    top[some] = order[start[some]]
    best[some], second[more] = sure[top[some]], sure[order[start[more] + 1]]
    return np.where(top[network] == np.arange(len(network)), second[network], best[network])


def settled(graph: EvidenceGraph, world: World, found: Networks, suspicion: Suspicion) -> Networks:
    """The communities' connected parts of members suspect enough, where a flag or a den stands behind them."""
    suspect = suspicion.of_members[graph.suspects] >= parameters.MEMBER_FROM
    label = np.concatenate([np.where(suspect, found.of_number[graph.suspects], -1), found.of_slot[graph.slots]])
    inside = (label[graph.source] == label[graph.target]) & (label[graph.source] >= 0) & graph.binds
    size = graph.node_count
    matrix = coo_array((graph.weight[inside], (graph.source[inside], graph.target[inside])), shape=(size, size))
    part = connected_components(matrix, directed=False)[1]
    parts = int(part.max()) + 1 if size else 0
    k = len(graph.suspects)
    numbers = np.bincount(part[:k][suspect], minlength=parts)
    grounded = np.zeros(parts, dtype=bool)
    grounded[part[:k][suspect & _grounds(world, suspicion)[graph.suspects]]] = True
    flagged_entity = np.isin(world.incidence.entities[graph.slots], list(world.flags.of_entity))
    grounded[part[k:][flagged_entity]] = True
    kept = (numbers >= 2) & grounded
    final = np.where(kept[part] & np.concatenate([suspect, np.ones(len(graph.slots), bool)]), part, -1)
    return _membership(graph, world, _with_holders(graph, final.astype(np.int32)))


def _with_holders(graph: EvidenceGraph, network: Int32) -> Int32:
    """Networks of the nodes, with each holder whose members' cards all serve one network in that network."""
    held = ~graph.binds & (network[graph.source] >= 0)
    holder, of_card = graph.target[held], network[graph.source[held]]
    least, most = np.full(len(network), np.iinfo(np.int32).max), np.full(len(network), -1)
    np.minimum.at(least, holder, of_card)
    np.maximum.at(most, holder, of_card)
    return np.where((most >= 0) & (least == most), most, network).astype(np.int32)


def _grounds(world: World, suspicion: Suspicion) -> Bool:
    """Numbers that can stand behind a network: flagged, or one of a den's."""
    return (world.flags.of_number > 0) | (suspicion.den_row >= 0)


def _entity_edges(world: World, suspect: Bool) -> tuple[Int32, Int32, Float64, Bool]:
    """Suspect numbers to the entities that at least two of them share, or that are flagged; how strong, and binding."""
    rows = world.incidence
    ordinary = world.behaviour_total <= parameters.ORDINARY_TO
    tie = np.array([parameters.NETWORK_TIE[kind] for kind in sharing.KINDS])
    weight = rows.weight * tie[rows.kind] * sharing.discount(rows, ordinary)
    of_suspect = suspect[rows.number]
    sharers = np.bincount(rows.slot[of_suspect], minlength=len(rows.entities))
    flagged = np.isin(rows.entities, list(world.flags.of_entity))
    chosen = of_suspect & ((sharers >= 2) | flagged)[rows.slot] & (weight >= parameters.TIE_LEAST)
    binds = rows.kind != sharing.KINDS.index(EntityKind.HOLDER)
    return rows.number[chosen], rows.slot[chosen], weight[chosen], binds[chosen]


def _caller_weight(ties: Ties) -> Float64:
    """Ties as edges: dens that bought some of the same leads share less of their lists than a den's own numbers."""
    return np.asarray(ties.strength * np.minimum(ties.share / parameters.NETWORK_SHARE_FULL, 1))


def _membership(graph: EvidenceGraph, world: World, label: Int32) -> Networks:
    """Labels of nodes as membership, networks renumbered in order of their first number."""
    k = len(graph.suspects)
    named, first = np.unique(label[:k], return_index=True)
    first, named = first[named >= 0], named[named >= 0]
    order = named[np.argsort(first)]
    rank = np.full(int(label.max(initial=-1)) + 2, -1, dtype=np.int32)
    rank[order] = np.arange(len(order))
    of_number = np.full(len(world.population), -1, dtype=np.int32)
    of_slot = np.full(len(world.incidence.entities), -1, dtype=np.int32)
    of_number[graph.suspects] = rank[label[:k]]
    of_slot[graph.slots] = rank[label[k:]]
    return Networks(of_number, of_slot, len(order))
