"""Examples to learn from: what the mechanism said of a person on a past day, and what is known by now to have come.

Only what was known on the day goes into what was said; only what is known by now goes into what came. Who was not
reported to have lost did not surely keep the money: such examples are unlabelled, not negative (`fitting`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import numpy.typing as npt
import orjson
import polars as pl
import pyarrow as pa

from graphsvc.model.words import FlagSource, OutcomeKind

Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

DAY_MS: Final = 86_400_000
HORIZON_MS: Final = 7 * DAY_MS
"""A probability speaks of a loss within this time. [doc, feeds]"""
TALKED_FROM_S: Final = 30
STEPPED_IN: Final = frozenset(
    {OutcomeKind.DISSUADED.value, OutcomeKind.FAMILY_INFORMED.value, OutcomeKind.PAYMENT_STOPPED.value}
)
"""Outcomes after which nobody knows what would have come."""
ANSWERABLE: Final = frozenset({FlagSource.POLICE.value, FlagSource.OPERATOR.value})


@dataclass(frozen=True)
class Examples:
    """One row a person and day; parallel arrays."""

    at: Int64
    """The day's instant, epoch ms."""
    loss_said: Float64
    """Log-odds of the mechanism, before any calibration."""
    contact_said: Float64
    lost: Bool
    """A loss within HORIZON_MS after the day is known."""
    met: Bool
    """Somebody answerable has flagged a number that the person talked with, or turned to, in the week before."""

    def __len__(self) -> int:
        return len(self.at)

    def where(self, chosen: Bool) -> "Examples":
        """Some of the rows."""
        return Examples(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


def joined(parts: Sequence[Examples]) -> Examples:
    """All rows of all parts."""
    nobody = Examples(np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty(0, bool), np.empty(0, bool))
    columns = {f.name: np.concatenate([getattr(part, f.name) for part in (nobody, *parts)]) for f in fields(Examples)}
    return Examples(**columns)


@dataclass(frozen=True)
class Known:
    """What is known by now, by registry id."""

    losses: dict[int, list[int]]
    """When each person lost, epoch ms."""
    stepped_in: dict[int, list[int]]
    """When somebody stepped in with it."""
    guilty: frozenset[int]
    """Numbers under a flag in force of somebody answerable."""

    @classmethod
    def of(cls, cases: pa.Table, outcomes: pa.Table, flags: pa.Table) -> "Known":
        """From facts as they stand now."""
        losses: dict[int, list[int]] = {}
        stepped: dict[int, list[int]] = {}
        for number, at in zip(cases["number"].to_pylist(), cases["lost_at"].to_pylist(), strict=True):
            losses.setdefault(number, []).append(at)
        for row in outcomes.select(["number", "at", "outcome"]).to_pylist():
            if row["outcome"] == OutcomeKind.ALREADY_LOST.value:
                losses.setdefault(row["number"], []).append(row["at"])
            elif row["outcome"] in STEPPED_IN:
                stepped.setdefault(row["number"], []).append(row["at"])
        said = zip(flags["number"].to_pylist(), flags["source"].to_pylist(), strict=True)
        guilty = frozenset(number for number, source in said if number is not None and source in ANSWERABLE)
        return cls(losses, stepped, guilty)


def examples_of(rows: pl.DataFrame, said: tuple[Float64, Float64], known: Known, *, at: int) -> Examples:
    """The people ranked at an instant: `rows` with `number` and `key_events`, `said` the mechanism's log-odds of each.

    Who had already lost, or was spoken to meanwhile, teaches nothing and is left out.
    """
    number = rows["number"].to_list()
    lost = np.array([_within(known.losses.get(n, ()), at, at + HORIZON_MS) for n in number], dtype=bool)
    before = np.array([any(t <= at for t in known.losses.get(n, ())) for n in number], dtype=bool)
    spoken = np.array([_within(known.stepped_in.get(n, ()), at, at + HORIZON_MS) for n in number], dtype=bool)
    met = np.array([_met(text, known.guilty, at) for text in rows["key_events"].to_list()], dtype=bool)
    every = Examples(np.full(len(number), at, np.int64), said[0], said[1], lost, met)
    return every.where(~before & ~spoken)


def _within(instants: Sequence[int], after: int, until: int) -> bool:
    return any(after < instant <= until for instant in instants)


def _met(key_events: str, guilty: frozenset[int], at: int) -> bool:
    return any(
        event["number"] in guilty
        and event["at"] > at - HORIZON_MS
        and (str(event["what"]).endswith("_back") or (event.get("seconds") or 0) >= TALKED_FROM_S)
        for event in orjson.loads(key_events)
    )
