"""What a full look says of each number, kept for glances: see engine.glance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from graphsvc.engine import behaviour, parameters
from graphsvc.engine.acquainted import Acquaintances
from graphsvc.engine.begun import Beginnings
from graphsvc.engine.classes import Words
from graphsvc.engine.networks import Networks
from graphsvc.engine.population import Float64
from graphsvc.engine.suspicion import Suspicion, World, log_odds, logistic
from graphsvc.graph.snapshot import Int32

Kind = TypeVar("Kind", bound=np.generic)
NOBODY: Final = float(logistic(np.array(parameters.PRIOR_LOG_ODDS)))
"""How suspect a number is of which nothing is known."""


@dataclass(frozen=True)
class Verdicts:
    """Of a full look; arrays are by registry id. Of a number with a higher id, or never seen, nothing speaks."""

    probability: Float64
    unflagged: Float64
    """Log-odds of its own, without flags and what the age of its company's lines takes from them."""
    settled: Float64
    """What that age takes from flags: log-odds, never above 0."""
    list_age: Float64
    """What the age of whoever reaches the same people said, which says nothing of flagged numbers: log-odds."""
    dials: Float64
    """What its dialling says, which a flag does not say again."""
    company: Float64
    """How probably it is of fraud by the company it keeps."""
    two_way: Float64
    ringing: Float64
    friends: Float64
    fresh: Float64
    active_days: Int32
    """See acquainted.Acquaintances."""
    network: Int32
    """Index of its network, -1 for none."""
    scam_type: Words
    """None where nothing says."""
    network_ids: tuple[int, ...]
    """By index."""

    @property
    def count(self) -> int:
        """One more than the highest id."""
        return len(self.probability)

    def probability_of(self, ids: Int32) -> Float64:
        """How suspect each of these ids stands."""
        return self._of(self.probability, ids, NOBODY)

    def with_flags(self, ids: Int32, confidence: Float64) -> Float64:
        """The same with other flags than then: how sure each id's are together, 0 for none.

        As suspicion.Suspicion, but that the flags of others, which company brings, are those of then.
        """
        raised = np.zeros(len(ids))
        has = confidence > 0
        dials = np.maximum(self._of(self.dials, ids, 0.0), 0)
        raised[has] = np.maximum(log_odds(confidence[has]) - parameters.PRIOR_LOG_ODDS - dials[has], 0)
        own = self._of(self.unflagged, ids, parameters.PRIOR_LOG_ODDS) + raised
        own += np.where(has, self._of(self.settled, ids, 0.0) - self._of(self.list_age, ids, 0.0), 0.0)
        alone = 1 / (1 + np.exp(own))
        return np.minimum(1 - alone * (1 - self._of(self.company, ids, 0.0)), parameters.PROBABILITY_MOST)

    def acquaintances(self, ids: Int32, begun: Beginnings) -> Acquaintances:
        """What tells friends from leads; a number that was never seen is a new card without friends."""
        return Acquaintances(
            two_way=self._of(self.two_way, ids, 0.0),
            ringing=self._of(self.ringing, ids, 0.0),
            friends=self._of(self.friends, ids, 0.0),
            fresh=self._of(self.fresh, ids, 1.0),
            active_days=self._of(self.active_days, ids, 1),
            begun=begun,
        )

    def network_of(self, ids: Int32) -> Int32:
        """Index of each id's network, -1 for none."""
        return self._of(self.network, ids, -1)

    def scam_types_of(self, ids: Int32) -> Words:
        """Kind of scam of each id, None where nothing says."""
        return self._of(self.scam_type, ids, None)

    def _of(self, values: npt.NDArray[Kind], ids: Int32, otherwise: float | None) -> npt.NDArray[Kind]:
        result = np.full(len(ids), otherwise, dtype=values.dtype)
        there = ids < self.count
        result[there] = values[ids[there]]
        return result


def verdicts_of(
    world: World,
    suspicion: Suspicion,
    known: Acquaintances,
    networks: Networks,
    network_ids: Sequence[int],
    scam_types: Words,
) -> Verdicts:
    """What a full look came to."""
    ids = world.population.ids
    count = int(ids.max(initial=-1)) + 1

    def by_id(values: npt.NDArray[Kind], otherwise: float | None = 0.0) -> npt.NDArray[Kind]:
        result = np.full(count, otherwise, dtype=values.dtype)
        result[ids] = values
        return result

    own = suspicion.own
    nothing = np.zeros(len(ids))
    settled = own.get("settled_lines", nothing)
    dials = sum((world.behaviour[rule] for rule in behaviour.DIALLING), start=nothing)
    return Verdicts(
        probability=by_id(suspicion.probability, NOBODY),
        unflagged=by_id(suspicion.own_log_odds - own["flagged"] - settled, parameters.PRIOR_LOG_ODDS),
        settled=by_id(settled),
        list_age=by_id(own["list_age"]),
        dials=by_id(dials),
        company=by_id(suspicion.company()[0]),
        two_way=by_id(known.two_way),
        ringing=by_id(known.ringing),
        friends=by_id(known.friends),
        fresh=by_id(known.fresh, 1.0),
        active_days=by_id(known.active_days, 1),
        network=by_id(networks.of_number, -1),
        scam_type=by_id(scam_types, None),
        network_ids=tuple(network_ids),
    )
