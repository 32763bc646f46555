"""Flags stated by people: a new one, and the revocation of those in force. Both are facts that are only ever added."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import pyarrow as pa

from graphsvc.errors import NotFound
from graphsvc.model.tables import FLAGS
from graphsvc.model.words import FlagSource, ScamType
from graphsvc.reports.subjects import Subject
from graphsvc.store import facts as fact_store
from graphsvc.store import facts_about
from graphsvc.store.catalogue import Catalogue


def state_all(
    catalogue: Catalogue,
    subjects: Sequence[Subject],
    *,
    known_at: int,
    scam_type: ScamType,
    source: FlagSource,
    case_id: str | None,
    confidence: float | None,
) -> list[int]:
    """Flag numbers and entities from `known_at` (epoch ms) on, all in one transaction; the flags' ids in order."""
    rows = [
        {
            "number": subject.number_id,
            "entity": subject.entity_id,
            "known_at": known_at,
            "scam_type": scam_type.value,
            "source": source.value,
            "case_id": case_id,
            "confidence": confidence,
        }
        for subject in subjects
    ]
    fact_store.add_facts(catalogue, "flags", pa.Table.from_pylist(rows, schema=FLAGS))
    newest: dict[tuple[Any, Any], int] = {}
    for flag in _on(catalogue, subjects, known_at):
        if flag["known_at"] == known_at:
            key = (flag["number"], flag["entity"])
            newest[key] = max(newest.get(key, 0), int(flag["flag_id"]))
    return [newest[subject.number_id, subject.entity_id] for subject in subjects]


def revoke(catalogue: Catalogue, subject: Subject, *, known_at: int) -> list[int]:
    """Revoke every flag in force on a number or entity; their ids. NotFound where there is none."""
    flags = in_force(catalogue, subject, known_at)
    if not flags:
        raise NotFound(f"no flag is in force on {subject.shown}")
    end(catalogue, flags, known_at=known_at)
    return [int(flag["flag_id"]) for flag in flags]


def end(catalogue: Catalogue, flags: Sequence[dict[str, Any]], *, known_at: int) -> None:
    """Let these FLAGS rows hold no more from `known_at` (epoch ms) on."""
    rows = [{**flag, "known_at": known_at, "revoked_at": known_at} for flag in flags]
    fact_store.add_facts(catalogue, "flags", pa.Table.from_pylist(rows, schema=FLAGS))


def of_ids(catalogue: Catalogue, flag_ids: Sequence[int], at: int) -> list[dict[str, Any]]:
    """FLAGS rows of these ids that are in force at an instant (epoch ms)."""
    wanted = set(flag_ids)
    rows = fact_store.flags_of(catalogue, flag_ids)  # a later row of the same subject may have taken their place
    numbers, entities = ([row[column] for row in rows if row[column] is not None] for column in ("number", "entity"))
    return [flag for flag in _holding(catalogue, numbers, entities, at) if flag["flag_id"] in wanted]


def in_force(catalogue: Catalogue, subject: Subject, at: int) -> list[dict[str, Any]]:
    """FLAGS rows in force on a number or entity at an instant (epoch ms), by id."""
    return _on(catalogue, [subject], at)


def _on(catalogue: Catalogue, subjects: Sequence[Subject], at: int) -> list[dict[str, Any]]:
    numbers = [subject.number_id for subject in subjects if subject.number_id is not None]
    entities = [subject.entity_id for subject in subjects if subject.entity_id is not None]
    return _holding(catalogue, numbers, entities, at)


def _holding(catalogue: Catalogue, numbers: Sequence[int], entities: Sequence[int], at: int) -> list[dict[str, Any]]:
    on = [
        *facts_about.flags_on(catalogue, "number", numbers, at).to_pylist(),
        *facts_about.flags_on(catalogue, "entity", entities, at).to_pylist(),
    ]
    return sorted(on, key=itemgetter("flag_id"))
