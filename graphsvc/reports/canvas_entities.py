"""Devices, holders and accounts of the suspects on a canvas, as columns: which are drawn, whose, and where they lie.

Of suspects alone, whose reports are given everywhere: what anybody else uses is told on their own page, to those whose
region they are of.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from graphsvc.model.words import EntityKind
from graphsvc.reports.belongings import SUSPECT_FROM
from graphsvc.reports.sharing import Basis, had_by_each
from graphsvc.reports.walks import CanvasEntitiesReport, KindCount
from graphsvc.store import results

_GOLDEN_ANGLE: Final = math.pi * (3.0 - math.sqrt(5.0))
_BESIDE: Final = 0.07
"""Of the canvas, from its middle to its edge: so far from the middle of its numbers an entity covers none of them."""
_APART: Final = 0.036
"""The same: entities of the same numbers lie so far from each other, or a little more."""


def suspects_among(probabilities: Sequence[float], flagged: Sequence[bool]) -> list[int]:
    """Places of the numbers whose entities are drawn."""
    return [k for k, (p, flag) in enumerate(zip(probabilities, flagged, strict=True)) if p >= SUSPECT_FROM or flag]


def entities_among(basis: Basis, numbers: Sequence[int], places: Sequence[int], limit: int) -> CanvasEntitiesReport:
    """The entities of these numbers (registry ids), at most `limit`; `places`: where the numbers are on the canvas."""
    place_of = dict(zip(numbers, places, strict=True))
    users: defaultdict[int, list[int]] = defaultdict(list)
    for number, entity in had_by_each(basis, numbers):
        users[entity].append(place_of[number])
    known = {one.id: one for one in basis.registry.entities(sorted(users))}
    ordered = sorted(known, key=lambda entity: (-len(users[entity]), entity))
    drawn = ordered[:limit]
    rows = results.entity_suspicion_of(basis.catalogue, basis.record.analysis_id, sorted(drawn))
    suspicion = dict(zip(rows["entity"].to_pylist(), rows["fraud_probability"].to_pylist(), strict=True))
    uses = [(k, place) for k, entity in enumerate(drawn) for place in users[entity]]
    return CanvasEntitiesReport(
        tokens=[known[entity].token for entity in drawn],
        kinds=[known[entity].kind for entity in drawn],
        numbers=[len(users[entity]) for entity in drawn],
        fraud_probabilities=[suspicion.get(entity) for entity in drawn],
        use_entities=[entity for entity, _ in uses],
        use_numbers=[place for _, place in uses],
        counts=_counted([one.kind for one in known.values()], [known[entity].kind for entity in drawn]),
    )


def beside(
    found: CanvasEntitiesReport, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]
) -> tuple[list[float], list[float]]:
    """Where to draw each: in the middle of its numbers, a little aside, those of the same numbers around it."""
    middles: defaultdict[int, list[int]] = defaultdict(list)
    for entity, place in zip(found.use_entities, found.use_numbers, strict=True):
        middles[entity].append(place)
    met: Counter[tuple[float, float]] = Counter()
    places = []
    for entity in range(len(found.tokens)):
        middle = (float(x[middles[entity]].mean()), float(y[middles[entity]].mean()))
        angle = math.pi + met[middle] * _GOLDEN_ANGLE  # first to the left: names stand on the right
        far = math.hypot(_BESIDE, _APART * math.sqrt(met[middle]))
        met[middle] += 1
        places.append((round(middle[0] + far * math.cos(angle), 4), round(middle[1] + far * math.sin(angle), 4)))
    return [along for along, _ in places], [along for _, along in places]


def _counted(known: Sequence[EntityKind], drawn: Sequence[EntityKind]) -> list[KindCount]:
    every: Mapping[EntityKind, int] = Counter(known)
    shown: Mapping[EntityKind, int] = Counter(drawn)
    return [KindCount(kind, every[kind], every[kind] - shown.get(kind, 0)) for kind in EntityKind if kind in every]
