"""Why a person is ranked: each rule that spoke, with the facts it rests on. Pure.

The first reason names the suspect, who flagged it and since when, or what ties it to a flagged number.
"""

from collections.abc import Collection
from dataclasses import dataclass
from math import log
from typing import Any, Final, cast

import orjson
import polars as pl
import pyarrow as pa

from graphsvc.model.evidence import Evidence, from_json
from graphsvc.model.facts import Facts
from graphsvc.ranking.probability import NOBODY, RULES, Probability

Row = dict[str, Any]
_TYING = (
    "shared_device",
    "shared_holder",
    "shared_account",
    "shared_social_account",
    "shared_url",
    "co_recipients",
    "handover",
    "many_numbers_on_device",
    "people_checked",
    "in_flagged_network",
)


@dataclass(frozen=True)
class Suspects:
    """What is held against each suspect number, by id."""

    evidence: dict[int, str]
    flagged: dict[int, Row]
    """The first known flag of each flagged number."""

    @classmethod
    def of(cls, suspicions: pa.Table, facts: Facts) -> "Suspects":
        """From the engine's SUSPICIONS and the flags in force, save those on earlier owners of a number."""
        evidence = dict(
            zip(suspicions.column("number").to_pylist(), suspicions.column("evidence").to_pylist(), strict=True)
        )
        flagged: dict[int, Row] = {}
        owners = facts.subscribers.select(["number", "activated_at"]).drop_null()
        activated = dict(
            zip(owners.column("number").to_pylist(), owners.column("activated_at").to_pylist(), strict=True)
        )
        for row, speaks_of in zip(facts.flags.to_pylist(), facts.flags_speak_of(), strict=True):
            if row["number"] is not None and activated.get(row["number"], speaks_of) <= speaks_of:
                if row["flag_id"] in _void(evidence.get(row["number"])):
                    continue
                earlier = flagged.get(row["number"])
                if earlier is None or row["known_at"] < earlier["known_at"]:
                    flagged[row["number"]] = row
        return cls(evidence, flagged)


_VOID: Final = ("flag_of_earlier_owner", "complaint_about_shown_calls")


def _void(evidence: str | None) -> Collection[int]:
    """The ids of flags that the engine found to be on a number's earlier owner, or about calls that it did not make."""
    if evidence is None or not any(rule in evidence for rule in _VOID):
        return ()
    items = [item for item in from_json(evidence) if item.rule in _VOID]
    return [one for item in items for one in cast("list[int]", item.facts["flag_ids"])]


def evidence_texts(rows: pl.DataFrame, found: Probability, suspects: Suspects) -> list[str]:
    """The evidence column of VICTIMS, row by row: JSON as `model.evidence.from_json` reads it.

    A rule is told where it moved the probability; a sign that is not there never did.
    """
    says = {rule: values.round(6).tolist() for rule, values in found.says.items()}
    prior = {"rule": "nobody", "contribution": round(log(NOBODY / (1 - NOBODY)), 6), "facts": {}}
    tied: dict[int, Row] = {}
    texts = []
    for i, row in enumerate(rows.iter_rows(named=True)):
        suspect = row["suspect"]
        if suspect not in tied:
            tied[suspect] = _held_against(suspect, suspects)
        met = "met_flagged_number" if suspect in suspects.flagged else "met_suspect_number"
        told = [prior, {"rule": met, "contribution": says["met"][i], "facts": _met(row) | tied[suspect]}]
        told += [
            {"rule": rule, "contribution": says[rule][i], "facts": _facts(rule, row)}
            for rule in RULES[1:]
            if says[rule][i] != 0
        ]
        texts.append(orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode())
    return texts


def _met(row: Row) -> Row:
    return {
        "number": row["suspect"],
        "probability": round(row["suspect_probability"], 3),
        "suspects": row["suspects"],
        "count": row["events"],
        "seconds": row["talk_s"],
        "first_at": row["first_at"],
        "last_at": row["last_at"],
        **({"network_id": row["network_id"]} if row["network_id"] is not None else {}),
    }


_COUNTED: Final = {
    "handed_over": "handovers",
    "bank_called": "bank_calls",
    "codes": "codes",
}


def _facts(rule: str, row: Row) -> Row:
    if rule == "stage_reached":
        return {
            "stage": row["stage"],
            "seconds": row["longest_call_s"],
            "count": row["call_backs"],
            "events": orjson.Fragment(row["key_events"]),
        }
    if rule == "time_passed":
        soon = {name: round(row[name], 6) for name in ("within_1h", "within_24h")}
        return {"first_at": row["since"], "last_at": row["newest"], **soon, "within_7d": round(row["probability"], 6)}
    if rule == "lost_before":
        return {"first_at": row["lost_at"]}
    if rule == "verified":
        return {"count": row["verifications"] - row["bank_calls"]}
    return {"count": row[_COUNTED[rule]]} if rule in _COUNTED else {}


def _held_against(suspect: int, suspects: Suspects) -> Row:
    """Since when and by whom a suspect is flagged, or through what it is tied to numbers that are."""
    flag = suspects.flagged.get(suspect)
    if flag is not None:
        return {"flag_at": flag["known_at"], "source": flag["source"], "flag_ids": _ids([flag])}
    strongest = max(
        (item for item in _evidence(suspect, suspects) if item.rule in _TYING),
        key=lambda item: (item.contribution, item.rule),
        default=None,
    )
    if strongest is None:
        return {"through": "behaviour"}
    if "flag_at" in strongest.facts:
        kind = strongest.rule.removeprefix("shared_")
        return {"through": f"flagged_{kind}", **{key: strongest.facts[key] for key in _OF_FLAGGED_ENTITY}}
    numbers = list(strongest.facts.get("numbers", []))
    # What is shared rests on the surest other number alone: a flag on a less sure one carries nothing.
    bearing = numbers[:1] if strongest.rule.startswith("shared_") else numbers
    flags = [suspects.flagged[number] for number in bearing if number in suspects.flagged]
    held: Row = {"through": strongest.rule, "numbers": numbers}
    if "entity" in strongest.facts:
        held["entity"] = strongest.facts["entity"]
    if flags:
        first = min(flags, key=lambda row: (row["known_at"], row["number"]))
        held |= {"flag_at": first["known_at"], "source": first["source"], "flag_ids": _ids(flags)}
    return held


_OF_FLAGGED_ENTITY: Final = ("entity", "flag_at", "flag_ids", "source")


def _evidence(suspect: int, suspects: Suspects) -> list[Evidence]:
    text = suspects.evidence.get(suspect)
    return from_json(text) if text is not None else []


def _ids(flags: list[Row]) -> list[int]:
    return sorted(row["flag_id"] for row in flags if row["flag_id"] is not None)
