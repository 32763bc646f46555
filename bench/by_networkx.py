"""`python -m bench.by_networkx`: a whole analysis as somebody writes it with networkx, beside ours of the same events.

The steps are the same, by networkx's own verbs: contacts are folded from events, callers are tied by the people whom
both reached, ties give communities, chance walks from flagged numbers give suspicion, and people are exposed by the
suspects who reached them. It does less than ours (no time, no devices, no stages, no evidence, nothing kept), so that
the ratio says too little for us. The world is simulated, of a size at which it takes networkx about a minute.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import networkx as nx
import numpy as np

from bench.__main__ import make_world
from graphsvc.graph.snapshot import Snapshot
from graphsvc.model.progress import silent
from graphsvc.settings import Settings
from graphsvc.store import facts
from graphsvc.wiring import open_service

REACH_LEAST = 10
"""Whoever reached fewer people is nobody's caller."""
POPULAR = 50
"""Who was reached by more callers ties nobody: taxis, couriers, the shop around the corner."""
SUSPECTS = 500


Event = tuple[int, int, int, int]
"""From, to, at, seconds."""


def analysed(events: Sequence[Event], flagged: Sequence[int]) -> dict[int, float]:
    """Exposure by person, of events and flagged numbers."""
    contacts = _folded(events)
    ties = _tied(contacts)
    of = {number: k for k, members in enumerate(nx.community.louvain_communities(ties, seed=1)) for number in members}
    seeds = {number: 1.0 for number in flagged if number in ties}
    near = nx.pagerank(ties, personalization=seeds) if seeds else dict.fromkeys(ties, 0.0)
    bad = {of[number] for number in seeds}
    suspects = sorted((n for n in ties if of[n] in bad), key=near.__getitem__, reverse=True)[:SUSPECTS]
    exposed = dict[int, float]()
    for suspect in suspects:
        for person in contacts[suspect]:
            exposed[person] = exposed.get(person, 0.0) + near[suspect]
    return exposed


def _folded(events: Sequence[Event]) -> nx.DiGraph:
    contacts = nx.DiGraph()
    for a, b, at, seconds in events:
        if contacts.has_edge(a, b):
            known = contacts[a][b]
            known["events"] += 1
            known["talk_s"] += seconds
            known["first_at"], known["last_at"] = min(known["first_at"], at), max(known["last_at"], at)
        elif a != b:
            contacts.add_edge(a, b, events=1, talk_s=seconds, first_at=at, last_at=at)
    return contacts


def _tied(contacts: nx.DiGraph) -> nx.Graph:
    """Callers, and in how many people's lists of calls two of them stand together."""
    callers = [n for n, reached in contacts.out_degree() if reached >= REACH_LEAST]
    lists = nx.Graph()
    lists.add_nodes_from(("caller", n) for n in callers)
    for n in callers:
        lists.add_edges_from(
            (("caller", n), ("person", person)) for person in contacts[n] if contacts.in_degree(person) <= POPULAR
        )
    ties = nx.bipartite.weighted_projected_graph(lists, [("caller", n) for n in callers])
    return nx.relabel_nodes(ties, {node: node[1] for node in ties})


def events_of(snapshot: Snapshot) -> list[Event]:
    """Its events, by dense numbers."""
    sizes = np.diff(snapshot.event_start)
    ends = (np.repeat(side, sizes).tolist() for side in (snapshot.contact_from, snapshot.contact_to))
    return list(zip(*ends, snapshot.event_at.tolist(), snapshot.event_duration_s.tolist(), strict=True))


def main() -> None:
    """Make the world, analyse it both ways, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.by_networkx", description=__doc__)
    parser.add_argument("--subscribers", type=int, default=5_000)
    parser.add_argument("--days", type=int, default=14)
    options = parser.parse_args()
    with TemporaryDirectory() as place:
        world = Path(place) / "world"
        make_world(world, subscribers=options.subscribers, days=options.days)
        with open_service(Settings(home=Path(place) / "home")) as service:
            service.load([world / "feeds"], kind=None, feed_id="default", progress=silent)
            ours = list[float]()
            for _ in range(4):  # the first compiles
                service.snapshots.sweep(keep=())
                began = time.process_time()
                record = service.analyse(as_of=None, engine="local", progress=silent)
                ours.append(time.process_time() - began)
            snapshot = service.snapshot(record.as_of)
            rows = facts.flags_at(service.catalogue, record.as_of)["number"].drop_null().to_numpy()
            flagged = snapshot.dense(rows)
    events = events_of(snapshot)
    began = time.process_time()
    exposed = analysed(events, flagged[flagged >= 0].tolist())
    theirs = time.process_time() - began
    print(
        f"{len(events):,} events, {snapshot.contact_count:,} contacts, {snapshot.number_count:,} numbers: networkx "
        f"{theirs:.1f} CPU s ({len(exposed):,} people exposed), graphsvc {median(ours[1:]):.2f} "
        f"({record.counts['victims']:,}), × {theirs / median(ours[1:]):.0f}"
    )


if __name__ == "__main__":
    main()
