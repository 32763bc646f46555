"""The engine on Neo4j with Graph Data Science: figures of the graph come from Cypher, communities of evidence from GDS.

What turns figures into probabilities is the code that every engine shares (`engine.analysing`); docs/neo4j.md says what
that still takes from the snapshot. The graph must hold what the snapshot holds, every event one by one.
"""

from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt

from graphsvc.engine import parameters, traits
from graphsvc.engine.analysing import viewed
from graphsvc.engine.co_recipients import Callers, Pairs, Reach
from graphsvc.engine.meetings import Meetings, met
from graphsvc.engine.population import Bool, Float64, Population
from graphsvc.engine.traits import DeviceUse, Traits
from graphsvc.engine.view import View
from graphsvc.errors import Neo4jFailed
from graphsvc.graph.neo4j.connection import Database
from graphsvc.graph.neo4j.leiden import leiden
from graphsvc.graph.snapshot import Int32, Int64, Snapshot
from graphsvc.model.facts import Facts
from graphsvc.model.findings import Findings, KnownNetworks
from graphsvc.model.progress import Progress, silent

SECONDS = 3600.0
"""An analysis of a whole graph takes its time."""


@dataclass(frozen=True)
class GdsEngine:
    """Engine on a database that the projection keeps; see engine.port."""

    database: Database
    timezone: str = "Asia/Shanghai"
    """The operator's: decides where a day begins."""

    @property
    def name(self) -> str:
        """The word that chooses it."""
        return "gds"

    def analyse(self, snapshot: Snapshot, facts: Facts, known: KnownNetworks, progress: Progress = silent) -> Findings:
        """Suspicion, networks and exposure at `facts.as_of`. Raises Neo4jFailed where the graph is not the snapshot."""
        return self.full(snapshot, facts, known, progress).findings(progress)

    def full(self, snapshot: Snapshot, facts: Facts, known: KnownNetworks, progress: Progress = silent) -> View:
        """The same before it is made into tables."""
        features = GdsFeatures(self.database, snapshot)
        features.require_the_same_graph()
        return viewed(snapshot, facts, known, features, timezone=self.timezone, progress=progress)


