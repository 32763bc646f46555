"""Flags stated by people: a new one, and the revocation of those in force. Both are facts that are only ever added."""

from typing import Any

import pyarrow as pa

from graphsvc.errors import NotFound
from graphsvc.model.tables import FLAGS
from graphsvc.model.words import FlagSource, ScamType
from graphsvc.reports.subjects import Subject
from graphsvc.store import facts as fact_store
from graphsvc.store.catalogue import Catalogue


def state(
    catalogue: Catalogue,
    subject: Subject,
    *,
    known_at: int,
    scam_type: ScamType,
    source: FlagSource,
    case_id: str | None,
    confidence: float | None,
) -> int:
    """Flag a number or entity from `known_at` (epoch ms) on; the flag's id."""
    row = {
        "number": subject.number_id,
        "entity": subject.entity_id,
        "known_at": known_at,
        "scam_type": scam_type.value,
        "source": source.value,
        "case_id": case_id,
        "confidence": confidence,
    }
    fact_store.add_facts(catalogue, "flags", pa.Table.from_pylist([row], schema=FLAGS))
    return max(int(flag["flag_id"]) for flag in in_force(catalogue, subject, known_at))


def revoke(catalogue: Catalogue, subject: Subject, *, known_at: int) -> list[int]:
    """Revoke every flag in force on a number or entity; their ids. NotFound where there is none."""
    flags = in_force(catalogue, subject, known_at)
    if not flags:
        raise NotFound(f"no flag is in force on {subject.shown}")
    rows = [{**flag, "known_at": known_at, "revoked_at": known_at} for flag in flags]
    fact_store.add_facts(catalogue, "flags", pa.Table.from_pylist(rows, schema=FLAGS))
    return [int(flag["flag_id"]) for flag in flags]


def in_force(catalogue: Catalogue, subject: Subject, at: int) -> list[dict[str, Any]]:
    """FLAGS rows in force on a number or entity at an instant (epoch ms), by id."""
    flags = fact_store.facts_at(catalogue, at).flags.to_pylist()
    own = (subject.number_id, subject.entity_id)
    return sorted(
        (flag for flag in flags if (flag["number"], flag["entity"]) == own), key=lambda flag: int(flag["flag_id"])
    )
