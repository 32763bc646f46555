"""The life of a network over the analyses kept: since when it is known, what it came from, and its heirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import orjson

from graphsvc.model.references import network_reference
from graphsvc.store import descents
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.descents import Descended, Made
from graphsvc.store.results import AnalysisRecord

SHARED_LEAST: Final = 2
"""Members that a network has of one that is gone, to be an heir of it: as many as make a descent (engine.identity)."""


class StepKind(StrEnum):
    """What happened between a network and another."""

    SPLIT_FROM = "split_from"
    """It is new, and has members of another, which goes on."""
    TOOK_FROM = "took_from"
    """It was there before, and has members of another, which goes on."""
    TOOK_IN = "took_in"
    """It has members of another, which is gone."""
    SPLIT_OFF = "split_off"
    """Another is new and has members of it, and it goes on."""
    GAVE_TO = "gave_to"
    """Another, which was there before, has members of it, and it goes on."""
    WENT_INTO = "went_into"
    """Another has members of it, and it is gone."""


@dataclass(frozen=True)
class Step:
    """Something that an analysis found to have happened to a network."""

    as_of: int
    """Epoch ms: of the analysis that tells it."""
    kind: StepKind
    other: int
    """The other network's id."""
    shared: int
    """Members in common."""
    here: bool
    """Whether the latest analysis that was asked has the other one."""


@dataclass(frozen=True)
class Descent:
    """The life of a network, as far as analyses are kept."""

    network_id: int
    reference: str
    kept_since: int
    """Epoch ms: as of when the earliest analysis is. What happened until then is not told."""
    known_since: int | None
    """Epoch ms: as of when the earliest analysis that has it is; None where none has it."""
    known_until: int | None
    """The same of the latest."""
    born: bool
    """Whether an analysis found it that had another before it, with nothing it came from."""
    here: bool
    """Whether the analysis that was asked has it."""
    steps: Sequence[Step]
    """The newest first."""
    heirs: Sequence[tuple[int, int]]
    """Of one that is gone: networks of the analysis asked, and how many members each has of it; most first."""


def descent_of(catalogue: Catalogue, record: AnalysisRecord, network_id: int) -> Descent:
    """What the analyses kept, up to `record`, tell of a network."""
    made = descents.made_until(catalogue, record.analysis_id)
    as_of = {one.analysis_no: one.as_of for one in made}
    found = descents.about(catalogue, made, network_id)
    own = [one for one in found if one.network_id == network_id]
    latest = made[-1].analysis_no
    told = [(one, kind, other, shared) for one in found for kind, other, shared in _told(one, network_id)]
    present = descents.there(catalogue, latest, {other for _, _, other, _ in told})
    steps = [Step(as_of[one.analysis_no], kind, other, shared, other in present) for one, kind, other, shared in told]
    here = bool(own) and own[-1].analysis_no == latest
    return Descent(
        network_id=network_id,
        reference=network_reference(network_id),
        kept_since=made[0].as_of,
        known_since=as_of[own[0].analysis_no] if own else None,
        known_until=as_of[own[-1].analysis_no] if own else None,
        born=_born(own, made),
        here=here,
        steps=steps[::-1],
        heirs=[] if here or not own else _heirs(catalogue, network_id, own[-1].analysis_no, latest),
    )


def _born(own: Sequence[Descended], made: Sequence[Made]) -> bool:
    return bool(own) and own[0].analysis_no != made[0].analysis_no and not orjson.loads(own[0].lineage)


def _told(one: Descended, network_id: int) -> list[tuple[StepKind, int, int]]:
    """What a row tells of the network: (kind, the other network, members in common)."""
    ancestors: list[dict[str, Any]] = orjson.loads(one.lineage)
    mine = one.network_id == network_id
    new = all(item["kind"] != "same" for item in ancestors)
    if mine:
        kinds = {"split": StepKind.SPLIT_FROM if new else StepKind.TOOK_FROM, "merged": StepKind.TOOK_IN}
        others = [(item["kind"], item["network_id"], item["shared"]) for item in ancestors]
    else:
        kinds = {"split": StepKind.SPLIT_OFF if new else StepKind.GAVE_TO, "merged": StepKind.WENT_INTO}
        about = [item for item in ancestors if item["network_id"] == network_id]
        others = [(item["kind"], one.network_id, item["shared"]) for item in about]
    return [(kinds[kind], other, int(shared)) for kind, other, shared in others if kind in kinds]


def _heirs(catalogue: Catalogue, network_id: int, before: int, now: int) -> list[tuple[int, int]]:
    found = descents.took_in(catalogue, network_id, before, now)
    heirs = [(heir, shared) for heir, shared in found.items() if shared >= SHARED_LEAST]
    return sorted(heirs, key=lambda heir: (-heir[1], heir[0]))