@dataclass(frozen=True)
class GdsFeatures:
    """Features from Neo4j; see engine.features. Indices are those of the snapshot's numbers."""

    database: Database
    snapshot: Snapshot

    @cached_property
    def totals(self) -> dict[str, Any]:
        """How much the graph holds."""
        return self.database.read("engine/totals", seconds=SECONDS)[0]

    def require_the_same_graph(self) -> None:
        """Raises Neo4jFailed where the graph has other contacts than the snapshot, or not all single events."""
        held = (self.totals["contacts"], self.totals["events"] or 0)
        wanted = (self.snapshot.contact_count, int(self.snapshot.events.sum()))
        if held != wanted:
            raise Neo4jFailed(
                f"Neo4j holds {held[1]:,} events in {held[0]:,} contacts, and what is to be analysed {wanted[1]:,} in "
                f"{wanted[0]:,}: run graphsvc neo4j sync first; a past moment can only be analysed by --engine local"
            )
        there = self.database.read("graph/held")
        scope, since = (there[0]["scope"], there[0]["since"]) if there else (None, None)
        first = self.totals["firstAt"]
        if scope != "all" or (since is not None and first is not None and since > first):
            raise Neo4jFailed(
                "the engine on Neo4j needs every event there one by one: set GRAPHSVC_NEO4J_EVENTS=all and "
                "GRAPHSVC_NEO4J_EVENTS_DAYS to the days that the ledger keeps, and load again"
            )

    def behaviour(self, population: Population, *, day_offset_ms: int) -> tuple[Traits, DeviceUse]:
        """What each number did, and from which devices."""
        found = self._arrays("engine/figures", offsetMs=day_offset_ms, dayMs=parameters.DAY_MS)
        at = self.snapshot.dense(found["number"])

        def figure(name: str) -> Int64:
            values = np.zeros(len(population), dtype=np.int64)
            values[at] = found[name]
            return values

        used = self._arrays("engine/devices")
        number = self.snapshot.dense(used["number"])
        devices = np.bincount(number, minlength=len(population))
        reverse, contact_talk_s = traits.by_contact(self.snapshot)
        measured = Traits(
            contacts_out=figure("contactsOut").astype(np.int32),
            contacts_in=figure("contactsIn").astype(np.int32),
            reciprocal=figure("reciprocal").astype(np.int32),
            events_out=figure("eventsOut"),
            events_in=figure("eventsIn"),
            active_days=figure("activeDays").astype(np.int32),
            devices=devices.astype(np.int32),
            answered_out=figure("answeredOut"),
            messages_out=figure("messagesOut"),
            talk_s=figure("talkSeconds"),
            window_days=self._window_days(day_offset_ms),
            reverse=reverse,
            contact_talk_s=contact_talk_s,
        )
        return measured, DeviceUse(number, used["device"].astype(np.int32), used["events"].astype(np.int32))

    def common_recipients(self, reach: Reach, callers: Callers, company: Float64) -> tuple[Pairs, Float64]:
        """The pairs of the fresh callers, and the company with the steps of all added."""
        ids = self.snapshot.numbers
        everybody = max(int(self.totals["callers"]), 4)
        asked = {
            "public": ids[~reach.caller].tolist(),
            "callersAll": everybody,
            "callersMost": parameters.RECIPIENT_CALLERS_MOST,
        }
        found = self._arrays(
            "engine/common_recipients",
            callers=ids[callers.who[callers.fresh]].tolist(),
            scale=log(everybody / 2),
            nearMs=parameters.CO_RECIPIENT_NEAR_MS,
            farWeight=parameters.CO_RECIPIENT_FAR_WEIGHT,
            least=parameters.CO_RECIPIENT_LEAST,
            **asked,
        )
        one, other = self.snapshot.dense(found["one"]), self.snapshot.dense(found["other"])
        order = np.lexsort((other, one))
        pairs = Pairs(
            one[order], other[order], found["common"][order].astype(np.int32), found["worth"][order].astype(np.float64)
        )
        steps = [[int(i), float(step)] for i, step in zip(ids[callers.who], callers.step, strict=True) if step != 0]
        added = self._arrays("engine/company", steps=steps, **asked)
        result = company.copy()
        result[self.snapshot.dense(added["number"])] += added["company"].astype(np.float64)
        return pairs, result

    def communities(self, node_count: int, edges: tuple[Int64, Int64, Float64], *, resolution: float) -> Int32:
        """Leiden labels of the nodes, from 0 in the order of their smallest members; parallel edges add up."""
        return leiden(self.database, node_count, edges, resolution=resolution)

    def meetings(self, population: Population, suspect: Bool, person: Bool) -> Meetings:
        """Every event between a suspect and a person."""
        ids = self.snapshot.numbers
        found = self._arrays("engine/meetings", suspects=ids[suspect].tolist(), public=ids[~suspect & ~person].tolist())
        who, by = self.snapshot.dense(found["person"]), self.snapshot.dense(found["suspect"])
        back = found["back"].astype(np.bool_)
        at, seq = found["at"].astype(np.int64), found["seq"].astype(np.int64)
        caller, called = np.where(back, who, by), np.where(back, by, who)
        order = np.lexsort((seq, called, caller, at, who))
        return met(
            person=who[order],
            suspect=by[order],
            at=at[order],
            duration_s=found["seconds"][order].astype(np.int32),
            call=found["call"][order].astype(np.bool_),
            answered=found["answered"][order].astype(np.int8),
            back=back[order],
        )

    def _window_days(self, day_offset_ms: int) -> int:
        first, last = self.totals["firstAt"], self.totals["lastAt"]
        if first is None:
            return 0
        day = (np.array([first, last]) + day_offset_ms) // parameters.DAY_MS
        return int(day[1] - day[0]) + 1

    def _arrays(self, name: str, **parameters_: Any) -> dict[str, npt.NDArray[Any]]:
        columns = self.database.columns(name, seconds=SECONDS, **parameters_)
        return {column: np.asarray(values) if values else np.empty(0, np.int64) for column, values in columns.items()}
