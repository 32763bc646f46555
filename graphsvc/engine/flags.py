"""What the flags in force say: how sure, which scam, of numbers and of entities."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graphsvc.engine import parameters
from graphsvc.engine.population import Float64, Population
from graphsvc.engine.releases import COMPLAINTS, Releases
from graphsvc.graph.snapshot import Int32, Int64
from graphsvc.model.facts import SHOWN_CALLS, Facts
from graphsvc.model.words import FlagSource


@dataclass(frozen=True)
class Flags:
    """Flags in force, row by row, and their sum for each number and entity."""

    row_number: Int32
    """Index of the flagged number of each row, or -1."""
    row_entity: Int32
    """Entity id of each row, or -1."""
    row_confidence: Float64
    of_number: Float64
    """[N] how sure the number's flags are together, at most FLAG_CONFIDENCE_MOST; 0 without one."""
    of_entity: dict[int, float]
    """The same for each flagged entity."""
    carried: Float64
    """[N] how sure they are as grounds against others: complaints of the public count by PUBLIC_CARRIED."""
    complained: npt.NDArray[np.bool_]
    """[N] flagged by the public alone (hotline, app)."""
    rows: tuple[dict[str, object], ...]
    """The rows themselves, for evidence."""
    at_number: dict[int, list[int]]
    """Rows of each flagged number, surest first."""
    at_entity: dict[int, list[int]]
    """Rows of each flagged entity, surest first."""
    outlived: dict[int, list[dict[str, object]]]
    """By index, the flags that speak of a time before a number's present SIM: void, and kept to be told."""
    shown: dict[int, list[dict[str, object]]]
    """By index, complaints about calls that somebody else made and showed the number (engine.shown): void as well."""
    released: dict[int, int]
    """By index, when a number was released last (epoch ms); its flags from before are void."""

    def rows_of_number(self, index: int) -> list[dict[str, object]]:
        """The flags on a number, surest first."""
        return [self.rows[i] for i in self.at_number.get(index, ())]

    def rows_of_entity(self, entity: int) -> list[dict[str, object]]:
        """The flags on an entity, surest first."""
        return [self.rows[i] for i in self.at_entity.get(entity, ())]


def read(facts: Facts, population: Population, activated_at: Int64) -> Flags:
    """The flags of `facts`, which are all in force, save those on a number that has a new owner or was released since,
    and complaints about calls that it did not make.

    `activated_at`: [N] epoch ms of the present SIM's activation, -1 unknown.
    """
    releases = Releases.of(facts)
    spoken = zip(facts.flags.to_pylist(), facts.flags_speak_of(), strict=True)
    known = [(row, at) for row, at in spoken if not releases.voids(row)]
    outlived, shown = (dict[int, list[dict[str, object]]]() for _ in range(2))
    counted = []
    for row, at in known:
        void = outlived if _outlived(row, at, population, activated_at) else shown if row.get(SHOWN_CALLS) else None
        if void is None:
            counted.append(row)
        else:
            void.setdefault(int(population.index_of(row["number"])), []).append(row)
    rows = tuple(counted)
    confidence = np.array([_confidence(row) for row in rows], dtype=np.float64)
    number = np.array([-1 if row["number"] is None else row["number"] for row in rows], dtype=np.int32)
    entity = np.array([-1 if row["entity"] is None else row["entity"] for row in rows], dtype=np.int32)
    index = np.where(number >= 0, population.index_of(number), -1).astype(np.int32)
    of_number, carried = np.zeros(len(population)), np.zeros(len(population))
    public = np.array([row["source"] in COMPLAINTS for row in rows], dtype=bool)
    grounds = np.where(public, confidence * parameters.PUBLIC_CARRIED, confidence)
    at_number, at_entity = _surest_first(index, confidence), _surest_first(entity, confidence)
    complained = np.zeros(len(population), dtype=bool)
    for i, mine in at_number.items():
        complained[i] = bool(public[mine].all())
        of_number[i] = _together(rows, confidence, mine)
        carried[i] = _together(rows, grounds, mine)
    return Flags(
        row_number=index,
        row_entity=entity,
        row_confidence=confidence,
        of_number=of_number,
        carried=carried,
        complained=complained,
        of_entity={x: _together(rows, confidence, mine) for x, mine in at_entity.items()},
        rows=rows,
        at_number=at_number,
        at_entity=at_entity,
        outlived=outlived,
        shown=shown,
        released={int(population.index_of(number)): at for number, at in sorted(releases.released_at.items())},
    )


def _surest_first(who: Int32, confidence: Float64) -> dict[int, list[int]]:
    """Positions of the rows of each id that is not -1, by confidence, then position."""
    result: dict[int, list[int]] = {}
    for i in np.lexsort((np.arange(len(who)), -confidence)).tolist():
        if who[i] >= 0:
            result.setdefault(int(who[i]), []).append(i)
    return result


def _outlived(row: dict[str, object], spoke_at: int, population: Population, activated_at: Int64) -> bool:
    """The number was given to somebody else after what the flag speaks of: suspicion follows no further."""
    if row["number"] is None:
        return False
    index = int(population.index_of(int(str(row["number"]))))
    return int(activated_at[index]) > spoke_at


def _confidence(row: dict[str, object]) -> float:
    """As the feed gives it, or what its source is worth; never certain."""
    given = row["confidence"]
    if isinstance(given, float):
        return min(given, parameters.FLAG_CONFIDENCE_MOST)
    source = row["source"]
    if source is None:
        return parameters.FLAG_CONFIDENCE_UNKNOWN
    return parameters.FLAG_CONFIDENCE[FlagSource(str(source))]


def _together(rows: tuple[dict[str, object], ...], confidence: Float64, chosen: list[int]) -> float:
    """1 - Π(1 - confidence) over sources, and over the cases of the police.

    Several complaints of the public about one number are one sign: they have the same cause.
    """
    doubt: dict[tuple[object, object], float] = {}
    for i in chosen:
        row = rows[i]
        case = row["case_id"] if row["source"] == FlagSource.POLICE else None
        key = (row["source"], case)
        doubt[key] = min(doubt.get(key, 1.0), 1 - float(confidence[i]))
    return min(1 - float(np.prod(list(doubt.values()))), parameters.FLAG_CONFIDENCE_MOST)
