"""What an engine finds in a snapshot: suspicion, networks and exposure, as tables."""

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class Findings:
    """An engine's whole answer about one instant. Schemas: model.tables, by the same names in capitals.

    Orders are part of the answer and end in an id, so that two runs give the same bytes.
    """

    suspicions: pa.Table  # by number
    entity_suspicions: pa.Table  # by entity
    networks: pa.Table  # by network_id
    members: pa.Table  # by network_id, then number, then entity
    exposures: pa.Table  # by number; beside its schema may stand `since` and `newest` (see engine.exposure)


@dataclass(frozen=True)
class KnownNetworks:
    """Networks of the analysis before, so that a network keeps its id: MEMBERS rows, and the next id that is free."""

    members: pa.Table
    next_id: int
