"""Whether the evidence of a warning is true to the feeds and to its time. Pure.

A faithful path leads from the person over a dated event to a suspect number, and on to what is held against it: its own
flag, or a number or entity it is tied to and that one's flag, or its behaviour alone. Each step must be in the feeds
and known when the warning was made. Whether the number is really a gang's is another question (`precision_contact`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import polars as pl

from graphsvc.replay.naming import NOBODY

Index = Callable[[list[str]], list[int]]


@dataclass(frozen=True)
class Cited:
    """What one warning cites, numbers as they stand in the file."""

    suspect: str | None
    events: list[tuple[str | None, int, str]]
    """(number, at, what) of each event between person and suspects."""
    flag_at: int | None
    holders: list[str]
    """Numbers through which the flag reaches the suspect; the suspect itself where it is flagged."""
    entity: bool
    """The flag is on an entity that the suspect uses."""
    through: str | None


def cited(text: str | None, *, raw: bool) -> Cited | None:
    """The path of an evidence column as our replay writes it; None where it has none."""
    try:
        items = orjson.loads(text or "")
    except orjson.JSONDecodeError:
        return None
    if not isinstance(items, list):
        return None
    by_rule = {item.get("rule"): item.get("facts") or {} for item in items if isinstance(item, Mapping)}
    met = by_rule.get("met_flagged_number") or by_rule.get("met_suspect_number")
    if not met:
        return None
    suspect, through = _name(met.get("number"), raw), met.get("through")
    own = "met_flagged_number" in by_rule
    return Cited(
        suspect=suspect,
        events=[
            (_name(event.get("number"), raw), int(event["at"]), str(event["what"]))
            for event in by_rule.get("stage_reached", met).get("events", [])
        ],
        flag_at=met.get("flag_at"),
        holders=[name for one in ([met.get("number")] if own else met.get("numbers", [])) if (name := _name(one, raw))],
        entity=isinstance(through, str) and through.startswith("flagged_"),
        through=through,
    )


def _name(shown: Any, raw: bool) -> str | None:
    if isinstance(shown, Mapping):
        return shown.get("number" if raw else "token")
    return shown if isinstance(shown, str) else None


def faithful(
    warnings: pl.DataFrame, events: pl.DataFrame, flags: pl.DataFrame, index: Index, *, raw: bool
) -> list[bool]:
    """For each warning (`number` an index) whether a path of its evidence is faithful.

    `events` as feeds_read.SHOWN, `flags` with `number`, `known_at`; `index` turns names in the evidence into indices.
    """
    rows = [cited(text, raw=raw) for text in warnings["evidence"].to_list()]
    names = sorted({name for row in rows if row is not None for name in _names(row)})
    number = dict(zip(names, index(names), strict=True))
    happened: dict[tuple[int, int, int], int] = {}
    for a, b, at, known_at in events.select("a", "b", "at", "known_at").iter_rows():
        key = (a, b, at)
        happened[key] = min(known_at, happened.get(key, known_at))
    flagged = set(flags.select("number", "known_at").rows())
    return [
        row is not None and _is_faithful(row, person, warned_at, number, happened, flagged)
        for row, person, warned_at in zip(rows, warnings["number"], warnings["warned_at"], strict=True)
    ]


def _names(row: Cited) -> list[str]:
    return [name for name in (row.suspect, *row.holders, *(event[0] for event in row.events)) if name]


def _is_faithful(
    row: Cited,
    person: int,
    warned_at: int,
    number: dict[str, int],
    happened: dict[tuple[int, int, int], int],
    flagged: set[tuple[int, int]],
) -> bool:
    suspect = number.get(row.suspect or "", NOBODY)
    met = False
    for name, at, _ in row.events:
        other = number.get(name or "", NOBODY)
        known = [happened[key] for key in ((other, person, at), (person, other, at)) if key in happened]
        if not known or min(known) > warned_at:
            return False
        met |= other == suspect
    if not met:
        return False
    if row.flag_at is None:
        return row.through is not None
    holders = [NOBODY] if row.entity else [number.get(name, NOBODY) for name in row.holders]
    return row.flag_at <= warned_at and any((holder, row.flag_at) in flagged for holder in holders)
