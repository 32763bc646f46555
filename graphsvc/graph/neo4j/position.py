"""How far the graph is: the one `(:Service)` node, which moves in the same transaction as the data."""

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import orjson

from graphsvc.errors import Neo4jFailed

if TYPE_CHECKING:
    from graphsvc.graph.neo4j.connection import Database, Transaction

MODEL: Final = 1
"""Raised when the same facts would give other nodes, relationships or properties than before."""

Marks = dict[str, tuple[int, int]]
"""Feed → rows of facts, and the newest row's id."""


@dataclass(frozen=True)
class Position:
    """What the graph holds, and what of it."""

    registry: str
    """Of which data folder: `Registry.identity`."""
    revision: int
    """Counts the transactions of the projection."""
    writer: str
    """Who made the last of them."""
    numbers_to: int
    """Numbers with smaller ids are nodes."""
    entities_to: int
    loaded_to: int
    """Events with a smaller seq are in the contacts."""
    facts: Marks
    facts_due: int | None
    """Epoch ms when a flag known already begins or ends, if one does."""
    analysis_id: str | None
    as_of: int | None
    scope: str
    """Which events are there one by one: suspects, all, none."""
    since: int
    """From when (epoch ms)."""
    stage: str = ""
    """An analysis whose new numbers are being given their events, before it is shown."""
    kept_from: int = 0
    """Nothing counts an event from before this instant (epoch ms); 0: all are kept."""
    swept_to: str = ""
    """The last retention whose numbers and entities have left (`Source.position`)."""
    model: int = MODEL

    def moved(self, **changes: Any) -> "Position":
        """The position after the next transaction."""
        return replace(self, revision=self.revision + 1, **changes)

    def properties(self) -> dict[str, Any]:
        """As the `(:Service)` node has them."""
        values = {_PROPERTY[name]: value for name, value in asdict(self).items()}
        values["keptFrom"] = self.kept_from or None
        values["sweptTo"] = self.swept_to or None
        values["factsTo"] = orjson.dumps(self.facts, option=orjson.OPT_SORT_KEYS).decode()
        return values


_PROPERTY: Final = {
    "registry": "registry",
    "revision": "revision",
    "writer": "writer",
    "numbers_to": "numbersTo",
    "entities_to": "entitiesTo",
    "loaded_to": "loadedTo",
    "facts": "factsTo",
    "facts_due": "factsDueAt",
    "analysis_id": "analysisId",
    "as_of": "asOf",
    "scope": "eventsScope",
    "since": "eventsSince",
    "stage": "stage",
    "kept_from": "keptFrom",
    "swept_to": "sweptTo",
    "model": "model",
}
TIMES: Final = ("factsDueAt", "asOf", "eventsSince", "keptFrom")
"""Properties that are instants."""


def read(database: "Database") -> Position | None:
    """Where the graph is; None in a database without one."""
    rows = database.read("projection/position")
    if not rows:
        return None
    values = rows[0]["service"]
    found = {name: values.get(shown) for name, shown in _PROPERTY.items()}
    found["facts"] = {feed: (rows, newest) for feed, (rows, newest) in orjson.loads(found["facts"]).items()}
    found["kept_from"] = found["kept_from"] or 0
    for name in ("stage", "swept_to"):
        found[name] = found[name] or ""  # the importer writes no empty text
    return Position(**found)


def refuse_other(at: Position, registry: str, place: str) -> None:
    """Neo4jFailed where the graph at `place` is of another data folder than `registry` names, or of another model."""
    if at.registry != registry:
        raise Neo4jFailed(
            f"the database at {place} holds the graph of another data folder; "
            "give this one a database of its own, or load it anew"
        )
    if at.model != MODEL:
        raise Neo4jFailed(
            f"the graph at {place} was made by another version of graphsvc (model {at.model}, "
            f"this one makes {MODEL}): graphsvc neo4j load --replace"
        )


def write(transaction: "Transaction", before: Position | None, after: Position) -> None:
    """Go from one position to the next; takes the node's lock, so that writers follow each other.

    Raises Neo4jFailed where another writer has gone on from `before`.
    """
    given = after.properties()
    if before is None:
        transaction.run("projection/begin", properties=given)
        return
    moved = transaction.run("projection/advance", revision=before.revision, properties=given)
    if not moved:
        raise Neo4jFailed("another process writes to this graph; only one sync may run at a time")
