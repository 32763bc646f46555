"""People near given numbers: how many hops away, how near, and through whom.

**Proximity** is in [0, 1]; a seed has 1. A number v at h hops combines all its contacts with numbers u at h-1
hops as independent evidence (noisy-or: Pearl 1988, Probabilistic Reasoning in Intelligent Systems, 4.3.2):

    proximity(v) = 1 - Π over contacts (u, v) of (1 - proximity(u) · pass(u) · tie(u, v))

    tie(u, v) = e / (e + 1)   e: events of the contact in the window. The first is worth a half, each further
                              one less (saturation as in BM25 with k1 = 1: Robertson & Zaragoza 2009)
    pass(u)   = 1 / √k        k: contacts that start or end at u, at any time; 1 where u is a seed. To share a
                              popular number says little. Our choice, between 1/ln k (Adamic & Adar 2003) and
                              1/k (resource allocation: Zhou, Lü & Zhang 2009, Eur. Phys. J. B 71, 623)

Contacts count in both directions, each as evidence of its own.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graphsvc.graph.neighbours import Steps, steps_from
from graphsvc.graph.snapshot import Int32, Int64, Snapshot
from graphsvc.graph.values import Connected

Float64 = npt.NDArray[np.float64]

_UNSEEN = -1
_NEVER = np.iinfo(np.int64).min
_NOBODY = np.iinfo(np.int32).max


@dataclass(frozen=True)
class _Reached:
    """Of every number: hops from the seeds, log of (1 - proximity), and the number before it on its path."""

    hops: Int32
    log_far: Float64
    before: Int32
    used_at: Int64
    """Epoch ms of the last event with `before` in the window."""


def connected(
    snapshot: Snapshot,
    seeds: npt.ArrayLike,
    *,
    max_hops: int = 2,
    since: int | None = None,
    until: int | None = None,
    limit: int = 100,
    closed: npt.ArrayLike = (),
) -> list[Connected]:
    """The `limit` numbers nearest to `seeds` (registry ids), without them: by proximity, then hops, then id.

    Nobody is near through a number that is `closed`, such as a hotline that everybody rings; it may be reached, and may
    be a seed. Seeds without any event are passed over. Only events in [since, until), epoch ms, count.
    """
    frontier = np.unique(snapshot.dense(seeds))
    frontier = frontier[frontier >= 0]
    leads_on = np.ones(snapshot.number_count, dtype=np.bool_)
    shut = snapshot.dense(closed)
    leads_on[shut[shut >= 0]] = False
    reached = _nobody_yet(snapshot.number_count)
    reached.hops[frontier] = 0
    for hops in range(1, max_hops + 1):
        strength = _strength(snapshot, reached, frontier)
        for steps in steps_from(snapshot, frontier, since=since, until=until):
            _take(snapshot, reached, steps, strength, hops)
        frontier = np.flatnonzero((reached.hops == hops) & leads_on).astype(np.int32)
    return _nearest(snapshot, reached, limit)


def _nobody_yet(count: int) -> _Reached:
    return _Reached(
        hops=np.full(count, _UNSEEN, dtype=np.int32),
        log_far=np.zeros(count),
        before=np.full(count, _NOBODY, dtype=np.int32),
        used_at=np.full(count, _NEVER, dtype=np.int64),
    )


def _strength(snapshot: Snapshot, reached: _Reached, frontier: Int32) -> Float64:
    """proximity · pass of every number of the frontier, 0 elsewhere."""
    strength = np.zeros(snapshot.number_count)
    out = snapshot.out_start[frontier + 1] - snapshot.out_start[frontier]
    coming = snapshot.in_start[frontier + 1] - snapshot.in_start[frontier]
    passed_on = -np.expm1(reached.log_far[frontier]) / np.sqrt(np.maximum(out + coming, 1))
    strength[frontier] = np.where(reached.hops[frontier] == 0, 1.0, passed_on)
    return strength


def _take(snapshot: Snapshot, reached: _Reached, steps: Steps, strength: Float64, hops: int) -> None:
    """Add the evidence of these steps to the numbers that they reach in `hops`."""
    there = reached.hops[steps.far]
    steps = steps.where((there == _UNSEEN) | (there == hops))
    reached.hops[steps.far] = hops
    events = steps.end_event - steps.first_event
    np.add.at(reached.log_far, steps.far, np.log1p(-strength[steps.near] * events / (events + 1)))
    at = snapshot.event_at[steps.end_event - 1]
    previous = reached.used_at[steps.far]
    np.maximum.at(reached.used_at, steps.far, at)
    newest = reached.used_at[steps.far]
    reached.before[steps.far[newest > previous]] = _NOBODY
    last = at == newest
    np.minimum.at(reached.before, steps.far[last], steps.near[last])


def _nearest(snapshot: Snapshot, reached: _Reached, limit: int) -> list[Connected]:
    found = np.flatnonzero(reached.hops > 0)
    proximity = -np.expm1(reached.log_far[found])
    best = np.lexsort((found, reached.hops[found], -proximity))[:limit]
    return [
        Connected(
            number=int(snapshot.numbers[found[i]]),
            hops=int(reached.hops[found[i]]),
            proximity=float(proximity[i]),
            path=_path_from_seed(snapshot, reached, int(found[i])),
        )
        for i in best
    ]


def _path_from_seed(snapshot: Snapshot, reached: _Reached, number: int) -> tuple[int, ...]:
    path = [number]
    while reached.hops[path[-1]] > 0:
        path.append(int(reached.before[path[-1]]))
    return tuple(snapshot.numbers[path[::-1]].tolist())
