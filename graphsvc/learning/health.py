"""Whether what was learned still fits: a population that moved, late reports, silent feeds, caps evaded. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from graphsvc.learning.examples import DAY_MS, Float64, Int64
from graphsvc.learning.judging import MOVED_FROM, STABLE_TO

EDGES: Final = tuple(np.round(np.linspace(0, 1, 11)[1:-1], 1).tolist())
"""Quantiles that a card keeps of what was said."""
SEEN_LEAST: Final = 50
"""Values below which nothing is said of a population."""
QUIET_TIMES: Final = 5.0
QUIET_LEAST_MS: Final = DAY_MS
"""A feed is silent if its news is older than so many of its longest usual gaps, and than a day. [assumed]"""
LATER_BY: Final = 2.0
"""Reports come late if their median delay of the last week is so many times that of before. [assumed]"""
RECENT_MS: Final = 7 * DAY_MS


@dataclass(frozen=True)
class Signal:
    """One thing looked at: `ok`, `warn`, or `unknown` where there is too little to say; and in words."""

    name: str
    state: str
    found: str


def quantiles(said: Float64) -> list[float]:
    """What a card keeps, to compare a later population with."""
    return [round(float(value), 6) for value in np.quantile(said, EDGES)] if len(said) >= SEEN_LEAST else []


def population(edges: Sequence[float], said: Float64) -> Signal:
    """Stability index of what is said now against what was said when it was learned: a tenth between two edges each."""
    if len(edges) != len(EDGES) or len(said) < SEEN_LEAST:
        return Signal("population", "unknown", f"too few people to compare ({len(said)})")
    counts = np.bincount(np.searchsorted(np.asarray(edges), said, side="right"), minlength=len(edges) + 1) + 0.5
    share, before = counts / counts.sum(), 1 / (len(edges) + 1)
    index = float(np.sum((share - before) * np.log(share / before)))
    state = "ok" if index < MOVED_FROM else "warn"
    word = "stable" if index < STABLE_TO else "moving" if state == "ok" else "another population than it was learned on"
    return Signal("population", state, f"stability index {index:.2f}: {word}")


def label_delay(lost_at: Int64, known_at: Int64, *, now: int) -> Signal:
    """How long reported losses take to be known: the last week against before."""
    delay = np.maximum(known_at - lost_at, 0)
    recent = known_at > now - RECENT_MS
    if min(int(recent.sum()), int((~recent).sum())) < 10:
        return Signal("report delay", "unknown", f"{len(delay)} reported losses are too few to compare")
    late, usual = float(np.median(delay[recent])), float(np.median(delay[~recent]))
    state = "warn" if late > LATER_BY * max(usual, 3_600_000) else "ok"
    return Signal("report delay", state, f"median {late / 3.6e6:.1f} h in the last week, {usual / 3.6e6:.1f} h before")


def silence(feeds: Mapping[str, Int64], *, now: int) -> list[Signal]:
    """Feeds whose news stopped: `feeds` holds when the rows of each were known, ascending."""
    signals = []
    for name, known_at in sorted(feeds.items()):
        if len(known_at) < 10:
            signals.append(Signal(f"feed {name}", "unknown", f"{len(known_at)} rows so far"))
            continue
        usual = float(np.quantile(np.diff(known_at), 0.99))
        quiet = now - int(known_at[-1])
        silent = quiet > max(QUIET_TIMES * usual, QUIET_LEAST_MS)
        signals.append(Signal(f"feed {name}", "warn" if silent else "ok", f"newest {quiet / 3.6e6:.1f} h ago"))
    return signals


def below_a_cap(contacts_per_day: Float64) -> Signal:
    """Diallers that stop just short of the same number of contacts a day: somebody knows a cap, and stays below it.

    Of the diallers with 20 to 200 contacts a day, those in the fullest window of a twentieth of its value against the
    windows beside it.
    """
    busy = np.sort(contacts_per_day[(contacts_per_day >= 20) & (contacts_per_day <= 200)])
    if len(busy) < SEEN_LEAST:
        return Signal("cap evasion", "unknown", f"{len(busy)} busy diallers are too few to say")
    tops = np.unique(np.ceil(busy))
    inside = np.searchsorted(busy, tops, side="right") - np.searchsorted(busy, tops * 0.95)
    beside = np.searchsorted(busy, tops * 1.05, side="right") - np.searchsorted(busy, tops, side="right")
    sharp = np.where(inside >= 0.2 * len(busy), inside / np.maximum(beside, 1), 0.0)
    best = int(np.argmax(sharp))
    if sharp[best] < 5:
        return Signal("cap evasion", "ok", "no edge in how many contacts diallers make a day")
    told = f"{inside[best]} of {len(busy)} diallers stay just below {int(tops[best])} contacts a day"
    return Signal("cap evasion", "warn", told)
